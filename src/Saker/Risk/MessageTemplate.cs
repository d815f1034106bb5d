using System.Text.RegularExpressions;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>A risk message with <c>$field$</c> places; field names may hold dots and braces: <c>$objectRef.name$</c>, <c>$sourceIPs{}$</c>.</summary>
internal static partial class MessageTemplate
{
    private const int MostValuesShown = 10;

    /// <summary>The fields that a message names.</summary>
    public static IEnumerable<string> Fields(string message) => Place().Matches(message).Select(m => m.Groups[1].Value);

    /// <summary>The message with each place filled in. Of a multivalue the first few values are shown; an absent field stays as written.</summary>
    public static string Fill(string message, Func<string, Value> valueOf) => Place().Replace(message, place =>
    {
        var value = valueOf(place.Groups[1].Value);
        if (value.IsNull)
        {
            return place.Value;
        }

        var values = value.Values;
        var shown = string.Join(", ", values[..Math.Min(values.Length, MostValuesShown)].ToArray().Select(v => v.Text));
        return values.Length > MostValuesShown ? $"{shown} and {values.Length - MostValuesShown} more" : shown;
    });

    [GeneratedRegex(@"\$([^\s$]+)\$")]
    private static partial Regex Place();
}
