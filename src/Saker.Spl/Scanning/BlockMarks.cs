using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>
/// The blocks of a text in which a literal's window may stand, an escape that may hide one, or a control character, in their order, with a bit for each such
/// byte; most blocks have none and are left out. Read forward, line by line. One a thread.
/// </summary>
internal sealed class BlockMarks
{
    /// <summary>Past the last block, and past any text.</summary>
    private const int NoBlock = int.MaxValue / ScanKernel.BlockBytes;

    private int[] blocks = [NoBlock];
    private ulong[] candidates = [~0UL];
    private int at;

    /// <summary>Forgets all and makes room for so many blocks.</summary>
    public void Begin(int most)
    {
        if (blocks.Length <= most)
        {
            // One more that nothing is in: past the last, and what is written before it is known to be empty.
            blocks = new int[most + (most / 4) + 1];
            candidates = new ulong[blocks.Length];
        }

        End(0);
    }

    /// <summary>Where the first entry is written; there is room for one a block, and one more.</summary>
    public void First(out Entry first) => first = new Entry(ref MemoryMarshal.GetArrayDataReference(blocks), ref MemoryMarshal.GetArrayDataReference(candidates));

    /// <summary>To be called when so many entries are written.</summary>
    public void End(int count) => (blocks[count], candidates[count], at) = (NoBlock, ~0UL, 0);

    /// <summary>The places from <paramref name="start"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void From(int start, out Places places)
    {
        var entry = Seek(start / ScanKernel.BlockBytes);
        places = new Places(ref blocks[entry], ref candidates[entry], start);
    }

    /// <summary>To be called at the end of a line: the next one begins there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave(in Places places) => at = places.EntryIn(blocks);

    /// <summary>
    /// The first newline of a text at or after <paramref name="start"/> and before <paramref name="end"/>, -1 if there is none; and the first control
    /// character before it, itself if there is none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Newline(ReadOnlySpan<byte> text, int start, int end, out int control)
    {
        control = -1;
        From(start, out var places);
        for (var place = places.Next(); place < end; place = places.Next())
        {
            if (text[place] < ' ')
            {
                control = control < 0 ? place : control;
                if (text[place] == '\n')
                {
                    return place;
                }
            }
        }

        return -1;
    }

    /// <summary>The first entry whose block is at or after this one. It is quick where the one asked for before is not far before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Seek(int block)
    {
        if (at > 0 && blocks[at - 1] >= block)
        {
            at = 0;
        }

        while (blocks[at] < block)
        {
            at++;
        }

        return at;
    }

    /// <summary>Goes from place to place.</summary>
    internal ref struct Places
    {
        private ref int block;
        private ref ulong candidates;
        private ulong left;

        public Places(ref int block, ref ulong candidates, int start)
        {
            this.block = ref block;
            this.candidates = ref candidates;
            left = candidates & (block == start / ScanKernel.BlockBytes ? ~0UL << start : ~0UL);
        }

        /// <summary>The number of the entry at hand.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int EntryIn(int[] blocks) => (int)(Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(blocks), ref block) / sizeof(int));

        /// <summary>The next place; past the last one it is past any text, and there is none to be asked for.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Next()
        {
            if (left == 0)
            {
                block = ref Unsafe.Add(ref block, 1);
                candidates = ref Unsafe.Add(ref candidates, 1);
                left = candidates;
            }

            var place = (block * ScanKernel.BlockBytes) + BitOperations.TrailingZeroCount(left);
            left &= left - 1;
            return place;
        }
    }

    /// <summary>An entry to write: without a branch, each is written over until it has something.</summary>
    internal readonly ref struct Entry(ref int block, ref ulong candidates)
    {
        private readonly ref int block = ref block;
        private readonly ref ulong candidates = ref candidates;

        /// <summary>Writes the entry with this number; returns the number of the next.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Put(int number, int ofBlock, ulong found)
        {
            Unsafe.Add(ref block, number) = ofBlock;
            Unsafe.Add(ref candidates, number) = found;
            return number + (found != 0 ? 1 : 0);
        }
    }
}
