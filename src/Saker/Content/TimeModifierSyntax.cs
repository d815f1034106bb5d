using System.Text.RegularExpressions;

namespace Saker.Content;

/// <summary>Whether a text has the shape of a time modifier: <c>-70m@m</c>, <c>@w1</c>, <c>-1d@d+2h</c>, <c>now</c>, epoch seconds. What it means is the language's matter.</summary>
internal static partial class TimeModifierSyntax
{
    public static bool IsValid(string text) => text.Trim() is "now" or "now()" || Relative().IsMatch(text) || Epoch().IsMatch(text);

    private const string Unit = "(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mon|months?|q|qtrs?|quarters?|y|yrs?|years?)";

    [GeneratedRegex($@"^\s*(?=\S)(?:[+-]\d*{Unit})*(?:@(?:w[0-7]|{Unit})(?:[+-]\d*{Unit})*)?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();

    [GeneratedRegex(@"^\s*\d+(?:\.\d+)?\s*$")]
    private static partial Regex Epoch();
}
