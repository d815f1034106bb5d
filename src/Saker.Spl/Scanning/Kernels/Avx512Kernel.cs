using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Saker.Spl.Scanning;

/// <summary>A block is one vector; a comparison gives its mask at once.</summary>
internal readonly struct Avx512Kernel : IBlockKernel
{
    public static bool IsSupported => Avx512BW.IsSupported && Pclmulqdq.IsSupported;

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
}
