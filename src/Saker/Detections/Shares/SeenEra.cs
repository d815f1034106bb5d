using System.Buffers.Binary;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>The events of a span of time that came before, in memory or, while nobody asks, in a temporary file: 26 bytes each, 20 there.</summary>
/// <param name="from">The first second since 1970 that belongs to it.</param>
/// <param name="to">The last one.</param>
internal sealed class SeenEra(uint from, uint to) : IDisposable
{
    /// <summary>128 kB: an array so large is never moved.</summary>
    private const int PlacesAtOnce = 1 << 14;

    private const int SecondsAtOnce = 1 << 15;
    private const int RecordBytes = (2 * sizeof(long)) + sizeof(uint);
    private const int IdentityBytes = 2 * sizeof(long);

    private FingerprintTable table = new();

    /// <summary>Where the event of each number in the table stands.</summary>
    private ChunkedList<long> places = new(PlacesAtOnce);

    /// <summary>The second of each.</summary>
    private ChunkedList<uint> seconds = new(SecondsAtOnce);

    /// <summary>What tells events from others that were decoded. The place of such a one is its number here, as a complement.</summary>
    private ChunkedList<UInt128> identities = new();

    private TemporaryFileStream? file;
    private bool isWritten;

    public uint From => from;

    public uint To { get; private set; } = to;

    /// <summary>The second of its newest event.</summary>
    public uint Newest { get; private set; }

    public int Count { get; private set; }

    public bool IsInMemory { get; private set; } = true;

    /// <summary>How many events it is to hold before it is looked at whether it can be divided.</summary>
    public int DividedFrom { get; set; }

    /// <summary>When it was asked last.</summary>
    public long Used { get; set; }

    public bool Covers(uint second) => second >= from && second <= To;

    /// <summary>See <see cref="FingerprintTable.Near"/>.</summary>
    public void Near(ReadOnlySpan<SeenLine> lines, int next) => table.Near(lines, next);

    /// <summary>Takes an event that stands in a file; false, and the number of an event with its fingerprint, if there is one.</summary>
    public bool Add(ulong fingerprint, uint second, long place, out int first)
    {
        if (!table.TryAdd(fingerprint, out first))
        {
            return false;
        }

        places.Add(place);
        seconds.Add(second);
        Newest = Math.Max(Newest, second);
        Count++;
        isWritten = false;
        return true;
    }

    /// <summary>The same with an event that was decoded.</summary>
    public bool Add(ulong fingerprint, uint second, UInt128 identity, out int first)
    {
        if (!Add(fingerprint, second, ~(long)identities.Count, out first))
        {
            return false;
        }

        identities.Add(identity);
        return true;
    }

    /// <summary>Where an event stands; null for one that was decoded, of which <paramref name="identity"/> tells.</summary>
    public long? PlaceOf(int number, out UInt128 identity)
    {
        var place = places[number];
        identity = place < 0 ? identities[(int)~place] : default;
        return place < 0 ? null : place;
    }

    /// <summary>Ends with its newest event. What comes later belongs to another.</summary>
    public SeenEra End()
    {
        var later = new SeenEra(Newest + 1, To);
        To = Newest;
        return later;
    }

    /// <summary>The same events in two eras of equal size. Null if all are of one second.</summary>
    public (SeenEra Earlier, SeenEra Later)? Divide()
    {
        var times = seconds.All().ToArray();
        Array.Sort(times);
        var at = Count / 2;
        at = times[at] > times[0] ? at : Array.FindIndex(times, t => t > times[0]);
        if (at < 0)
        {
            return null;
        }

        var start = times[at];
        var (earlier, later) = (new SeenEra(from, start - 1) { Used = Used }, new SeenEra(start, To));
        var tags = Tags();
        for (var i = 0; i < Count; i++)
        {
            var era = seconds[i] < start ? earlier : later;
            _ = PlaceOf(i, out var identity) is { } place
                ? era.Add(FingerprintTable.OfTag(tags[i]), seconds[i], place, out _)
                : era.Add(FingerprintTable.OfTag(tags[i]), seconds[i], identity, out _);
        }

        return (earlier, later);
    }

    /// <summary>Moves its events to the temporary file.</summary>
    /// <exception cref="Spl.Text.SplException">The file cannot be written.</exception>
    public void Leave(string directory)
    {
        if (!isWritten)
        {
            file ??= TemporaryFileStream.Create(directory);
            file.Position = 0;
            var tags = Tags();
            Span<byte> record = stackalloc byte[RecordBytes];
            for (var i = 0; i < Count; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(record, tags[i]);
                BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], places[i]);
                BinaryPrimitives.WriteUInt32LittleEndian(record[(2 * sizeof(long))..], seconds[i]);
                file.Write(record);
            }

            foreach (var identity in identities.All())
            {
                BinaryPrimitives.WriteUInt128LittleEndian(record, identity);
                file.Write(record[..IdentityBytes]);
            }

            file.Flush();
            isWritten = true;
        }

        Clear();
        IsInMemory = false;
    }

    /// <summary>Brings its events back.</summary>
    public void Return()
    {
        Clear();
        IsInMemory = true;
        file!.Position = 0;
        Span<byte> record = stackalloc byte[RecordBytes];
        var decoded = 0;
        for (var i = 0; i < Count; i++)
        {
            file.ReadExactly(record);
            table.TryAdd(FingerprintTable.OfTag(BinaryPrimitives.ReadUInt64LittleEndian(record)), out _);
            places.Add(BinaryPrimitives.ReadInt64LittleEndian(record[sizeof(long)..]));
            seconds.Add(BinaryPrimitives.ReadUInt32LittleEndian(record[(2 * sizeof(long))..]));
            decoded += places[i] < 0 ? 1 : 0;
        }

        for (var i = 0; i < decoded; i++)
        {
            file.ReadExactly(record[..IdentityBytes]);
            identities.Add(BinaryPrimitives.ReadUInt128LittleEndian(record));
        }
    }

    public void Dispose() => file?.Dispose();

    private void Clear() => (table, places, seconds, identities) = (new FingerprintTable(), new(PlacesAtOnce), new(SecondsAtOnce), new());

    private ulong[] Tags()
    {
        var tags = new ulong[Count];
        foreach (var (tag, number) in table.All())
        {
            tags[number] = tag;
        }

        return tags;
    }
}
