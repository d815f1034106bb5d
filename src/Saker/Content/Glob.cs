using System.IO.Enumeration;

namespace Saker.Content;

/// <summary>Names with <c>*</c> and <c>?</c>, in any case.</summary>
internal static class Glob
{
    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
