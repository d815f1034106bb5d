namespace Saker.Detections.Sieving;

/// <summary>
/// Whether a search could find what masking writes in place of a secret (<c>"masked:0f3a…"</c>, sixteen hex digits), which the line does not say.
/// </summary>
internal static class MaskedText
{
    private const string Prefix = "masked:";
    private const int Length = 23;

    /// <summary>Whether a value, with asterisks perhaps, may match a masked one, or an address with a masked token in it.</summary>
    public static bool MayMatch(string pattern) => pattern.Split('*').Where(p => p.Length > 0).All(Overlaps) || pattern.Contains(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a term may be found in what is masked. A whole word in there is <c>masked</c> or all the digits.</summary>
    public static bool MayHold(string term, bool isWord)
    {
        if (isWord && term.All(char.IsAsciiLetterOrDigit))
        {
            return term.Equals("masked", StringComparison.OrdinalIgnoreCase) || (term.Length == Length - Prefix.Length && term.All(char.IsAsciiHexDigit));
        }

        return term.Split('*').Any(Overlaps);
    }

    /// <summary>Whether a text may stand over, inside or across the ends of a masked value; before it stands a quote or =, after it a quote or the next parameter.</summary>
    private static bool Overlaps(string text)
    {
        for (var at = 1 - text.Length; at < Length; at++)
        {
            if (FitsAt(text, at))
            {
                return true;
            }
        }

        return text.Length == 0;
    }

    private static bool FitsAt(string text, int at)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var (c, place) = (char.ToLowerInvariant(text[i]), at + i);
            var fits = place switch
            {
                -1 => c is '"' or '=',
                < 0 => true,
                < 7 => c == Prefix[place],
                < Length => char.IsAsciiHexDigit(c),
                Length => c is '"' or '&' or '#' or '\\',
                _ => true,
            };
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }
}
