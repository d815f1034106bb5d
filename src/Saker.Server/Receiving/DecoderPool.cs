using System.Collections.Concurrent;
using Saker.Ingest;

namespace Saker.Server.Receiving;

/// <summary>Decoders, which hold scratch buffers and serve one request at a time.</summary>
internal sealed class DecoderPool(IngestOptions options)
{
    private const int MostKept = 32;

    /// <summary>A decoder that unfolded more than this is dropped: its scratch has grown with it.</summary>
    private const int LargestKept = 4 * 1024 * 1024;

    private readonly ConcurrentBag<RecordDecoder> idle = [];

    public IngestOptions Options => options;

    public RecordDecoder Take() => idle.TryTake(out var decoder) ? decoder : new RecordDecoder(options);

    public void GiveBack(RecordDecoder decoder, long bytesDecoded)
    {
        if (bytesDecoded <= LargestKept && idle.Count < MostKept)
        {
            idle.Add(decoder);
        }
    }
}
