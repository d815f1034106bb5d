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

    public static void Candidates(ref byte text, int blocks, LiteralSet literals, ref ulong masks)
    {
        for (var i = 0; i < blocks; i++)
        {
            var mask = 0UL;
            for (var bit = 0; bit < ScanKernel.BlockBytes; bit++)
            {
                mask |= literals.BucketsAt(ref Unsafe.Add(ref text, (i * ScanKernel.BlockBytes) + bit)) != 0 ? 1UL << bit : 0;
            }

            Unsafe.Add(ref masks, i) = mask;
        }
    }

    public static ulong PrefixXor(ulong bits)
    {
        for (var distance = 1; distance < 64; distance *= 2)
        {
            bits ^= bits << distance;
        }

        return bits;
    }
}
