using System.Text;

namespace Saker.Spl.Execution;

/// <summary>Finds ASCII text in UTF-8 bytes, in any case or exactly.</summary>
internal static class Utf8Search
{
    /// <summary>The index of the first occurrence, or -1. An empty needle is found at 0.</summary>
    public static int IndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> needle, bool ignoreCase)
    {
        if (!ignoreCase || needle.IsEmpty)
        {
            return text.IndexOf(needle);
        }

        var (lower, upper) = BothCases(needle[0]);
        for (var from = 0; from + needle.Length <= text.Length;)
        {
            var step = text[from..^(needle.Length - 1)].IndexOfAny(lower, upper);
            if (step < 0)
            {
                return -1;
            }

            from += step;
            if (Ascii.EqualsIgnoreCase(text.Slice(from, needle.Length), needle))
            {
                return from;
            }

            from++;
        }

        return -1;
    }

    private static (byte Lower, byte Upper) BothCases(byte c) =>
        ((byte)(c is >= (byte)'A' and <= (byte)'Z' ? c | 0x20 : c), (byte)(c is >= (byte)'a' and <= (byte)'z' ? c & ~0x20 : c));
}
