using System.Buffers;

namespace Saker.Spl.Execution;

/// <summary>
/// What follows a prefix in the terms of raw text, as <c>PREFIX(kbps=)</c> of tstats reads it: <c>…, kbps=10.5, …</c> gives 10.5. A term runs from one
/// major breaker to the next. Case does not count, and what is found is in lower case, as terms are in Splunk's index.
/// </summary>
internal static class PrefixedTerms
{
    private static readonly SearchValues<char> Breakers = SearchValues.Create(TermMatcher.MajorBreakers);

    /// <summary>What is wrong with a prefix, for people; null if nothing is.</summary>
    public static string? WhyNot(string prefix) =>
        prefix.Length == 0 ? "PREFIX() needs the text before the value"
        : prefix.AsSpan().IndexOfAny(Breakers) >= 0 ? "a term holds no blanks, commas, quotes, brackets or other major breakers"
        : prefix.Any(char.IsUpper) ? "terms are in lower case"
        : null;

    /// <summary>The values in the text, in order, each once.</summary>
    public static Value Find(string text, string prefix)
    {
        var values = new List<Value>();
        for (var at = text.IndexOf(prefix, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(prefix, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at > 0 && !Breakers.Contains(text[at - 1]))
            {
                continue;
            }

            var rest = text.AsSpan(at + prefix.Length);
            var end = rest.IndexOfAny(Breakers);
            var value = Value.Of(rest[..(end < 0 ? rest.Length : end)].ToString().ToLowerInvariant());
            if (value.Text.Length > 0 && !values.Contains(value))
            {
                values.Add(value);
            }
        }

        return Value.OfMany(values);
    }
}
