namespace Saker.Ingest;

/// <summary>Reads a whole input in order: frames it, decodes every record and tells the sink. The stream is disposed.</summary>
internal sealed class InputReader(IngestOptions options)
{
    private readonly RecordDecoder decoder = new(options);

    /// <summary><paramref name="fileDay"/> dates clocks that carry no date; default takes the day of arrival.</summary>
    public void Read(Stream input, string name, DateOnly fileDay, IDecodeSink sink, CancellationToken cancellation)
    {
        using var framer = new RecordFramer(input, options);
        while (framer.Next() is { } batch)
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                Decode(this.decoder, batch, name, fileDay, sink);
            }
        }
    }

    /// <summary>Decodes one batch; batches of one input may be decoded by several workers, each with a decoder of its own.</summary>
    public static void Decode(RecordDecoder decoder, RecordBatch batch, string name, DateOnly fileDay, IDecodeSink sink, Wrapping? wrapping = null)
    {
        foreach (var record in batch.Records)
        {
            var place = new RecordPlace(name, record.Line, fileDay);
            if (record.Rejected is not null)
            {
                sink.Reject(place, record.Rejected);
            }
            else
            {
                decoder.Decode(batch[record], place, sink, wrapping ?? Wrapping.None);
            }
        }
    }
}
