using System.Runtime.CompilerServices;

namespace Saker.Spl.Scanning;

/// <summary>The same without vectors, a byte at a time: what the others are compared with.</summary>
internal readonly struct ScalarKernel : IBlockKernel
{
    public static bool IsSupported => true;

    public static void Classify(ref byte block, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes)
    {
        (quotes, backslashes, opens, closes) = (0, 0, 0, 0);
        for (var i = 0; i < 64; i++)
        {
            var bit = 1UL << i;
            switch (Unsafe.Add(ref block, i))
            {
                case (byte)'"': quotes |= bit; break;
                case (byte)'\\': backslashes |= bit; break;
                case (byte)'{' or (byte)'[': opens |= bit; break;
                case (byte)'}' or (byte)']': closes |= bit; break;
            }
        }
    }

    public static int Marks(ref byte text, int blocks, LiteralSet literals, in BlockMarks.Entry entries)
    {
        var written = 0;
        var to = entries;
        for (var i = 0; i < blocks; i++)
        {
            var found = 0UL;
            for (var bit = 0; bit < ScanKernel.BlockBytes; bit++)
            {
                ref var at = ref Unsafe.Add(ref text, (i * ScanKernel.BlockBytes) + bit);
                found |= literals.BucketsAt(ref at) != 0 || at < (byte)' ' ? 1UL << bit : 0;
            }

            written = to.Put(written, i, found);
        }

        return written;
    }

    /// <summary>Six shifts: also what code that must run on any processor uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }
}
