using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Server.Receiving;

/// <summary>
/// Gathers what one request decodes to, for the journal. What the decoder gives is valid during its call only, so it is copied, except where it points into the body itself.
/// Valid until disposed, and so is the body.
/// </summary>
/// <param name="source">As the balance calls it.</param>
/// <param name="cluster">The only cluster that the sender speaks for; null for any.</param>
/// <param name="isIrreplaceable">Whether the sender will not try again.</param>
/// <param name="decoders">Where a decoder is borrowed.</param>
/// <param name="day">The day of clocks that carry none.</param>
/// <param name="room">Bounds what is gathered; null where the request is small by itself. Decoding throws <see cref="BodyRefusedException"/> beyond it.</param>
internal sealed class BatchBuilder(string source, string? cluster, bool isIrreplaceable, DecoderPool decoders, DateOnly day, EventRoom? room = null) : IDecodeSink, IDisposable
{
    private readonly List<ReceivedEvent> events = [];
    private readonly List<RejectedItem> rejected = [];
    private readonly CopyBuffer copies = new(isBesideHeap: true);
    private readonly RecordDecoder decoder = decoders.Take();
    private ReadOnlyMemory<byte> current;
    private ReadOnlyMemory<byte> owned;
    private long decoded;
    private long others;
    private long records;
    private bool isOverRoom;

    public int EventCount => events.Count;

    public int RejectedCount => rejected.Count;

    /// <summary>Whether there is nothing to keep.</summary>
    public bool IsEmpty => events.Count == 0 && rejected.Count == 0 && others == 0;

    public RejectedItem? LastRejected => rejected.Count > 0 ? rejected[^1] : null;

    /// <summary>Events that arrived cut off, by their sender's own word.</summary>
    public int TruncatedCount { get; private set; }

    public string Source => source;

    /// <summary>How deep JSON may be nested.</summary>
    public int DeepestNesting => decoders.Options.DeepestNesting;

    /// <summary>Bytes decoded so far.</summary>
    public long Bytes => decoded;

    /// <summary>Decodes a record that stands in <paramref name="body"/>: its bytes need not be copied.</summary>
    public void Decode(ReceivedBody body, ReadOnlyMemory<byte> record, Wrapping wrapping)
    {
        owned = body.Bytes;
        Decode(record, wrapping);
        owned = default;
    }

    /// <summary>Decodes a record whose bytes may change afterwards.</summary>
    public void Decode(ReadOnlyMemory<byte> record, Wrapping wrapping)
    {
        current = record;
        decoded += record.Length;
        decoder.Decode(record, new RecordPlace(source, ++records, day), this, wrapping);
    }

    /// <summary>Decodes a HEC event, whatever keys it has.</summary>
    public void DecodeHec(ReceivedBody body, ReadOnlyMemory<byte> envelope, Wrapping wrapping)
    {
        owned = body.Bytes;
        current = envelope;
        decoded += envelope.Length;
        decoder.DecodeHec(envelope, new RecordPlace(source, ++records, day), this, wrapping);
        owned = default;
    }

    /// <summary>Decodes a text of lines or JSON documents, as a file is read.</summary>
    public void DecodeRecords(Stream text, Wrapping wrapping)
    {
        using var framer = new RecordFramer(text, decoders.Options, decoders.Options.BatchBytes);
        while (framer.Next() is { } framed)
        {
            using (framed)
            {
                foreach (var record in framed.Records)
                {
                    if (record.Rejected is { } reason)
                    {
                        Reject(framed[record], reason);
                    }
                    else
                    {
                        Decode(framed[record], wrapping);
                    }
                }
            }
        }
    }

    /// <summary>Decodes what is not told by its content: a protobuf message.</summary>
    public void Decode(ReadOnlyMemory<byte> message, Wrapping wrapping, MessageDecoder decode)
    {
        current = message;
        decoded += message.Length;
        decode(message, new RecordPlace(source, ++records, day), decoder, this, wrapping);
    }

    /// <summary>Notes an item that its protocol's own grammar refuses.</summary>
    public void Reject(ReadOnlyMemory<byte> item, string reason)
    {
        current = item;
        Reject(new RecordPlace(source, ++records, day), reason);
    }

    public ReceivedBatch Build() => new(source, events, rejected, others, isIrreplaceable);

    void IDecodeSink.Accept(Event e, EventKind kind, bool truncated)
    {
        TruncatedCount += truncated ? 1 : 0;
        Take(IsOwned(e.Raw) ? e.Extra.Length : e.Raw.Length + e.Extra.Length);
        events.Add(new ReceivedEvent(Keep(e), kind));
    }

    void IDecodeSink.Other(string reason) => others++;

    void IDecodeSink.Reject(in RecordPlace place, string reason) => Reject(place, reason);

    public void Dispose()
    {
        copies.Dispose();
        room?.Dispose();
        if (!isOverRoom)
        {
            decoders.GiveBack(decoder, decoded);
        }
    }

    /// <summary>Makes room for one more. A decoder that is stopped in the middle of a record is not used again.</summary>
    private void Take(int bytes)
    {
        isOverRoom = true;
        room?.Take(bytes);
        isOverRoom = false;
    }

    /// <summary>A record's text is kept with the first thing that is wrong in it, not with each.</summary>
    private void Reject(in RecordPlace place, string reason)
    {
        Take(current.Length);
        rejected.Add(new RejectedItem(place, reason, copies.Copy(DeadText.Mask(current).Span)));
        current = default;
    }

    /// <summary>A sender that is bound to a cluster speaks for no other, whatever its events say.</summary>
    private Event Keep(Event e) => IsOwned(e.Raw) && e.Extra.IsEmpty && (cluster is null || e.Cluster == cluster) ? e : new Event
    {
        Raw = IsOwned(e.Raw) ? e.Raw : copies.Copy(e.Raw.Span),
        Extra = copies.Copy(e.Extra.Span),
        TimeNanoseconds = e.TimeNanoseconds,
        IndexTimeNanoseconds = e.IndexTimeNanoseconds,
        Index = e.Index,
        Source = e.Source,
        Sourcetype = e.Sourcetype,
        Host = e.Host,
        Cluster = cluster ?? e.Cluster,
        IsMetric = e.IsMetric,
    };

    private bool IsOwned(ReadOnlyMemory<byte> bytes) => owned.Span.Overlaps(bytes.Span);
}

/// <summary>Tells a sink what a message holds. Throws <see cref="WireException"/>.</summary>
internal delegate void MessageDecoder(ReadOnlyMemory<byte> message, in RecordPlace place, RecordDecoder decoder, IDecodeSink sink, Wrapping wrapping);
