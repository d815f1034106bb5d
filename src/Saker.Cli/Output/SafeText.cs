namespace Saker.Cli.Output;

/// <summary>Text of an attacker's choosing on its way to a terminal.</summary>
internal static class SafeText
{
    /// <summary>The text with control characters (escape sequences, line breaks, bidirectional overrides) and invisible ones, which make two names look the same, replaced.</summary>
    public static string Of(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Any(IsUnsafe)
        ? text
        : string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = source[i] is '\n' or '\t' ? ' ' : IsUnsafe(source[i]) ? '\uFFFD' : source[i];
            }
        });

    /// <summary>The same for a text of several lines, which stay.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Of));

    // The zero-width joiners stay: scripts and emoji are written with them.
    private static bool IsUnsafe(char c) => char.IsControl(c)
        || c is (>= '\u2028' and <= '\u202e') or (>= '\u2060' and <= '\u2069') or '\u061c' or '\u200b' or '\u200e' or '\u200f' or '\ufeff';
}
