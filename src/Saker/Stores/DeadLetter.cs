using System.Globalization;

namespace Saker.Stores;

/// <summary>What could not be read, or not be stored: kept for somebody to look at.</summary>
/// <param name="Key">Where it came from, which tells it from the same one seen again after a crash.</param>
/// <param name="Time">When it was set aside, by this machine's clock.</param>
/// <param name="Source">As <see cref="ReceivedBatch.Source"/>.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Event">The event that the store refused; null if it could not be read in the first place.</param>
/// <param name="Item">What could not be read; null if the store refused it.</param>
internal sealed record DeadLetter(DeadLetterKey Key, DateTimeOffset Time, string Source, string Reason, ReceivedEvent? Event, RejectedItem? Item)
{
    /// <summary>Its number: given when it is kept, never given again.</summary>
    public long Id { get; init; }

    public ReadOnlyMemory<byte> Text => Event?.Event.Raw ?? Item?.Text ?? default;
}

/// <summary>A place in a journal: the id, the batch's position, and which of its items.</summary>
internal readonly record struct DeadLetterKey(UInt128 Journal, long Position, int Item);

/// <summary>A dead letter without its text.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Time">When it was set aside.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsEvent">Whether it is an event that the store refused; else it could not be read.</param>
/// <param name="Bytes">What it takes on disk.</param>
internal readonly record struct DeadLetterSummary(long Id, DateTimeOffset Time, string Source, string Reason, bool IsEvent, int Bytes);

/// <summary>
/// A record of the dead letters' files: version, what follows, then letters (count; each: id, time in milliseconds, journal, position, item, reason, and a
/// batch of one as <see cref="EventCodec"/> writes it), ids that are gone, or the counters with which a file begins.
/// </summary>
internal static class DeadLetterCodec
{
    public const byte Letters = 1;
    public const byte Gone = 2;
    public const byte Counters = 3;
    private const byte Version = 1;

    public static ReadOnlyMemory<byte> WriteLetters(IReadOnlyList<DeadLetter> letters)
    {
        var entries = letters.Select(l => new JournalEntry(l.Source, l.Event is { } e ? [e] : [], l.Item is { } item ? [item] : [], 0, 0, false)).ToList();
        var bytes = new byte[checked((int)(16 + letters.Sum(l => 100L + (3 * l.Reason.Length)) + entries.Sum(EventCodec.MostBytes)))];
        var writer = Begin(bytes, Letters);
        writer.Number(letters.Count);
        for (var i = 0; i < letters.Count; i++)
        {
            var letter = letters[i];
            writer.Number(letter.Id);
            writer.Fixed(letter.Time.ToUnixTimeMilliseconds());
            writer.Fixed(letter.Key.Journal);
            writer.Number(letter.Key.Position);
            writer.Number(letter.Key.Item);
            writer.Text(letter.Reason);
            var entry = new byte[EventCodec.MostBytes(entries[i])];
            writer.Bytes(entry.AsSpan(0, EventCodec.Write(entries[i], entry)));
        }

        return bytes.AsMemory(0, writer.Written);
    }

    public static ReadOnlyMemory<byte> WriteGone(IReadOnlyCollection<long> ids)
    {
        var bytes = new byte[16 + (10 * ids.Count)];
        var writer = Begin(bytes, Gone);
        writer.Number(ids.Count);
        foreach (var id in ids)
        {
            writer.Number(id);
        }

        return bytes.AsMemory(0, writer.Written);
    }

    public static ReadOnlyMemory<byte> WriteCounters(long nextId, long evicted)
    {
        var bytes = new byte[32];
        var writer = Begin(bytes, Counters);
        writer.Number(nextId);
        writer.Number(evicted);
        return bytes.AsMemory(0, writer.Written);
    }

    /// <summary>Begins to read a record; returns what follows.</summary>
    /// <exception cref="InvalidDataException">It is of a version to come.</exception>
    public static byte Open(ref ByteReader reader) => reader.Byte() is var version && version != Version
        ? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"dead letters of version {version}; this program reads version {Version}"))
        : reader.Byte();

    public static DeadLetter ReadLetter(ref ByteReader reader)
    {
        var (id, time) = (reader.Number(), DateTimeOffset.FromUnixTimeMilliseconds(reader.Fixed()));
        var key = new DeadLetterKey(reader.FixedIdentity(), reader.Number(), (int)reader.Number());
        var reason = reader.Text();
        var entry = EventCodec.Read(reader.Bytes());
        return new DeadLetter(key, time, entry.Source, reason, entry.Events is [var e, ..] ? e : null, entry.Rejected is [var item, ..] ? item : null) { Id = id };
    }

    private static ByteWriter Begin(Span<byte> bytes, byte what)
    {
        var writer = new ByteWriter(bytes);
        writer.Byte(Version);
        writer.Byte(what);
        return writer;
    }
}
