using System.Buffers;
using System.Security.Cryptography;

namespace Saker.Stores;

/// <summary>Consecutive batches of the journal that are stored together. Between the same borders there are the same bytes, and so the same token.</summary>
internal sealed class JournalBatch : IDisposable
{
    private readonly UInt128 journal;
    private readonly List<byte[]> buffers = [];
    private readonly List<ReceivedEvent> events = [];
    private readonly List<PlacedEntry> entries = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal JournalBatch(UInt128 journal, long from) => (this.journal, From) = (journal, from);

    /// <summary>The position of its first batch.</summary>
    public long From { get; }

    /// <summary>The position behind its last.</summary>
    public long To { get; private set; }

    public long Bytes { get; private set; }

    public IReadOnlyList<PlacedEntry> Entries => entries;

    /// <summary>All events in order; their bytes are valid until this is disposed of.</summary>
    public IReadOnlyList<ReceivedEvent> Events => events;

    /// <summary>Journal, position and SHA-256 of what is in it: <c>6f…-0000000000004096-e3b0…</c>.</summary>
    public string Token { get; private set; } = "";

    public void Dispose()
    {
        hash.Dispose();
        buffers.ForEach(b => ArrayPool<byte>.Shared.Return(b));
        buffers.Clear();
        events.Clear();
        entries.Clear();
    }

    /// <summary>Takes a copy of a record; null, or why it cannot be read.</summary>
    internal string? TryAdd(SegmentRecord record)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(record.Payload.Length);
        record.Payload.CopyTo(buffer);
        try
        {
            var entry = EventCodec.Read(buffer.AsMemory(0, record.Payload.Length));
            entries.Add(new PlacedEntry(record.Header.Position, events.Count, entry));
            events.AddRange(entry.Events);
        }
        catch (InvalidDataException unreadable)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return unreadable.Message;
        }

        buffers.Add(buffer);
        hash.AppendData(record.Payload.Span);
        Bytes += record.Payload.Length;
        return null;
    }

    internal void Complete(long to)
    {
        To = to;
        Token = $"{journal:x32}-{From:D16}-{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}

/// <summary>A batch, where it stands in the journal, and which of the events around it is its first.</summary>
internal readonly record struct PlacedEntry(long Position, int FirstEvent, JournalEntry Entry);
