using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Saker.Spl.Scanning;

/// <summary>A block is two vectors of 32 bytes.</summary>
internal readonly struct Avx2Kernel : IBlockKernel
{
    public static bool IsSupported => Avx2.IsSupported && Pclmulqdq.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(ref byte block, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes)
    {
        var low = Vector256.LoadUnsafe(ref block);
        var high = Vector256.LoadUnsafe(ref block, 32);
        quotes = Mask(low, high, (byte)'"');
        backslashes = Mask(low, high, (byte)'\\');
        low |= Vector256.Create((byte)0x20);
        high |= Vector256.Create((byte)0x20);
        opens = Mask(low, high, (byte)'{');
        closes = Mask(low, high, (byte)'}');
    }

    /// <summary>A product without carries with all ones is the running exclusive or.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits) =>
        Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();

    /// <summary>A byte's halves are looked up apart, in sixteen entries each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Marks(ref byte text, int blocks, LiteralSet literals, in BlockMarks.Entry entries)
    {
        var written = 0;
        var to = entries;
        ref var halves = ref MemoryMarshal.GetReference(literals.Halves);
        var (low0, high0) = (Twice(ref halves, 0), Twice(ref halves, 16));
        var (low1, high1) = (Twice(ref halves, 32), Twice(ref halves, 48));
        var (low2, high2) = (Twice(ref halves, 64), Twice(ref halves, 80));
        var (low3, high3) = (Twice(ref halves, 96), Twice(ref halves, 112));
        var both = 0UL;
        for (var i = 0; i < 2 * blocks; i++)
        {
            var bytes = Vector256.LoadUnsafe(ref text);
            var next = Vector256.LoadUnsafe(ref text, 1);
            var buckets = Buckets(bytes, low0, high0) & Buckets(next, low1, high1)
                & Buckets(Vector256.LoadUnsafe(ref text, 2), low2, high2) & Buckets(Vector256.LoadUnsafe(ref text, 3), low3, high3);
            var found = ~Vector256.Equals(buckets, Vector256<byte>.Zero) | Vector256.LessThan(bytes, Vector256.Create((byte)' '));
            var backslashes = Vector256.Equals(bytes, Vector256.Create((byte)'\\'));
            if (backslashes != Vector256<byte>.Zero)
            {
                var fourth = Vector256.LoadUnsafe(ref text, 4);
                var fifth = Vector256.LoadUnsafe(ref text, 5);
                var ampersands = Vector256.Equals(fourth, Vector256.Create((byte)'2')) & Vector256.Equals(fifth, Vector256.Create((byte)'6'));
                var angles = Vector256.Equals(fourth, Vector256.Create((byte)'3')) & (Vector256.Equals(fifth, Vector256.Create((byte)'c')) | Vector256.Equals(fifth, Vector256.Create((byte)'e')));
                var letters = Vector256.AndNot(Vector256.Equals(next, Vector256.Create((byte)'u')), ampersands | angles);
                found |= backslashes & (letters | Vector256.Equals(next, Vector256.Create((byte)'/')));
            }

            // The halves of a block are put together from the last bits down.
            both = (both >> 32) | ((ulong)found.ExtractMostSignificantBits() << 32);
            written = (i & 1) == 1 ? to.Put(written, i / 2, both) : written;
            text = ref Unsafe.Add(ref text, 32);
        }

        return written;
    }

    private static Vector256<byte> Twice(ref byte halves, nuint at) => Vector256.Create(Vector128.LoadUnsafe(ref halves, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Buckets(Vector256<byte> bytes, Vector256<byte> low, Vector256<byte> high) =>
        Avx2.Shuffle(low, bytes & Vector256.Create((byte)15))
        & Avx2.Shuffle(high, Vector256.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & Vector256.Create((byte)7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte wanted) =>
        Vector256.Equals(low, Vector256.Create(wanted)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(high, Vector256.Create(wanted)).ExtractMostSignificantBits() << 32);
}
