using System.Text;

namespace Saker.Spl.Execution;

/// <summary>
/// A value of the search command: <c>*</c> matches any run of characters, letters match in any case. ASCII patterns are
/// matched on bytes without decoding.
/// </summary>
public sealed class WildcardPattern
{
    private readonly string[] parts;
    private readonly byte[][]? bytes;
    private readonly bool ignoreCase;

    public WildcardPattern(string text, bool ignoreCase = true)
    {
        Text = text;
        this.ignoreCase = ignoreCase;
        parts = text.Split('*');
        bytes = Ascii.IsValid(text) ? Array.ConvertAll(parts, Encoding.ASCII.GetBytes) : null;
    }

    public string Text { get; }

    public bool IsExact => parts.Length == 1;

    public bool MatchesEverything => parts.Length > 1 && parts.All(p => p.Length == 0);

    public bool Matches(Value value)
    {
        if (value.IsMulti)
        {
            foreach (var single in value.Values)
            {
                if (Matches(single))
                {
                    return true;
                }
            }

            return false;
        }

        return !value.IsNull && (value.IsUtf8 && bytes is not null ? MatchesBytes(value.Utf8) : MatchesText(value.Text));
    }

    public bool MatchesText(string text)
    {
        if (parts.Length == 1)
        {
            return text.Length == parts[0].Length && StartsWith(text, parts[0]);
        }

        if (text.Length < parts[0].Length + parts[^1].Length || !StartsWith(text, parts[0]) || !StartsWith(text.AsSpan(text.Length - parts[^1].Length), parts[^1]))
        {
            return false;
        }

        var rest = text.AsSpan(parts[0].Length, text.Length - parts[0].Length - parts[^1].Length);
        for (var i = 1; i < parts.Length - 1; i++)
        {
            var at = rest.IndexOf(parts[i], Comparison);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + parts[i].Length)..];
        }

        return true;
    }

    private StringComparison Comparison => ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private bool StartsWith(ReadOnlySpan<char> text, string part) => text.StartsWith(part, Comparison);

    private bool MatchesBytes(ReadOnlySpan<byte> text)
    {
        if (bytes!.Length == 1)
        {
            return text.Length == bytes[0].Length && Same(text, bytes[0]);
        }

        var (head, tail) = (bytes[0], bytes[^1]);
        if (text.Length < head.Length + tail.Length || !Same(text[..head.Length], head) || !Same(text[^tail.Length..], tail))
        {
            return false;
        }

        var rest = text[head.Length..^tail.Length];
        for (var i = 1; i < bytes.Length - 1; i++)
        {
            var at = Utf8Search.IndexOf(rest, bytes[i], ignoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + bytes[i].Length)..];
        }

        return true;
    }

    private bool Same(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => ignoreCase ? Ascii.EqualsIgnoreCase(text, part) || (HasHighByte(text) && Decoded(text, part)) : text.SequenceEqual(part);

    // Ascii.EqualsIgnoreCase is false for any byte above 127; such text can only equal the part by ordinal case rules (U+017F, U+212A).
    private static bool HasHighByte(ReadOnlySpan<byte> text) => !Ascii.IsValid(text);

    private bool Decoded(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => Encoding.UTF8.GetString(text).Equals(Encoding.ASCII.GetString(part), Comparison);
}
