using System.Text.RegularExpressions;

namespace Saker.Spl.Functions;

/// <summary>
/// Regular expressions as PCRE writes them, run with a bound on their work: without backtracking where the pattern allows it, else
/// with a time limit.
/// </summary>
internal static partial class RegexText
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">The pattern is no regular expression; the message says why.</exception>
    public static Regex Compile(string pattern, RegexOptions options = RegexOptions.None)
    {
        var translated = Translate(pattern);
        try
        {
            return new Regex(translated, options | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, options | RegexOptions.CultureInvariant, Limit);
        }
    }

    /// <summary>PCRE's replacement text (<c>\1</c>, <c>$</c> literal) as .NET's.</summary>
    public static string Replacement(string text) => BackReference().Replace(text.Replace("$", "$$", StringComparison.Ordinal), "$${$1}");

    /// <summary>What PCRE has and .NET writes otherwise: (?P&lt;name&gt;, (?P=name), possessive quantifiers, \h, \R, \z.</summary>
    private static string Translate(string pattern)
    {
        var text = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
        text = NamedReference().Replace(text, @"\k<$1>");
        text = Horizontal().Replace(text, @"$1[ \t]");
        text = PosixClass().Replace(text, m => m.Groups[1].Value switch
        {
            "alpha" => "a-zA-Z",
            "digit" => "0-9",
            "alnum" => "a-zA-Z0-9",
            "space" => @"\s",
            "upper" => "A-Z",
            "lower" => "a-z",
            "xdigit" => "0-9A-Fa-f",
            "word" => @"\w",
            "punct" => @"!-/:-@\[-`{-~",
            _ => m.Value,
        });
        return text;
    }

    [GeneratedRegex(@"\\(\d)")]
    private static partial Regex BackReference();

    [GeneratedRegex(@"\(\?P=(\w+)\)")]
    private static partial Regex NamedReference();

    [GeneratedRegex(@"((?<!\\)(?:\\\\)*)\\h")]
    private static partial Regex Horizontal();

    [GeneratedRegex(@"\[:(\w+):\]")]
    private static partial Regex PosixClass();
}
