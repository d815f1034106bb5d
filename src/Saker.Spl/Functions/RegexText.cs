using System.Text.RegularExpressions;

namespace Saker.Spl.Functions;

/// <summary>
/// Regular expressions as PCRE writes them, run with a bound on their work: without backtracking where the pattern allows it, else
/// with a time limit (<see cref="RegexMatchTimeoutException"/>, which the search tells as SPL0903).
/// </summary>
internal static partial class RegexText
{
    private const int LongestPattern = 50_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">The pattern is no regular expression; the message says why.</exception>
    public static Regex Compile(string pattern, RegexOptions options = RegexOptions.None) =>
        pattern.Length > LongestPattern ? throw new ArgumentException("it is too long") : CompileTranslated(PcrePattern.Translate(pattern), options);

    /// <summary>For a pattern that is .NET's already.</summary>
    internal static Regex CompileTranslated(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, options | RegexOptions.CultureInvariant, Limit);
        }
        catch (RegexParseException mistake)
        {
            throw new ArgumentException(Reason(mistake), mistake);
        }
    }

    /// <summary>PCRE's replacement text (<c>\1</c>, <c>$</c> literal) as .NET's.</summary>
    public static string Replacement(string text) => BackReference().Replace(text.Replace("$", "$$", StringComparison.Ordinal), "$${$1}");

    private static string Reason(RegexParseException mistake)
    {
        // "Invalid pattern '(a' at offset 2. Not enough )'s."
        var marker = $"at offset {mistake.Offset}. ";
        var at = mistake.Message.LastIndexOf(marker, StringComparison.Ordinal);
        return (at < 0 ? mistake.Message : mistake.Message[(at + marker.Length)..]).TrimEnd('.');
    }

    [GeneratedRegex(@"\\(\d)")]
    private static partial Regex BackReference();
}
