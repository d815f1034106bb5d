using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Stores;

/// <summary>A batch as it stands in the journal: what is left of a <see cref="ReceivedBatch"/> once known events were taken out.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Events">What is to be stored.</param>
/// <param name="Rejected">What could not be read.</param>
/// <param name="Deduplicated">How many of its items were left out because they were kept before.</param>
/// <param name="Filtered">How many of its items were sound and gave no event.</param>
/// <param name="IsIrreplaceable">Whether the sender does not try again.</param>
internal sealed record JournalEntry(
    string Source, IReadOnlyList<ReceivedEvent> Events, IReadOnlyList<RejectedItem> Rejected, long Deduplicated, long Filtered, bool IsIrreplaceable)
{
    /// <summary>How many items of the batch are events to be stored; second views are not counted.</summary>
    public long EventCount { get; } = Events.Count(e => !e.IsView);

    /// <summary>How many items came: what every way out adds up to.</summary>
    public long Received => EventCount + Deduplicated + Filtered + Rejected.Count;
}

/// <summary>
/// Batches to bytes and back. Version 1, numbers as LEB128 where not told otherwise, texts as UTF-8 with their length before them:
/// <code>
/// version, flags (1: irreplaceable), deduplicated, filtered, source
/// count of rejected, each: file, line, day, reason, text
/// count of origins, each: index, source, sourcetype, host, cluster
/// count of events, each: kind, flags (1: metric, 2: view, 4: identity), [identity: 16 bytes], _time and _indextime: 8 bytes each, origin, length of raw,
///                        length of extra, raw, extra
/// </code>
/// All of an event is kept but its ordinal, which belongs to whoever reads it.
/// </summary>
internal static class EventCodec
{
    private const byte Version = 1;
    private const byte Irreplaceable = 1;
    private const byte Metric = 1;
    private const byte View = 2;
    private const byte Identified = 4;

    /// <summary>The most bytes that <see cref="Write"/> may need.</summary>
    public static long MostBytes(JournalEntry entry)
    {
        const int NumbersOfEvent = 64;
        var most = 64 + TextBytes(entry.Source);
        foreach (var item in entry.Rejected)
        {
            most += 40 + TextBytes(item.Place.Name) + TextBytes(item.Reason) + item.Text.Length;
        }

        Event? last = null;
        foreach (var received in entry.Events)
        {
            var e = received.Event;
            most += NumbersOfEvent + e.Raw.Length + e.Extra.Length;
            if (last is null || !HaveOneOrigin(last, e))
            {
                most += 50 + TextBytes(e.Index) + TextBytes(e.Source) + TextBytes(e.Sourcetype) + TextBytes(e.Host) + TextBytes(e.Cluster);
                last = e;
            }
        }

        return most;

        static long TextBytes(string text) => Encoding.UTF8.GetMaxByteCount(text.Length);
    }

    /// <summary>Writes a batch; returns how many bytes it took.</summary>
    public static int Write(JournalEntry entry, Span<byte> into)
    {
        var writer = new ByteWriter(into);
        writer.Byte(Version);
        writer.Byte(entry.IsIrreplaceable ? Irreplaceable : (byte)0);
        writer.Number(entry.Deduplicated);
        writer.Number(entry.Filtered);
        writer.Text(entry.Source);
        writer.Number(entry.Rejected.Count);
        foreach (var item in entry.Rejected)
        {
            WriteRejected(ref writer, item);
        }

        var origins = Origins(entry.Events, out var numbers);
        writer.Number(origins.Count);
        foreach (var e in origins)
        {
            writer.Text(e.Index);
            writer.Text(e.Source);
            writer.Text(e.Sourcetype);
            writer.Text(e.Host);
            writer.Text(e.Cluster);
        }

        writer.Number(entry.Events.Count);
        for (var i = 0; i < entry.Events.Count; i++)
        {
            WriteEvent(ref writer, entry.Events[i], numbers[i]);
        }

        return writer.Written;
    }

    /// <summary>Reads a batch; its events point into <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidDataException">This is no batch, or one of a version to come.</exception>
    public static JournalEntry Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (reader.Byte() is var version && version != Version)
        {
            throw new InvalidDataException($"a batch of version {version}; this program reads version {Version}");
        }

        var flags = reader.Byte();
        var (deduplicated, filtered, source) = (reader.Number(), reader.Number(), reader.Text());
        var rejected = new RejectedItem[reader.Count()];
        for (var i = 0; i < rejected.Length; i++)
        {
            rejected[i] = ReadRejected(ref reader);
        }

        var origins = new Origin[reader.Count()];
        for (var i = 0; i < origins.Length; i++)
        {
            origins[i] = new Origin(reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text());
        }

        var events = new ReceivedEvent[reader.Count()];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = ReadEvent(ref reader, origins);
        }

        return new JournalEntry(source, events, rejected, deduplicated, filtered, (flags & Irreplaceable) != 0);
    }

    internal static void WriteRejected(ref ByteWriter writer, RejectedItem item)
    {
        writer.Text(item.Place.Name);
        writer.Number(item.Place.Line);
        writer.Number(item.Place.FileDay.DayNumber);
        writer.Text(item.Reason);
        writer.Bytes(item.Text.Span);
    }

    internal static RejectedItem ReadRejected(ref ByteReader reader) => new(
        new RecordPlace(reader.Text(), reader.Number(), DateOnly.FromDayNumber((int)Math.Clamp(reader.Number(), 0, DateOnly.MaxValue.DayNumber))), reader.Text(), reader.Bytes());

    private static void WriteEvent(ref ByteWriter writer, ReceivedEvent received, int origin)
    {
        var e = received.Event;
        writer.Byte((byte)received.Kind);
        writer.Byte((byte)((e.IsMetric ? Metric : 0) | (received.IsView ? View : 0) | (received.Identity is null ? 0 : Identified)));
        if (received.Identity is { } identity)
        {
            writer.Fixed(identity);
        }

        writer.Fixed(e.TimeNanoseconds);
        writer.Fixed(e.IndexTimeNanoseconds);
        writer.Number(origin);
        writer.Number(e.Raw.Length);
        writer.Number(e.Extra.Length);
        writer.Raw(e.Raw.Span);
        writer.Raw(e.Extra.Span);
    }

    private static ReceivedEvent ReadEvent(ref ByteReader reader, Origin[] origins)
    {
        var kind = (EventKind)reader.Byte();
        var flags = reader.Byte();
        UInt128? identity = (flags & Identified) != 0 ? reader.FixedIdentity() : null;
        var (time, indexTime) = (reader.Fixed(), reader.Fixed());
        var number = reader.Number();
        var origin = number < origins.Length ? origins[number] : throw new InvalidDataException("an event names an origin that is not there");
        var (rawLength, extraLength) = (reader.Number(), reader.Number());
        var e = new Event
        {
            Raw = reader.Raw(rawLength),
            Extra = reader.Raw(extraLength),
            TimeNanoseconds = time,
            IndexTimeNanoseconds = indexTime,
            Index = origin.Index,
            Source = origin.Source,
            Sourcetype = origin.Sourcetype,
            Host = origin.Host,
            Cluster = origin.Cluster,
            IsMetric = (flags & Metric) != 0,
        };
        return new ReceivedEvent(e, kind, (flags & View) != 0, identity);
    }

    /// <summary>The events that have an origin which no event before them has, and the number of each event's origin.</summary>
    private static List<Event> Origins(IReadOnlyList<ReceivedEvent> events, out int[] numbers)
    {
        var origins = new List<Event>();
        var known = new Dictionary<Origin, int>();
        numbers = new int[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i].Event;
            if (i > 0 && HaveOneOrigin(events[i - 1].Event, e))
            {
                numbers[i] = numbers[i - 1];
                continue;
            }

            var origin = new Origin(e.Index, e.Source, e.Sourcetype, e.Host, e.Cluster);
            if (!known.TryGetValue(origin, out numbers[i]))
            {
                numbers[i] = origins.Count;
                known.Add(origin, origins.Count);
                origins.Add(e);
            }
        }

        return origins;
    }

    private static bool HaveOneOrigin(Event a, Event b) =>
        a.Index == b.Index && a.Source == b.Source && a.Sourcetype == b.Sourcetype && a.Host == b.Host && a.Cluster == b.Cluster;

    private readonly record struct Origin(string Index, string Source, string Sourcetype, string Host, string Cluster);
}
