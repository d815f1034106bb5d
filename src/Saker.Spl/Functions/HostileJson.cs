using System.Globalization;
using System.Text.Json;

namespace Saker.Spl.Functions;

/// <summary>
/// JSON that a sender chose: half of a surrogate pair, escaped (<c>"\ud800"</c>) or bare, is valid to the parser and cannot be read as text
/// afterwards. It is the replacement character here, as in fields taken from events.
/// </summary>
internal static class HostileJson
{
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static JsonDocument Parse(string text, JsonDocumentOptions options = default) => JsonDocument.Parse(Whole(text), options);

    internal static string Whole(string text)
    {
        char[]? whole = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && Escaped(text, i) is { } unit)
            {
                if (char.IsHighSurrogate(unit) && Escaped(text, i + 6) is { } low && char.IsLowSurrogate(low))
                {
                    i += 11;
                }
                else if (char.IsSurrogate(unit))
                {
                    "fffd".CopyTo((whole ??= text.ToCharArray()).AsSpan(i + 2));
                    i += 5;
                }
            }
            else if (text[i] == '\\')
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    i++;
                }
                else
                {
                    (whole ??= text.ToCharArray())[i] = '\uFFFD';
                }
            }
        }

        return whole is null ? text : new string(whole);
    }

    private static char? Escaped(string text, int at) =>
        at + 5 < text.Length && text[at] == '\\' && text[at + 1] == 'u' && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
