using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>Decodes batches and matches their events. Has scratch of its own: one a thread at a time.</summary>
internal sealed class BatchWorker(IngestOptions options, IReadOnlyList<SourceRequest> requests) : IDecodeSink
{
    private readonly RecordDecoder decoder = new(options);
    private readonly HeadMatcher matcher = new(requests);
    private BatchResult result = new();

    public BatchResult Process(RecordBatch batch, string name, DateOnly fileDay)
    {
        result = new BatchResult { Bytes = batch.Bytes };
        InputReader.Decode(decoder, batch, name, fileDay, this);
        return result;
    }

    public void Accept(Event e, EventKind kind, bool truncated)
    {
        result.Counts.Accepted(kind, truncated);
        result.Newest = Math.Max(result.Newest, e.TimeNanoseconds);
        result.Oldest = Math.Min(result.Oldest, e.TimeNanoseconds);
        var wanted = matcher.Match(e);
        if (wanted.Count > 0)
        {
            result.Matched.Add(MatchedEvent.Copy(e, kind, wanted));
        }
    }

    public void Other(string reason) => result.Counts.CountOther();

    public void Reject(in RecordPlace place, string reason) => result.Counts.Reject(place, reason);
}

/// <summary>What became of one batch.</summary>
internal sealed class BatchResult
{
    public long Bytes { get; init; }

    public IngestCounts Counts { get; } = new();

    public List<MatchedEvent> Matched { get; } = [];

    public long Oldest { get; set; } = long.MaxValue;

    public long Newest { get; set; } = long.MinValue;
}
