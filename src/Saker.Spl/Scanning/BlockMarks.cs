using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>
/// The blocks of a text in which a literal's window may stand or a control character does, in their order, with a bit for each such byte; most blocks have
/// neither and are left out. Read forward, line by line. One a thread.
/// </summary>
internal sealed class BlockMarks
{
    private int[] blocks = [int.MaxValue];
    private ulong[] candidates = [0];
    private ulong[] controls = [0];
    private int at;

    /// <summary>Forgets all and makes room for so many blocks.</summary>
    public void Begin(int most)
    {
        if (blocks.Length <= most)
        {
            // One more that nothing is in: past the last, and what is written before it is known to be empty.
            blocks = new int[most + (most / 4) + 1];
            candidates = new ulong[blocks.Length];
            controls = new ulong[blocks.Length];
        }

        End(0);
    }

    /// <summary>Where the first entry is written; there is room for one a block, and one more.</summary>
    public void First(out Entry first) => first = new Entry(
        ref MemoryMarshal.GetArrayDataReference(blocks), ref MemoryMarshal.GetArrayDataReference(candidates), ref MemoryMarshal.GetArrayDataReference(controls));

    /// <summary>To be called when so many entries are written.</summary>
    public void End(int count) => (blocks[count], at) = (int.MaxValue, 0);

    /// <summary>The first entry whose block is at or after this one. It is quick where the one asked for before is not far before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Seek(int block)
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

    /// <summary>The block of an entry; past the last one <see cref="int.MaxValue"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Block(int entry) => blocks[entry];

    /// <summary>Where in an entry's block a window may stand, or an escape that hides one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Candidates(int entry) => candidates[entry];

    /// <summary>The first control character from <paramref name="start"/> on and before <paramref name="end"/>; -1 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextControl(int start, int end)
    {
        var entry = Seek(start / ScanKernel.BlockBytes);
        var mask = controls[entry] & (blocks[entry] == start / ScanKernel.BlockBytes ? ~0UL << start : ~0UL);
        while (mask == 0 && blocks[entry] != int.MaxValue)
        {
            mask = controls[++entry];
        }

        // Past the last entry the block is beyond any text.
        var place = ((long)blocks[entry] * ScanKernel.BlockBytes) + BitOperations.TrailingZeroCount(mask);
        return place < end ? (int)place : -1;
    }

    /// <summary>An entry to write: without a branch, each is written over until it has something.</summary>
    internal readonly ref struct Entry(ref int block, ref ulong candidates, ref ulong controls)
    {
        private readonly ref int block = ref block;
        private readonly ref ulong candidates = ref candidates;
        private readonly ref ulong controls = ref controls;

        /// <summary>Writes the entry with this number; returns the number of the next.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Put(int number, int ofBlock, ulong found, ulong control)
        {
            Unsafe.Add(ref block, number) = ofBlock;
            Unsafe.Add(ref candidates, number) = found;
            Unsafe.Add(ref controls, number) = control;
            return number + ((found | control) != 0 ? 1 : 0);
        }
    }
}
