using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>Decodes batches and matches their events. Has scratch of its own: one a thread at a time.</summary>
internal sealed class BatchWorker(IngestOptions options, IReadOnlyList<SourceRequest> requests, ViewRequests views, bool expectsMany) : IDecodeSink
{
    private readonly RecordDecoder decoder = new(options);
    private readonly HeadMatcher matcher = new(requests, expectsMany);
    private BatchResult result = null!;

    public void Process(RecordBatch batch, InputFile file, BatchResult into)
    {
        result = into;
        InputReader.Decode(decoder, batch, file.Path, file.Day, this, file.Wrapping);
    }

    public void Accept(Event e, EventKind kind, bool truncated)
    {
        result.Counts.Accepted(kind, truncated);
        result.Newest = Math.Max(result.Newest, e.TimeNanoseconds);
        result.Oldest = Math.Min(result.Oldest, e.TimeNanoseconds);
        var wanted = matcher.Match(e);
        if (wanted.Count > 0)
        {
            result.Matched.Add(MatchedEvent.Copy(e, kind, wanted, result.Buffer));
        }
    }

    public void AcceptView(Event e, EventKind kind)
    {
        var wanted = matcher.Match(e).Where(request => views.Names(request, e.Sourcetype)).ToList();
        if (wanted.Count > 0)
        {
            result.Matched.Add(MatchedEvent.Copy(e, kind, wanted, result.Buffer, isView: true));
        }
    }

    public void Other(string reason) => result.Counts.CountOther();

    public void Reject(in RecordPlace place, string reason) => result.Counts.Reject(place, reason);
}

/// <summary>What became of one batch. Matched events are valid until it is disposed.</summary>
internal sealed class BatchResult : IDisposable
{
    public CopyBuffer Buffer { get; } = new();

    public long Bytes { get; init; }

    public IngestCounts Counts { get; } = new();

    public List<MatchedEvent> Matched { get; } = [];

    public long Oldest { get; set; } = long.MaxValue;

    public long Newest { get; set; } = long.MinValue;

    public void Dispose() => Buffer.Dispose();
}
