using System.Globalization;
using System.Text;

namespace Saker.Stores.ClickHouse;

/// <summary>Writes literals of ClickHouse's SQL.</summary>
internal static class Sql
{
    /// <summary>A text in quotes; whatever it holds, it ends where it should.</summary>
    public static string Text(string text)
    {
        var sql = new StringBuilder(text.Length + 2).Append('\'');
        foreach (var c in text)
        {
            _ = c switch
            {
                '\'' => sql.Append("\\'"),
                '\\' => sql.Append("\\\\"),
                < ' ' or (char)127 => sql.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}"),
                _ => sql.Append(c),
            };
        }

        return sql.Append('\'').ToString();
    }

    /// <summary>A name in backquotes.</summary>
    public static string Name(string name) => $"`{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";

    /// <summary>A pattern for LIKE in which <c>*</c> stands for any run of characters and nothing else is special.</summary>
    public static string Like(string pattern) => Text(pattern
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace('*', '%'));

    /// <summary>A time in nanoseconds since 1970.</summary>
    public static string Time(long nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Nano(toInt64({nanoseconds}), 'UTC')");
}
