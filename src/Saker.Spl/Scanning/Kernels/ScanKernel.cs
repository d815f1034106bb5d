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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override LineFacts ScanLine(ReadOnlySpan<byte> text, int start, int end, ulong[] candidates, LiteralSet literals, Span<ulong> seen)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end + BlockBytes, text.Length);
        var scan = new LineScan(text, start, end, literals, seen);
        var carry = default(BlockCarry);
        var depth = 0;
        for (var at = start & -BlockBytes; at < end; at += BlockBytes)
        {
            TKernel.Classify(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at), out var quotes, out var backslashes, out var opens, out var closes);
            var valid = ~0UL;
            if (at < start)
            {
                valid <<= start;
            }

            if (end - at < BlockBytes)
            {
                valid &= (1UL << (end - at)) - 1;
            }

            backslashes &= valid;
            quotes &= valid;
            opens &= valid;
            closes &= valid;
            if ((backslashes | carry.Escape) != 0)
            {
                var escaped = carry.Escaped(backslashes);
                scan.Escapes(at, escaped & valid, quotes | backslashes);
                quotes &= ~escaped;
            }

            var inString = TKernel.PrefixXor(quotes) ^ carry.InString;
            carry.InString = (ulong)((long)inString >> 63);
            carry.Stray |= backslashes & ~inString;
            opens &= ~inString;
            closes &= ~inString;
            var found = candidates[at / BlockBytes] & valid;
            if ((found | scan.Pending) != 0)
            {
                scan.Look(at, found, inString, opens, closes, depth);
            }

            var closed = BitOperations.PopCount(closes);
            if (closed >= depth && StructuralIndex.Closing(opens, closes, depth) is var closing and >= 0)
            {
                scan.Facts.End = at + closing + 1;
                break;
            }

            depth += BitOperations.PopCount(opens) - closed;
            scan.Facts.Depth = Math.Max(scan.Facts.Depth, depth);
        }

        scan.Facts.IsVeiled |= carry.Stray != 0;
        return scan.Facts;
    }
}
