using System.Buffers;
using System.Text;

namespace Saker.Generate;

/// <summary>JSON as Go's encoding/json writes it: <c>&lt; &gt; &amp;</c> escaped, other text as it is.</summary>
internal static class GoJson
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        "\"\\<>&\u2028\u2029\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\t\n\u000b\u000c\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    public static bool IsPlain(string text) => text.AsSpan().IndexOfAny(Special) < 0;

    public static string Quote(string text)
    {
        var json = new StringBuilder(text.Length + 16).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '<' or '>' or '&' or < ' ' or '\u2028' or '\u2029' => json.Append("\\u").Append(((int)c).ToString("x4")),
                _ => json.Append(c),
            };
        }

        return json.Append('"').ToString();
    }

    public static string Array(IEnumerable<string> texts) => "[" + string.Join(',', texts.Select(Quote)) + "]";
}
