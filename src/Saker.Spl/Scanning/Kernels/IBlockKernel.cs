using System.Runtime.CompilerServices;

namespace Saker.Spl.Scanning;

/// <summary>
/// What one instruction set does with a block of 64 bytes of JSON: bit i of a mask tells of byte i. Implementations are structs, so that every
/// loop over blocks is compiled for each with nothing called inside it.
/// </summary>
internal interface IBlockKernel
{
    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Where quotes, backslashes, opening (<c>{ [</c>) and closing (<c>} ]</c>) brackets stand, inside strings or not.</summary>
    static abstract void Classify(ref byte block, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes);

    /// <summary>Bit i is set where an odd number of bits is set at or below i: of quotes, from each opening one up to, without, its closing one.</summary>
    static abstract ulong PrefixXor(ulong bits);

    /// <summary>
    /// Writes for each block of a text the places where a literal's window may stand or an escape begins that may hide a letter (<c>\u0070ods</c>,
    /// <c>\/</c>), and the control characters, newlines among them: if there are any. Returns how many entries it wrote. The text must be readable for
    /// <see cref="ScanKernel.BlockBytes"/> bytes after the last block.
    /// </summary>
    static abstract int Marks(ref byte text, int blocks, LiteralSet literals, in BlockMarks.Entry entries);
}

/// <summary>What a block's masks carry over into the next.</summary>
internal struct BlockCarry
{
    /// <summary>1 if a backslash at the end of the last block escapes the first byte of the next.</summary>
    public ulong Escape;

    /// <summary>All ones inside a string, else 0.</summary>
    public ulong InString;

    /// <summary>Backslashes outside of strings: valid JSON has none, and what they mean there is left to the scalar twin.</summary>
    public ulong Stray;

    /// <summary>Backslashes inside strings.</summary>
    public ulong Backslashes;

    /// <summary>Takes escaped quotes, and brackets inside strings, out of a block's masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Settle<TKernel>(ref ulong quotes, ulong backslashes, ref ulong opens, ref ulong closes)
        where TKernel : struct, IBlockKernel
    {
        if ((backslashes | Escape) != 0)
        {
            quotes &= ~Escaped(backslashes, ref Escape);
        }

        var inString = TKernel.PrefixXor(quotes) ^ InString;
        InString = (ulong)((long)inString >> 63);
        Stray |= backslashes & ~inString;
        Backslashes |= backslashes;
        opens &= ~inString;
        closes &= ~inString;
    }

    /// <summary>The bytes that follow an odd run of backslashes. A run's parity shows in where adding it to its odd starts carries to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Escaped(ulong backslashes, ref ulong carried)
    {
        const ulong even = 0x5555_5555_5555_5555;
        backslashes &= ~carried;
        var follows = (backslashes << 1) | carried;
        var oddStarts = backslashes & ~even & ~follows;
        var sum = oddStarts + backslashes;
        carried = sum < oddStarts ? 1UL : 0;
        return (even ^ (sum << 1)) & follows;
    }
}
