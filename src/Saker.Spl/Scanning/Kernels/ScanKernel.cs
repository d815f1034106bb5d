using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>The loops over blocks, compiled for one instruction set. A call does some hundred blocks, so that calling costs nothing.</summary>
internal abstract class ScanKernel
{
    public const int BlockBytes = 64;

    /// <summary>As <c>SAKER_KERNEL</c> has it.</summary>
    public abstract string Name { get; }

    public abstract bool IsSupported { get; }

    /// <summary>Whether the instruction set gains anything over the scalar twins.</summary>
    public virtual bool IsVector => true;

    /// <summary>
    /// Fills the masks of consecutive blocks from <paramref name="start"/> on: quotes that open or close a string, brackets outside of strings. The
    /// last block may be short: what lies behind the text is read as white space. Returns how many blocks it filled.
    /// </summary>
    public abstract int Index(ReadOnlySpan<byte> text, int start, ref BlockCarry carry, ulong[] quotes, ulong[] opens, ulong[] closes);

    /// <summary>
    /// Tells for each block of a text where a literal's window may stand; the text must be readable for a block behind its last. Of masks there must
    /// be one a block.
    /// </summary>
    public abstract void Candidates(ReadOnlySpan<byte> text, int blocks, LiteralSet literals, ulong[] masks);

    /// <summary>
    /// Reads the line from <paramref name="start"/> to <paramref name="end"/> (without its newline) of a text whose candidates are known: where its
    /// object ends, and which literals stand in it (a bit each in <paramref name="seen"/>). The text must be readable for a block behind the end.
    /// </summary>
    public abstract LineFacts ScanLine(ReadOnlySpan<byte> text, int start, int end, ulong[] candidates, LiteralSet literals, Span<ulong> seen);
}

/// <inheritdoc/>
internal sealed class ScanKernel<TKernel>(string name) : ScanKernel
    where TKernel : struct, IBlockKernel
{
    public override string Name => name;

    public override bool IsSupported => TKernel.IsSupported;

    public override bool IsVector => typeof(TKernel) != typeof(ScalarKernel);

    // Compiled once and for good: its few calls are long, so it would not become hot by their number.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Index(ReadOnlySpan<byte> text, int start, ref BlockCarry carry, ulong[] quotes, ulong[] opens, ulong[] closes)
    {
        var left = text.Length - start;
        var count = Math.Min(quotes.Length, (left + BlockBytes - 1) / BlockBytes);
        var whole = Math.Min(count, left / BlockBytes);
        ref var block = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start);
        var running = carry;
        for (var i = 0; i < whole; i++)
        {
            TKernel.Classify(ref block, out var quote, out var backslash, out var open, out var close);
            running.Settle<TKernel>(ref quote, backslash, ref open, ref close);
            quotes[i] = quote;
            opens[i] = open;
            closes[i] = close;
            block = ref Unsafe.Add(ref block, BlockBytes);
        }

        if (whole < count)
        {
            Span<byte> last = stackalloc byte[BlockBytes];
            last.Fill((byte)' ');
            text[(start + (whole * BlockBytes))..].CopyTo(last);
            TKernel.Classify(ref MemoryMarshal.GetReference(last), out var quote, out var backslash, out var open, out var close);
            running.Settle<TKernel>(ref quote, backslash, ref open, ref close);
            quotes[whole] = quote;
            opens[whole] = open;
            closes[whole] = close;
        }

        carry = running;
        return count;
    }

    public override void Candidates(ReadOnlySpan<byte> text, int blocks, LiteralSet literals, ulong[] masks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, masks.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((blocks * BlockBytes) + LiteralSet.WindowBytes, text.Length);
        TKernel.Candidates(ref MemoryMarshal.GetReference(text), blocks, literals, ref MemoryMarshal.GetArrayDataReference(masks));
    }

    public override LineFacts ScanLine(ReadOnlySpan<byte> text, int start, int end, ulong[] candidates, LiteralSet literals, Span<ulong> seen)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end + BlockBytes, text.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((end + BlockBytes - 1) / BlockBytes, candidates.Length);
        var scan = new LineScan(text, start, end, literals, seen);
        var state = default(LineState);
        var at = start & -BlockBytes;
        while (at < end && Block(ref scan, ref state, text, at, candidates[at / BlockBytes]))
        {
            at = Plain(ref MemoryMarshal.GetReference(text), at + BlockBytes, end - BlockBytes, ref MemoryMarshal.GetArrayDataReference(candidates), ref state);
        }

        scan.Facts.Depth = state.Deepest;
        scan.Facts.IsVeiled |= state.Carry.Stray != 0;
        return scan.Facts;
    }

    /// <summary>
    /// Steps over whole blocks in which only brackets open and close, and only quotes and backslashes
    /// are escaped: no candidate, not the end. Nothing is called in here, so that all
    /// stays in registers. Returns the first block that is another, or lies past <paramref name="last"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Plain(ref byte text, int at, int last, ref ulong candidates, ref LineState state)
    {
        var inStringBefore = state.Carry.InString;
        var escape = state.Carry.Escape;
        var anyEscape = false;
        var depth = state.Depth;
        var deepest = state.Deepest;
        for (; at <= last; at += BlockBytes)
        {
            TKernel.Classify(ref Unsafe.Add(ref text, at), out var quotes, out var backslashes, out var opens, out var closes);
            if (Unsafe.Add(ref candidates, (uint)at / BlockBytes) != 0)
            {
                break;
            }

            var carried = escape;
            if ((backslashes | carried) != 0)
            {
                var escaped = BlockCarry.Escaped(backslashes, ref carried);
                if ((escaped & ~(quotes | backslashes)) != 0)
                {
                    // Neither a quote nor a backslash: what it is must be looked at.
                    break;
                }

                anyEscape = true;
                quotes &= ~escaped;
            }

            var inString = TKernel.PrefixXor(quotes) ^ inStringBefore;
            if ((backslashes & ~inString) != 0)
            {
                break;
            }

            opens &= ~inString;
            closes &= ~inString;
            var closed = BitOperations.PopCount(closes);
            if (anyEscape && depth - closed <= 1)
            {
                break;
            }

            if (closed >= depth)
            {
                var (left, ends) = (depth, false);
                for (var rest = closes; rest != 0; rest &= rest - 1)
                {
                    left--;
                    ends |= left + BitOperations.PopCount(opens & (rest ^ (rest - 1))) == 0;
                }

                if (ends)
                {
                    break;
                }
            }

            escape = carried;
            anyEscape = false;
            inStringBefore = (ulong)((long)inString >> 63);
            depth += BitOperations.PopCount(opens) - closed;
            deepest = Math.Max(deepest, depth);
        }

        state.Carry.InString = inStringBefore;
        state.Carry.Escape = escape;
        state.Depth = depth;
        state.Deepest = deepest;
        return at;
    }

    /// <summary>Reads any block; false once the line's object ends in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Block(ref LineScan scan, ref LineState state, ReadOnlySpan<byte> text, int at, ulong candidates)
    {
        TKernel.Classify(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at), out var quotes, out var backslashes, out var opens, out var closes);
        var valid = ~0UL;
        if (at < scan.Start)
        {
            valid <<= scan.Start;
        }

        if (scan.End - at < BlockBytes)
        {
            valid &= (1UL << (scan.End - at)) - 1;
        }

        backslashes &= valid;
        quotes &= valid;
        opens &= valid;
        closes &= valid;
        if ((backslashes | state.Carry.Escape) != 0)
        {
            var escaped = BlockCarry.Escaped(backslashes, ref state.Carry.Escape);
            scan.Escapes(at, escaped & valid, quotes | backslashes);
            quotes &= ~escaped;
        }

        var inString = TKernel.PrefixXor(quotes) ^ state.Carry.InString;
        state.Carry.InString = (ulong)((long)inString >> 63);
        state.Carry.Stray |= backslashes & ~inString;
        opens &= ~inString;
        closes &= ~inString;
        candidates &= valid;
        if ((candidates | scan.Pending) != 0)
        {
            scan.Look(at, candidates, inString, opens, closes, state.Depth);
        }

        var closed = BitOperations.PopCount(closes);
        if (closed >= state.Depth && StructuralIndex.Closing(opens, closes, state.Depth) is var closing and >= 0)
        {
            scan.Facts.End = at + closing + 1;
            return false;
        }

        state.Depth += BitOperations.PopCount(opens) - closed;
        state.Deepest = Math.Max(state.Deepest, state.Depth);
        return true;
    }

    /// <summary>What is known of a line up to a block.</summary>
    private struct LineState
    {
        public BlockCarry Carry;
        public int Depth;
        public int Deepest;
    }
}
