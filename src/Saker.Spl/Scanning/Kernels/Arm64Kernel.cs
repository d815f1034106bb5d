using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace Saker.Spl.Scanning;

/// <summary>A block is four vectors of 16 bytes. There is no instruction that gathers a mask: each byte keeps its own bit and pairs are added.</summary>
internal readonly struct Arm64Kernel : IBlockKernel
{
    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(ref byte block, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes)
    {
        var first = Vector128.LoadUnsafe(ref block);
        var second = Vector128.LoadUnsafe(ref block, 16);
        var third = Vector128.LoadUnsafe(ref block, 32);
        var fourth = Vector128.LoadUnsafe(ref block, 48);
        quotes = Mask(first, second, third, fourth, (byte)'"');
        backslashes = Mask(first, second, third, fourth, (byte)'\\');
        var brace = Vector128.Create((byte)0x20);
        (first, second, third, fourth) = (first | brace, second | brace, third | brace, fourth | brace);
        opens = Mask(first, second, third, fourth, (byte)'{');
        closes = Mask(first, second, third, fourth, (byte)'}');
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits) => ArmAes.IsSupported
        ? ArmAes.PolynomialMultiplyWideningLower(Vector64.Create(bits), Vector64<ulong>.AllBitsSet).ToScalar()
        : ScalarKernel.PrefixXor(bits);

    /// <summary>A byte's halves are looked up apart, in sixteen entries each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Marks(ref byte text, int blocks, LiteralSet literals, in BlockMarks.Entry entries)
    {
        var written = 0;
        var to = entries;
        ref var halves = ref MemoryMarshal.GetReference(literals.Halves);
        var all = 0UL;
        for (var i = 0; i < 4 * blocks; i++)
        {
            var bytes = Vector128.LoadUnsafe(ref text);
            var buckets = Buckets(ref text, ref halves, 0) & Buckets(ref text, ref halves, 1) & Buckets(ref text, ref halves, 2) & Buckets(ref text, ref halves, 3);
            var found = ~Vector128.Equals(buckets, Vector128<byte>.Zero) | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
            var backslashes = Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
            if (backslashes != Vector128<byte>.Zero)
            {
                var next = Vector128.LoadUnsafe(ref text, 1);
                var fourth = Vector128.LoadUnsafe(ref text, 4);
                var fifth = Vector128.LoadUnsafe(ref text, 5);
                var ampersands = Vector128.Equals(fourth, Vector128.Create((byte)'2')) & Vector128.Equals(fifth, Vector128.Create((byte)'6'));
                var angles = Vector128.Equals(fourth, Vector128.Create((byte)'3')) & (Vector128.Equals(fifth, Vector128.Create((byte)'c')) | Vector128.Equals(fifth, Vector128.Create((byte)'e')));
                var letters = Vector128.AndNot(Vector128.Equals(next, Vector128.Create((byte)'u')), ampersands | angles);
                found |= backslashes & (letters | Vector128.Equals(next, Vector128.Create((byte)'/')));
            }

            // The quarters of a block are put together from the last bits down.
            all = (all >> 16) | ((ulong)Bits(found) << 48);
            written = (i & 3) == 3 ? to.Put(written, i / 4, all) : written;
            text = ref Unsafe.Add(ref text, 16);
        }

        return written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Bits(Vector128<byte> set)
    {
        set &= Vector128.Create(0x8040_2010_0804_0201UL).AsByte();
        var pairs = AdvSimd.Arm64.AddPairwise(set, set);
        var quarters = AdvSimd.Arm64.AddPairwise(pairs, pairs);
        return AdvSimd.Arm64.AddPairwise(quarters, quarters).AsUInt16().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Buckets(ref byte text, ref byte halves, nuint place)
    {
        var bytes = Vector128.LoadUnsafe(ref text, place);
        return AdvSimd.Arm64.VectorTableLookup(Vector128.LoadUnsafe(ref halves, 32 * place), bytes & Vector128.Create((byte)15))
            & AdvSimd.Arm64.VectorTableLookup(Vector128.LoadUnsafe(ref halves, (32 * place) + 16), Vector128.ShiftRightLogical(bytes, 4) & Vector128.Create((byte)7));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, Vector128<byte> fourth, byte wanted)
    {
        var bit = Vector128.Create(0x8040_2010_0804_0201UL).AsByte();
        var sought = Vector128.Create(wanted);
        var low = AdvSimd.Arm64.AddPairwise(Vector128.Equals(first, sought) & bit, Vector128.Equals(second, sought) & bit);
        var high = AdvSimd.Arm64.AddPairwise(Vector128.Equals(third, sought) & bit, Vector128.Equals(fourth, sought) & bit);
        var quarters = AdvSimd.Arm64.AddPairwise(low, high);
        return AdvSimd.Arm64.AddPairwise(quarters, quarters).AsUInt64().ToScalar();
    }
}
