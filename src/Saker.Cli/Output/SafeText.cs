namespace Saker.Cli.Output;

/// <summary>Text of an attacker's choosing on its way to a terminal.</summary>
internal static class SafeText
{
    /// <summary>The text with control characters (escape sequences, line breaks, bidirectional overrides) replaced.</summary>
    public static string Of(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Any(IsUnsafe)
        ? text
        : string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = source[i] is '\n' or '\t' ? ' ' : IsUnsafe(source[i]) ? '\uFFFD' : source[i];
            }
        });

    private static bool IsUnsafe(char c) => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
