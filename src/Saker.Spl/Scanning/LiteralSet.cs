using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Saker.Spl.Scanning;

/// <summary>What finding a literal in a line says of it.</summary>
internal enum LiteralKind
{
    /// <summary>The literal's bit is set. Letters are sought in either case, a few other characters may be taken for each other: never too few are found.</summary>
    Text,

    /// <summary>The line may say what it says in a way that literals do not see: it must be read.</summary>
    Veil,

    /// <summary>A key of the root object, <c>"time"</c>: the place after its colon is told. In exactly this case.</summary>
    Mark,

    /// <summary>The end of a key with the colon, <c>verb":</c>, of any object: the value behind it is taken. In exactly this case.</summary>
    Key,

    /// <summary>How a line begins: anywhere else in it, it may begin another. In exactly this case.</summary>
    Head,

    /// <summary>White space that may stand beside a colon, <c>": </c>: veils the line, unless the quote is escaped and so in a string.</summary>
    White,
}

/// <summary>What the first byte of a place tells of it.</summary>
[Flags]
internal enum PlaceSort : byte
{
    None = 0,
    Control = 1,
    Escape = 2,

    /// <summary>Literals shorter than a window begin so.</summary>
    Short = 4,
}

/// <summary>A text to be sought in lines: at most <see cref="LiteralSet.LongestBytes"/> of it are.</summary>
internal sealed record Literal(string Text, LiteralKind Kind = LiteralKind.Text);

/// <summary>A literal's bit and bytes, and where its window stands in them.</summary>
internal sealed record PlacedLiteral(int Id, LiteralKind Kind, byte[] Bytes, int Window)
{
    /// <summary>The window; a literal that is shorter has none.</summary>
    public ReadOnlySpan<byte> WindowBytes => Bytes.AsSpan(Window, LiteralSet.WindowBytes);
}

/// <summary>
/// Literals made ready to be sought all at once. Each stands in one of eight buckets with four of its bytes (its window); four look-ups tell for
/// every place which buckets may have a window there, and the literals that have that very window are compared.
/// </summary>
internal sealed class LiteralSet
{
    public const int LongestBytes = 32;
    public const int WindowBytes = 4;
    private const int Buckets = 8;
    private const int WordsPerLiteral = LongestBytes / sizeof(ulong);
    private const uint CaseBits = 0x2020_2020;

    private readonly byte[] tables = new byte[WindowBytes * 128];
    private readonly byte[] halves = new byte[WindowBytes * 32];
    private readonly PlaceSort[] sorts = new PlaceSort[256];
    private readonly int shift;
    private readonly int[] chains;
    private readonly Entry[] entries;
    private readonly Word[] words;

    /// <param name="literals">Their order gives the numbers of their bits.</param>
    /// <param name="sample">Of the text to be sought in: windows are chosen where their bytes are rare in it.</param>
    public LiteralSet(IReadOnlyList<Literal> literals, TextSample? sample = null)
    {
        Count = literals.Count;
        var placed = new List<PlacedLiteral>(Count);
        foreach (var literal in literals)
        {
            placed.Add(Place(literal, placed.Count, sample));
        }

        MarkBuckets(placed, sample);

        // Four times as many slots as literals, so that most have one or none.
        shift = BitOperations.LeadingZeroCount((uint)Math.Max(Count, 1)) - 2;
        chains = new int[(1 << (32 - shift)) + 1];
        words = new Word[Count * WordsPerLiteral];
        entries = new Entry[Count];
        placed.Sort(BySlot);
        for (var at = 0; at < Count; at++)
        {
            var (id, kind, bytes, window) = placed[at];
            Fill(bytes, kind, at * WordsPerLiteral);
            entries[at] = EntryOf(id, kind, window, bytes.Length, at);
            if (bytes.Length >= WindowBytes)
            {
                FirstShort = at + 1;
                chains[SlotOf(placed[at]) + 1] = at + 1;
            }
        }

        // Where a slot has no literals, its chain ends where the one before it does.
        for (var slot = 1; slot < chains.Length; slot++)
        {
            chains[slot] = Math.Max(chains[slot], chains[slot - 1]);
        }
    }

    public int Count { get; }

    /// <summary>How many entries there are.</summary>
    public int Length => entries.Length;

    /// <summary>The first of the entries that are shorter than a window; the others come after it.</summary>
    public int FirstShort { get; }

    /// <summary>
    /// By place in the window, then by the low seven bits of a byte: the buckets that have it there. One has the escapes that may spell a letter,
    /// <c>\u</c> and <c>\/</c>, besides.
    /// </summary>
    public ReadOnlySpan<byte> Tables => tables;

    /// <summary>The bit of the bucket with the escapes, and with literals of two bytes, none of which begins as they do.</summary>
    public byte EscapeBucket { get; private set; }

    /// <summary>
    /// The same for instructions that look up sixteen entries: by place, the buckets of the bytes with a low half, then with a high half. Both
    /// together let through no less, but for escapes, which are not in them: so coarse they would be everywhere.
    /// </summary>
    public ReadOnlySpan<byte> Halves => halves;

    /// <summary>The buckets that may have a window at <paramref name="at"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BucketsAt(ref byte at)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(tables);
        return Unsafe.Add(ref table, at & 127)
            & Unsafe.Add(ref table, 128 + (Unsafe.Add(ref at, 1) & 127))
            & Unsafe.Add(ref table, 256 + (Unsafe.Add(ref at, 2) & 127))
            & Unsafe.Add(ref table, 384 + (Unsafe.Add(ref at, 3) & 127));
    }

    /// <summary>What a place may be that begins with this byte, besides that of a literal as long as a window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PlaceSort SortOf(byte first) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(sorts), first);

    /// <summary>The literals that may have this window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int First, int End) Chain(uint window)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(chains), Slot(window));
        return (first, Unsafe.Add(ref first, 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Entry At(int entry) => ref entries[entry];

    /// <summary>Whether a literal stands in a text with its window at <paramref name="at"/>, where <paramref name="window"/> is; it must not begin before <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAt(int entry, ReadOnlySpan<byte> text, int at, uint window, int start)
    {
        ref readonly var tried = ref entries[entry];
        return ((window | tried.Fold) & tried.Used) == tried.Value && at - tried.Window >= start && IsAt(text, at - tried.Window, entry, tried.Words);
    }

    /// <summary>Seeks the literals in a part of a text whose candidates are known. Sets their bits; false if a veil is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool FindIn(ReadOnlySpan<byte> text, int start, int end, BlockMarks marks, Span<ulong> seen)
    {
        var isClear = true;
        marks.From(start, out var places);
        for (var at = places.Next(); at < end; at = places.Next())
        {
            isClear &= Compare(text, at, start, seen);
        }

        return isClear;
    }

    // Compiled ahead by crossgen2 10.0.12 it went past the end of an array with the same input; compiled as it runs it does not. This keeps it from the former.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Compare(ReadOnlySpan<byte> text, int at, int start, Span<ulong> seen)
    {
        var isClear = true;
        ref var place = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at);
        var window = Unsafe.ReadUnaligned<uint>(ref place);
        var (entry, last) = Chain(window);
        for (; entry < last; entry++)
        {
            isClear &= !IsAt(entry, text, at, window, start) || See(entry, seen);
        }

        if ((SortOf((byte)window) & PlaceSort.Short) != 0)
        {
            for (entry = FirstShort; entry < entries.Length; entry++)
            {
                isClear &= !IsAt(entry, text, at, window, start) || See(entry, seen);
            }
        }

        return isClear;
    }

    /// <summary>Sets an entry's bit; false if it is a veil.</summary>
    private bool See(int entry, Span<ulong> seen)
    {
        var (kind, id) = (entries[entry].Kind, entries[entry].Id);
        seen[id >> 6] |= 1UL << id;
        return kind != LiteralKind.Veil;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(uint window) => (int)(((window | CaseBits) * 0x9E3779B1) >> shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsAt(ReadOnlySpan<byte> text, int begin, int entry, int count)
    {
        if (begin + (count * sizeof(ulong)) > text.Length)
        {
            return false;
        }

        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), begin);
        for (var i = 0; i < count; i++)
        {
            ref readonly var word = ref words[(entry * WordsPerLiteral) + i];
            if (((Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, i * sizeof(ulong))) | word.Fold) & word.Used) != word.Value)
            {
                return false;
            }
        }

        return true;
    }

    private static PlacedLiteral Place(Literal literal, int id, TextSample? sample)
    {
        var bytes = Encoding.UTF8.GetBytes(literal.Kind == LiteralKind.Text ? literal.Text.ToLowerInvariant() : literal.Text);
        bytes = bytes.Length > LongestBytes ? bytes[..LongestBytes] : bytes;
        var best = 0;
        for (var (window, least) = (0, int.MaxValue); sample is not null && window + WindowBytes <= bytes.Length; window++)
        {
            var often = sample.Count(BitConverter.ToUInt32(bytes, window));
            (best, least) = often < least ? (window, often) : (best, least);
        }

        return new PlacedLiteral(id, literal.Kind, bytes, best);
    }

    /// <summary>Literals shorter than a window, which let anything follow, have buckets of their own. Escapes are with those of two bytes, as they are.</summary>
    private void MarkBuckets(List<PlacedLiteral> placed, TextSample? sample)
    {
        const int escapes = 2;
        var shorts = new List<PlacedLiteral>?[WindowBytes];
        shorts[escapes] = [];
        sorts.AsSpan(0, ' ').Fill(PlaceSort.Control);
        sorts['\\'] = PlaceSort.Escape;
        foreach (var literal in placed)
        {
            if (literal.Bytes.Length < WindowBytes)
            {
                (shorts[literal.Kind == LiteralKind.Text ? 0 : literal.Bytes.Length] ??= []).Add(literal);
                MarkFirst(literal);
            }
        }

        var apart = shorts.OfType<List<PlacedLiteral>>().ToList();
        List<List<PlacedLiteral>> buckets = [.. WindowGroups.Of(placed.FindAll(p => p.Bytes.Length >= WindowBytes), Buckets - apart.Count, sample), .. apart];
        for (var bucket = 0; bucket < buckets.Count; bucket++)
        {
            foreach (var (_, kind, bytes, window) in buckets[bucket])
            {
                Mark(bucket, bytes, window, kind);
            }
        }

        MarkEscapes(buckets.IndexOf(shorts[escapes]!));
    }

    private void MarkFirst(PlacedLiteral literal)
    {
        var first = literal.Bytes[0];
        sorts[first] |= PlaceSort.Short;
        if (literal.Kind == LiteralKind.Text && char.IsAsciiLetterLower((char)first))
        {
            sorts[first & ~0x20] |= PlaceSort.Short;
        }
    }

    /// <summary>What begins as an escape does that may spell a letter.</summary>
    private void MarkEscapes(int bucket)
    {
        EscapeBucket = (byte)(1 << bucket);
        tables['\\'] |= EscapeBucket;
        tables[128 + 'u'] |= EscapeBucket;
        tables[128 + '/'] |= EscapeBucket;
        for (var at = 256; at < tables.Length; at++)
        {
            tables[at] |= EscapeBucket;
        }
    }

    private int BySlot(PlacedLiteral left, PlacedLiteral right) => (SlotOf(left), left.Id).CompareTo((SlotOf(right), right.Id));

    /// <summary>Literals shorter than a window come last.</summary>
    private int SlotOf(PlacedLiteral literal) => literal.Bytes.Length < WindowBytes ? int.MaxValue : Slot(BitConverter.ToUInt32(literal.WindowBytes));

    private void Fill(byte[] bytes, LiteralKind kind, int at)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            ref var word = ref words[at + (i / sizeof(ulong))];
            var shift = 8 * (i % sizeof(ulong));
            word.Used |= 0xFFUL << shift;
            word.Value |= (ulong)bytes[i] << shift;
            word.Fold |= kind == LiteralKind.Text && bytes[i] is >= (byte)'a' and <= (byte)'z' ? 0x20UL << shift : 0;
        }
    }

    private void Mark(int bucket, byte[] bytes, int window, LiteralKind kind)
    {
        for (var i = 0; i < WindowBytes; i++)
        {
            for (var c = 0; c < 128; c++)
            {
                var wanted = window + i < bytes.Length ? bytes[window + i] & 127 : c;
                var isFolded = kind == LiteralKind.Text && wanted is >= 'a' and <= 'z';
                if (c == wanted || (isFolded && (c | 0x20) == wanted))
                {
                    tables[(i * 128) + c] |= (byte)(1 << bucket);
                    halves[(i * 32) + (c & 15)] |= (byte)(1 << bucket);
                    halves[(i * 32) + 16 + (c >> 4)] |= (byte)(1 << bucket);
                }
            }
        }
    }

    /// <summary>The window as the words of the literal have it, so that most entries are told apart by one comparison.</summary>
    private Entry EntryOf(int id, LiteralKind kind, int window, int length, int entry)
    {
        var (fold, used, value) = (0u, 0u, 0u);
        for (var i = 0; i < WindowBytes && window + i < length; i++)
        {
            ref readonly var word = ref words[(entry * WordsPerLiteral) + ((window + i) / sizeof(ulong))];
            var shift = 8 * ((window + i) % sizeof(ulong));
            fold |= (uint)(byte)(word.Fold >> shift) << (8 * i);
            used |= (uint)(byte)(word.Used >> shift) << (8 * i);
            value |= (uint)(byte)(word.Value >> shift) << (8 * i);
        }

        return new Entry(id, kind, window, length, fold, used, value);
    }

    /// <summary>A literal's bit, where its window stands in it, how many bytes it has; the window's bytes after folding.</summary>
    internal readonly record struct Entry(int Id, LiteralKind Kind, int Window, int Length, uint Fold, uint Used, uint Value)
    {
        public int Words => (Length + sizeof(ulong) - 1) / sizeof(ulong);
    }

    /// <summary>Eight bytes of a literal: the bits that case may differ in, the bytes that it has.</summary>
    private struct Word
    {
        public ulong Fold;
        public ulong Used;
        public ulong Value;
    }
}
