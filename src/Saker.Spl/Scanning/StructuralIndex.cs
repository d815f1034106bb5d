using System.Numerics;
using System.Runtime.CompilerServices;

namespace Saker.Spl.Scanning;

/// <summary>
/// Where the strings and brackets of one JSON text stand, 32 kB at a time, filled as a walk comes by: it only ever goes forward. Reused from text
/// to text; one a thread.
/// </summary>
internal sealed class StructuralIndex(ScanKernel kernel)
{
    /// <summary>32 kB of text: its masks stay in the first cache beside it.</summary>
    private const int BlocksHeld = 512;

    // With an empty one behind the last.
    private readonly ulong[] quotes = new ulong[BlocksHeld + 1];
    private readonly ulong[] opens = new ulong[BlocksHeld + 1];
    private readonly ulong[] closes = new ulong[BlocksHeld + 1];
    private BlockCarry carry;
    private int first;
    private int count;

    /// <summary>Whether a backslash stood in a string so far: then strings must be looked through for escapes.</summary>
    public bool HasBackslash => carry.Backslashes != 0;

    /// <summary>Whether a backslash stood outside of strings so far: what follows is not to be trusted.</summary>
    public bool IsStray => carry.Stray != 0;

    public void Begin()
    {
        carry = default;
        first = 0;
        count = 0;
    }

    /// <summary>The next quote at or after <paramref name="from"/> that begins or ends a string; -1 if the text ends first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextQuote(ReadOnlySpan<byte> text, int from)
    {
        // Mostly it is among the next 64 bytes.
        var block = (from >> 6) - first;
        if ((uint)block < (uint)count)
        {
            var window = Window(quotes, block, from);
            if (window != 0)
            {
                return from + BitOperations.TrailingZeroCount(window);
            }
        }

        return FarQuote(text, from);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FarQuote(ReadOnlySpan<byte> text, int from)
    {
        var block = (from >> 6) - first;
        if (block >= count && !Advance(text, ref block))
        {
            return -1;
        }

        var mask = quotes[block] & (~0UL << from);
        while (mask == 0)
        {
            if (++block >= count && !Advance(text, ref block))
            {
                return -1;
            }

            mask = quotes[block];
        }

        return ((first + block) << 6) + BitOperations.TrailingZeroCount(mask);
    }

    /// <summary>The index after the bracket that closes the one at <paramref name="open"/>; -1 if the text ends first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int AfterContainer(ReadOnlySpan<byte> text, int open)
    {
        var block = (open >> 6) - first;
        if ((uint)block < (uint)count)
        {
            // Mostly it ends among the next 64 bytes, and nothing is in it that has brackets.
            var closing = Window(closes, block, open);
            var opening = Window(opens, block, open);
            if (closing != 0 && (opening & (closing ^ (closing - 1))) == 1)
            {
                return open + BitOperations.TrailingZeroCount(closing) + 1;
            }
        }

        return FarContainer(text, open);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FarContainer(ReadOnlySpan<byte> text, int open)
    {
        var block = (open >> 6) - first;
        if (block >= count && !Advance(text, ref block))
        {
            return -1;
        }

        var above = ~0UL << open;
        var depth = 0;
        while (true)
        {
            var opening = opens[block] & above;
            var closing = closes[block] & above;
            var closed = BitOperations.PopCount(closing);
            if (closed >= depth)
            {
                // It may close in here: look at each closing bracket.
                var end = Closing(opening, closing, depth);
                if (end >= 0)
                {
                    return ((first + block) << 6) + end + 1;
                }
            }

            depth += BitOperations.PopCount(opening) - closed;
            above = ~0UL;
            if (++block >= count && !Advance(text, ref block))
            {
                return -1;
            }
        }
    }

    /// <summary>The bit of the closing bracket after which nothing is open; -1 if there is none in the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Closing(ulong opening, ulong closing, int depth)
    {
        for (var rest = closing; rest != 0; rest &= rest - 1)
        {
            depth--;
            var below = rest ^ (rest - 1);
            if (depth + BitOperations.PopCount(opening & below) == 0)
            {
                return BitOperations.TrailingZeroCount(rest);
            }
        }

        return -1;
    }

    /// <summary>The marks of 64 bytes from a place in a block that is held; those past the last block held are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Window(ulong[] marks, int block, int from) => (marks[block] >> from) | (marks[block + 1] << 1 << ~from);

    /// <summary>Fills on until the block is held; <paramref name="block"/> is counted from the first that is. False at the end of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Advance(ReadOnlySpan<byte> text, ref int block)
    {
        while (block >= count)
        {
            var start = (first + count) << 6;
            if (start >= text.Length)
            {
                return false;
            }

            block -= count;
            first += count;
            count = kernel.Index(text, start, ref carry, quotes.AsSpan(0, BlocksHeld), opens, closes);
            (quotes[count], opens[count], closes[count]) = (0, 0, 0);
        }

        return true;
    }
}
