using System.Runtime.CompilerServices;

namespace Saker.Detections.Shares;

/// <summary>
/// Numbers by fingerprints, 8 bytes each: 40 bits of the fingerprint and 24 of the number. Numbers count up from nought as fingerprints are added. Open addressing in pages: a
/// full one is split in two, by one bit more of what it holds, so growing moves little at once and leaves nothing behind for the collector.
/// </summary>
internal sealed class FingerprintTable
{
    /// <summary>How many fingerprints there is room for.</summary>
    public const int Most = (1 << NumberBits) - 1;

    private const int NumberBits = 24;
    private const int TagBits = 64 - NumberBits;
    private const int FirstPage = 1 << 6;

    /// <summary>128 kB: an array so large is never moved.</summary>
    private const int LargestPage = 1 << 14;

    private const int Stride = 16;

    private Page[] pages = [new Page(FirstPage, 0)];
    private ulong[] moved = [];
    private int depth;
    private ulong seen;

    public int Count { get; private set; }

    /// <summary>What of a fingerprint is compared.</summary>
    public static ulong Tag(ulong fingerprint) => fingerprint >> NumberBits;

    /// <summary>A fingerprint that is compared like those with this tag.</summary>
    public static ulong OfTag(ulong tag) => tag << NumberBits;

    /// <summary>
    /// Loads what the next fingerprints of a list, some at a time, are looked up in: all at once, where one after the other would wait for memory each. To be
    /// called before each is added.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Near(ReadOnlySpan<SeenLine> lines, int next)
    {
        if (next % Stride == 0)
        {
            Touch(lines.Slice(next, Math.Min(Stride, lines.Length - next)));
        }
    }

    /// <summary>Takes a fingerprint; false, and the number of the one that was there, if it is no other.</summary>
    /// <exception cref="InvalidDataException">There is no room for another.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryAdd(ulong fingerprint, out int first)
    {
        var tag = Tag(fingerprint);
        var page = PageOf(tag);
        ref var entry = ref Find(page.Entries, tag);
        if (entry != 0)
        {
            first = Number(entry);
            return false;
        }

        first = Count;
        if (Count == Most)
        {
            throw new InvalidDataException($"more than {Most:#,0} events of one time");
        }

        // Nought marks a free place, so numbers are kept as one more.
        entry = (tag << NumberBits) | (uint)++Count;
        if (++page.Count > page.Entries.Length / 4 * 3)
        {
            Grow(page, tag);
        }

        return true;
    }

    /// <summary>Every fingerprint's tag and number.</summary>
    public IEnumerable<(ulong Tag, int Number)> All() =>
        pages.Distinct().SelectMany(p => p.Entries).Where(e => e != 0).Select(e => (e >> NumberBits, Number(e)));

    private static int Number(ulong entry) => (int)(entry & Most) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Page PageOf(ulong tag) => pages[(int)(tag >> (TagBits - depth))];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Touch(ReadOnlySpan<SeenLine> lines)
    {
        foreach (ref readonly var line in lines)
        {
            var tag = Tag(line.Fingerprint);
            var entries = PageOf(tag).Entries;
            seen ^= entries[(int)tag & (entries.Length - 1)];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref ulong Find(ulong[] entries, ulong tag)
    {
        var mask = entries.Length - 1;
        var at = (int)tag & mask;
        while (entries[at] != 0 && entries[at] >> NumberBits != tag)
        {
            at = (at + 1) & mask;
        }

        return ref entries[at];
    }

    /// <summary>Makes room in the page of a tag.</summary>
    private void Grow(Page page, ulong tag)
    {
        if (page.Entries.Length < LargestPage)
        {
            var before = page.Entries;
            page.Entries = new ulong[before.Length * 2];
            Refill(page, null, before);
            return;
        }

        if (page.Depth == depth)
        {
            // Each page has two places now.
            pages = [.. pages.SelectMany(p => (Page[])[p, p])];
            depth++;
        }

        // Used for every page: fresh memory is dear.
        moved = moved.Length == LargestPage ? moved : new ulong[LargestPage];
        page.Entries.CopyTo(moved, 0);
        Array.Clear(page.Entries);
        page.Depth++;
        var other = new Page(LargestPage, page.Depth);
        var places = 1 << (depth - page.Depth);
        var from = (int)(tag >> (TagBits - page.Depth + 1)) * 2 * places;
        pages.AsSpan(from + places, places).Fill(other);
        Refill(page, other, moved);
    }

    /// <summary>Puts entries into a page, or, where there are two, into that which the first bit beyond their common ones says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Refill(Page page, Page? other, ulong[] entries)
    {
        page.Count = 0;
        foreach (var entry in entries)
        {
            if (entry != 0)
            {
                var to = other is not null && (entry >> (64 - page.Depth) & 1) != 0 ? other : page;
                Find(to.Entries, entry >> NumberBits) = entry;
                to.Count++;
            }
        }
    }

    /// <summary>The fingerprints that share their first bits, so many as its depth.</summary>
    private sealed class Page(int length, int depth)
    {
        public ulong[] Entries = new ulong[length];

        public int Count;

        public int Depth = depth;
    }
}
