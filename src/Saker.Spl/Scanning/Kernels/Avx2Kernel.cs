using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte wanted) =>
        Vector256.Equals(low, Vector256.Create(wanted)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(high, Vector256.Create(wanted)).ExtractMostSignificantBits() << 32);
}
