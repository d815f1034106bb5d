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
    public abstract int Index(ReadOnlySpan<byte> text, int start, ref BlockCarry carry, Span<ulong> quotes, Span<ulong> opens, Span<ulong> closes);

    /// <summary>
    /// Tells for each block of a text where a literal's window may stand or an escape may hide one, and where control characters are; the text must be
    /// readable for a block behind its last.
    /// </summary>
    public abstract void Marks(ReadOnlySpan<byte> text, int blocks, LiteralSet literals, BlockMarks marks);

    /// <summary>
    /// Whether the object that is open at <paramref name="from"/>, outside of strings and of what is inside of it, ends exactly at
    /// <paramref name="end"/>. The text must be readable for a block behind the end.
    /// </summary>
    public abstract bool EndsAt(ReadOnlySpan<byte> text, int from, int end);
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
    public override int Index(ReadOnlySpan<byte> text, int start, ref BlockCarry carry, Span<ulong> quotes, Span<ulong> opens, Span<ulong> closes)
    {
        var left = text.Length - start;
        var count = Math.Min(quotes.Length, (left + BlockBytes - 1) / BlockBytes);
        var whole = Math.Min(count, left / BlockBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(opens.Length, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(closes.Length, count);
        ref var firstQuotes = ref MemoryMarshal.GetReference(quotes);
        ref var firstOpens = ref MemoryMarshal.GetReference(opens);
        ref var firstCloses = ref MemoryMarshal.GetReference(closes);
        ref var block = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start);
        var running = carry;
        for (var i = 0; i < whole; i++)
        {
            TKernel.Classify(ref block, out var quote, out var backslash, out var open, out var close);
            running.Settle<TKernel>(ref quote, backslash, ref open, ref close);
            Unsafe.Add(ref firstQuotes, i) = quote;
            Unsafe.Add(ref firstOpens, i) = open;
            Unsafe.Add(ref firstCloses, i) = close;
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

    public override void Marks(ReadOnlySpan<byte> text, int blocks, LiteralSet literals, BlockMarks marks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((blocks + 1) * BlockBytes, text.Length);
        marks.Begin(blocks);
        marks.First(out var first);
        marks.End(TKernel.Marks(ref MemoryMarshal.GetReference(text), blocks, literals, first));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool EndsAt(ReadOnlySpan<byte> text, int from, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end + BlockBytes, text.Length);
        var carry = default(BlockCarry);
        var depth = 1;
        for (var at = from; at < end; at += BlockBytes)
        {
            TKernel.Classify(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at), out var quotes, out var backslashes, out var opens, out var closes);
            var valid = end - at < BlockBytes ? (1UL << (end - at)) - 1 : ~0UL;
            quotes &= valid;
            opens &= valid;
            closes &= valid;
            carry.Settle<TKernel>(ref quotes, backslashes & valid, ref opens, ref closes);
            var closed = BitOperations.PopCount(closes);
            if (closed >= depth && StructuralIndex.Closing(opens, closes, depth) is var closing and >= 0)
            {
                return at + closing + 1 == end && carry.Stray == 0;
            }

            depth += BitOperations.PopCount(opens) - closed;
        }

        return false;
    }
}
