using System.Buffers.Binary;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>The events of a span of time that came before, in memory or, while nobody asks, in a temporary file: 30 bytes each, 24 there.</summary>
/// <param name="from">The first nanosecond since 1970 that belongs to it.</param>
/// <param name="to">The last one.</param>
internal sealed class SeenEra(long from, long to) : IDisposable
{
    /// <summary>256 kB: an array so large is never moved.</summary>
    private const int FirstsAtOnce = 1 << 14;

    private const int RecordBytes = 3 * sizeof(long);
    private const int IdentityBytes = 2 * sizeof(long);

    private FingerprintTable table = new();

    /// <summary>The event of each number in the table: where it stands, and when it was.</summary>
    private ChunkedList<(long Place, long Time)> firsts = new(FirstsAtOnce);

    /// <summary>What tells events from others that were decoded. The place of such a one is its number here, as a complement.</summary>
    private ChunkedList<UInt128> identities = new();

    private TemporaryFileStream? file;
    private bool isWritten;

    public long From => from;

    public long To { get; private set; } = to;

    /// <summary>The time of its newest event.</summary>
    public long Newest { get; private set; } = long.MinValue;

    public int Count { get; private set; }

    public bool IsInMemory { get; private set; } = true;

    /// <summary>How many events it is to hold before it is looked at whether it can be divided.</summary>
    public int DividedFrom { get; set; }

    /// <summary>When it was asked last.</summary>
    public long Used { get; set; }

    public bool Covers(long time) => time >= from && time <= To;

    /// <summary>See <see cref="FingerprintTable.Near"/>.</summary>
    public void Near(ReadOnlySpan<SeenLine> lines, int next) => table.Near(lines, next);

    /// <summary>Takes an event that stands in a file; false, and the number of an event with its fingerprint, if there is one.</summary>
    public bool Add(ulong fingerprint, long time, long place, out int first)
    {
        if (!table.TryAdd(fingerprint, out first))
        {
            return false;
        }

        firsts.Add((place, time));
        Newest = Math.Max(Newest, time);
        Count++;
        isWritten = false;
        return true;
    }

    /// <summary>The same with an event that was decoded.</summary>
    public bool Add(ulong fingerprint, long time, UInt128 identity, out int first)
    {
        if (!Add(fingerprint, time, ~(long)identities.Count, out first))
        {
            return false;
        }

        identities.Add(identity);
        return true;
    }

    /// <summary>Where an event stands; null for one that was decoded, of which <paramref name="identity"/> tells.</summary>
    public long? PlaceOf(int number, out UInt128 identity)
    {
        var place = firsts[number].Place;
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

    /// <summary>The same events in two eras of equal size. Null if all are of one time.</summary>
    public (SeenEra Earlier, SeenEra Later)? Divide()
    {
        var times = new long[Count];
        for (var i = 0; i < Count; i++)
        {
            times[i] = firsts[i].Time;
        }

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
            var era = firsts[i].Time < start ? earlier : later;
            _ = PlaceOf(i, out var identity) is { } place
                ? era.Add(FingerprintTable.OfTag(tags[i]), firsts[i].Time, place, out _)
                : era.Add(FingerprintTable.OfTag(tags[i]), firsts[i].Time, identity, out _);
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
                BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], firsts[i].Place);
                BinaryPrimitives.WriteInt64LittleEndian(record[(2 * sizeof(long))..], firsts[i].Time);
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
            firsts.Add((BinaryPrimitives.ReadInt64LittleEndian(record[sizeof(long)..]), BinaryPrimitives.ReadInt64LittleEndian(record[(2 * sizeof(long))..])));
            decoded += firsts[i].Place < 0 ? 1 : 0;
        }

        for (var i = 0; i < decoded; i++)
        {
            file.ReadExactly(record[..IdentityBytes]);
            identities.Add(BinaryPrimitives.ReadUInt128LittleEndian(record));
        }
    }

    public void Dispose() => file?.Dispose();

    private void Clear() => (table, firsts, identities) = (new FingerprintTable(), new(FirstsAtOnce), new());

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
