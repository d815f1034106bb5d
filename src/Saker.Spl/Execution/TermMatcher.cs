using System.Text;
using Saker.Spl.Syntax;

namespace Saker.Spl.Execution;

/// <summary>
/// Finds a word or phrase in raw text at token boundaries, as Splunk's index does: a token ends at a breaker character or the
/// text's end; a leading or trailing <c>*</c> lifts the boundary on that side, one inside matches any run of characters.
/// </summary>
public sealed class TermMatcher
{
    // Splunk's segmenters.conf: major breakers end any token, minor ones split it further.
    internal const string MajorBreakers = "[]<>(){}|!;,'\"*\n\r \t&?+";
    private const string MinorBreakers = "/:=@.-$#%\\_";

    private readonly string[] parts;
    private readonly byte[][]? bytes;
    private readonly bool ignoreCase;
    private readonly string breakers;
    private readonly bool boundLeft;
    private readonly bool boundRight;

    public TermMatcher(string text, TermKind kind)
    {
        parts = text.Split('*');
        ignoreCase = kind != TermKind.Case;
        breakers = kind == TermKind.Term ? MajorBreakers : MajorBreakers + MinorBreakers;
        boundLeft = parts[0].Length > 0 && !breakers.Contains(parts[0][0]);
        boundRight = parts[^1].Length > 0 && !breakers.Contains(parts[^1][^1]);
        bytes = Ascii.IsValid(text) ? Array.ConvertAll(parts, Encoding.ASCII.GetBytes) : null;
    }

    public bool Matches(Value raw)
    {
        foreach (var single in raw.Values)
        {
            if (bytes is not null && single.IsUtf8 ? MatchesBytes(single.Utf8) : MatchesBytesOf(single.Text))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it stands in a text of UTF-8.</summary>
    internal bool Matches(ReadOnlySpan<byte> text) => bytes is not null ? MatchesBytes(text) : MatchesText(Encoding.UTF8.GetString(text));

    private bool MatchesBytesOf(string text) => bytes is not null ? MatchesBytes(Encoding.UTF8.GetBytes(text)) : MatchesText(text);

    private bool MatchesBytes(ReadOnlySpan<byte> text)
    {
        var first = bytes![0];
        for (var from = 0; from <= text.Length;)
        {
            var at = Utf8Search.IndexOf(text[from..], first, ignoreCase);
            if (at < 0)
            {
                return false;
            }

            at += from;
            if ((!boundLeft || at == 0 || IsBreaker(text[at - 1])) && RestMatches(text, at + first.Length))
            {
                return true;
            }

            if (first.Length == 0)
            {
                return false;
            }

            from = at + 1;
        }

        return false;
    }

    /// <summary>The parts after the first follow in order; the last one ends at a boundary.</summary>
    private bool RestMatches(ReadOnlySpan<byte> text, int from)
    {
        for (var i = 1; i < bytes!.Length - 1; i++)
        {
            var at = Utf8Search.IndexOf(text[from..], bytes[i], ignoreCase);
            if (at < 0)
            {
                return false;
            }

            from += at + bytes[i].Length;
        }

        if (bytes.Length == 1)
        {
            return !boundRight || from == text.Length || IsBreaker(text[from]);
        }

        var last = bytes[^1];
        while (true)
        {
            var at = Utf8Search.IndexOf(text[from..], last, ignoreCase);
            if (at < 0)
            {
                return false;
            }

            from += at + last.Length;
            if (!boundRight || from == text.Length || IsBreaker(text[from]))
            {
                return true;
            }

            from -= last.Length - 1;
        }
    }

    private bool MatchesText(string text)
    {
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        for (var at = text.IndexOf(parts[0], 0, comparison); at >= 0; at = at + 1 <= text.Length ? text.IndexOf(parts[0], at + 1, comparison) : -1)
        {
            var from = at + parts[0].Length;
            var ok = !boundLeft || at == 0 || breakers.Contains(text[at - 1]);
            for (var i = 1; ok && i < parts.Length; i++)
            {
                var next = text.IndexOf(parts[i], from, comparison);
                ok = next >= 0;
                from = next + parts[i].Length;
            }

            if (ok && (!boundRight || from == text.Length || breakers.Contains(text[from])))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsBreaker(byte c) => c < 128 && breakers.Contains((char)c);
}
