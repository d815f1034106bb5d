using System.Buffers;
using System.Security.Cryptography;

namespace Saker.Stores;

/// <summary>Consecutive batches of the journal that are stored together. Between the same borders there are the same bytes, and so the same token.</summary>
internal sealed class JournalBatch : IDisposable
{
    /// <summary>Batches of senders lie together in pieces of this size: one of their own each would be more, and larger ones than the pool keeps.</summary>
    private const int PieceBytes = 1 << 20;

    private readonly UInt128 journal;
    private readonly List<byte[]> pieces = [];
    private int used;
    private readonly List<PlacedEntry> entries = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal JournalBatch(UInt128 journal, long from) => (this.journal, From) = (journal, from);

    /// <summary>The position of its first batch.</summary>
    public long From { get; }

    /// <summary>The position behind its last.</summary>
    public long To { get; private set; }

    public long Bytes { get; private set; }

    public int EventCount { get; private set; }

    public IReadOnlyList<PlacedEntry> Entries => entries;

    /// <summary>All events in order; their bytes are valid until this is disposed of.</summary>
    public ArraySegment<ReceivedEvent> Events { get; private set; } = ArraySegment<ReceivedEvent>.Empty;

    /// <summary>Journal, position and SHA-256 of what is in it: <c>6f…-0000000000004096-e3b0…</c>.</summary>
    public string Token { get; private set; } = "";

    public void Dispose()
    {
        hash.Dispose();
        pieces.ForEach(b => ArrayPool<byte>.Shared.Return(b));
        pieces.Clear();
        Events = ArraySegment<ReceivedEvent>.Empty;
        entries.Clear();
    }

    /// <summary>Takes a copy of a record; null, or why it cannot be read.</summary>
    internal string? TryAdd(SegmentRecord record)
    {
        var payload = Room(record.Payload.Length);
        record.Payload.CopyTo(payload);
        try
        {
            var entry = EventCodec.Read(payload);
            entries.Add(new PlacedEntry(record.Header.Position, EventCount, entry));
            EventCount += entry.Events.Count;
        }
        catch (InvalidDataException unreadable)
        {
            return unreadable.Message;
        }

        hash.AppendData(record.Payload.Span);
        Bytes += record.Payload.Length;
        return null;
    }

    private Memory<byte> Room(int bytes)
    {
        if (bytes > PieceBytes)
        {
            // The pool would give the next power of two, and keep it.
            return GC.AllocateUninitializedArray<byte>(bytes);
        }

        if (pieces.Count == 0 || pieces[^1].Length - used < bytes)
        {
            pieces.Add(ArrayPool<byte>.Shared.Rent(PieceBytes));
            used = 0;
        }

        used += bytes;
        return pieces[^1].AsMemory(used - bytes, bytes);
    }

    internal void Complete(long to)
    {
        To = to;
        var events = new ReceivedEvent[EventCount];
        foreach (var (_, first, entry) in entries)
        {
            ((ICollection<ReceivedEvent>)entry.Events).CopyTo(events, first);
        }

        Events = events;
        Token = $"{journal:x32}-{From:D16}-{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}

/// <summary>A batch, where it stands in the journal, and which of the events around it is its first.</summary>
internal readonly record struct PlacedEntry(long Position, int FirstEvent, JournalEntry Entry);
