using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Saker.Spl.Scanning;

/// <summary>A block is one vector; a comparison gives its mask at once.</summary>
internal readonly struct Avx512Kernel : IBlockKernel
{
    public static bool IsSupported => Avx512BW.IsSupported && Avx512Vbmi.IsSupported && Pclmulqdq.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(ref byte block, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes)
    {
        var bytes = Vector512.LoadUnsafe(ref block);
        quotes = Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
        backslashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();

        // { and [, } and ] differ in one bit, and no other byte becomes a brace by it.
        var braces = bytes | Vector512.Create((byte)0x20);
        opens = Vector512.Equals(braces, Vector512.Create((byte)'{')).ExtractMostSignificantBits();
        closes = Vector512.Equals(braces, Vector512.Create((byte)'}')).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits) => Avx2Kernel.PrefixXor(bits);

    /// <summary>One instruction looks 64 bytes up in 128 entries. Nothing is called in the loop: a call would take the tables out of their registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Marks(ref byte text, int blocks, LiteralSet literals, in BlockMarks.Entry entries)
    {
        var written = 0;
        var to = entries;
        ref var tables = ref MemoryMarshal.GetReference(literals.Tables);
        var (low0, high0) = (Vector512.LoadUnsafe(ref tables), Vector512.LoadUnsafe(ref tables, 64));
        var (low1, high1) = (Vector512.LoadUnsafe(ref tables, 128), Vector512.LoadUnsafe(ref tables, 192));
        var (low2, high2) = (Vector512.LoadUnsafe(ref tables, 256), Vector512.LoadUnsafe(ref tables, 320));
        var (low3, high3) = (Vector512.LoadUnsafe(ref tables, 384), Vector512.LoadUnsafe(ref tables, 448));
        var escapeBucket = Vector512.Create(literals.EscapeBucket);
        for (var i = 0; i < blocks; i++)
        {
            var bytes = Vector512.LoadUnsafe(ref text);
            var next = Vector512.LoadUnsafe(ref text, 1);
            var buckets = Avx512Vbmi.PermuteVar64x8x2(low0, bytes, high0)
                & Avx512Vbmi.PermuteVar64x8x2(low1, next, high1)
                & Avx512Vbmi.PermuteVar64x8x2(low2, Vector512.LoadUnsafe(ref text, 2), high2)
                & Avx512Vbmi.PermuteVar64x8x2(low3, Vector512.LoadUnsafe(ref text, 3), high3);
            var found = ~Vector512.Equals(buckets, Vector512<byte>.Zero).ExtractMostSignificantBits();
            if ((buckets & escapeBucket) != Vector512<byte>.Zero)
            {
                // Go's harmless ones are many; what is sought may be one all the same.
                var fourth = Vector512.LoadUnsafe(ref text, 4);
                var fifth = Vector512.LoadUnsafe(ref text, 5);
                var ampersands = Vector512.Equals(fourth, Vector512.Create((byte)'2')) & Vector512.Equals(fifth, Vector512.Create((byte)'6'));
                var angles = Vector512.Equals(fourth, Vector512.Create((byte)'3')) & (Vector512.Equals(fifth, Vector512.Create((byte)'c')) | Vector512.Equals(fifth, Vector512.Create((byte)'e')));
                var escapes = Vector512.Equals(buckets, escapeBucket) & Vector512.Equals(bytes, Vector512.Create((byte)'\\')) & Vector512.Equals(next, Vector512.Create((byte)'u'));
                found &= ~(escapes & (ampersands | angles)).ExtractMostSignificantBits();
            }

            found |= Vector512.LessThan(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits();
            written = to.Put(written, i, found);
            text = ref Unsafe.Add(ref text, ScanKernel.BlockBytes);
        }

        return written;
    }
}
