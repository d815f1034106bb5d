namespace Saker.Spl.Syntax;

/// <summary>How names and values are written so that they read back as they are.</summary>
internal static class Quote
{
    /// <summary>A field name in commands: bare where it can be, else in double quotes.</summary>
    public static string Field(string name) => name.Length > 0 && name.All(IsPlainNameCharacter) && !IsKeyword(name) ? name : Always(name);

    /// <summary>A field name in eval: bare where it is an identifier, else in single quotes.</summary>
    public static string EvalField(string name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !EvalKeyword(name)
            ? name
            : $"'{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>A value of the search command.</summary>
    public static string SearchValue(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/' or '*' or '@' or '%' or '+') && !IsKeyword(value)
            ? value
            : Always(value);

    public static string Always(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlainNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '{' or '}' or ':' or '/' or '*' or '@' or '#' or '%' or '&' or ';';

    private static bool IsKeyword(string word) => word.ToUpperInvariant() is "AND" or "OR" or "NOT" or "AS" or "BY" or "IN" or "OVER" or "WHERE" or "OUTPUT" or "OUTPUTNEW";

    private static bool EvalKeyword(string word) => word.ToUpperInvariant() is "AND" or "OR" or "NOT" or "XOR" or "LIKE" or "IN" or "TRUE" or "FALSE" or "NULL";
}
