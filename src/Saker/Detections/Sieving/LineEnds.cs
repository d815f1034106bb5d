using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Saker.Detections.Sieving;

/// <summary>
/// Seeks the last newline of a buffer. The framework's search is not compiled ahead of time where the machine has vectors of 64 bytes, and a scan is over before it is
/// compiled well.
/// </summary>
internal static class LineEnds
{
    /// <summary>The index behind the last newline; 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int AfterLast(ReadOnlySpan<byte> text)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var end = text.Length;
        for (; Vector256.IsHardwareAccelerated && end >= Vector256<byte>.Count; end -= Vector256<byte>.Count)
        {
            var newlines = Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)(end - Vector256<byte>.Count)), Vector256.Create((byte)'\n')).ExtractMostSignificantBits();
            if (newlines != 0)
            {
                return end - BitOperations.LeadingZeroCount(newlines);
            }
        }

        while (end > 0 && text[end - 1] != (byte)'\n')
        {
            end--;
        }

        return end;
    }
}
