using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>An event that some request wants, with a copy of its bytes in the batch's buffer, on the way from a worker to the spool.</summary>
internal sealed record MatchedEvent(Event Event, EventKind Kind, int[] Requests, Key128? Identity)
{
    /// <summary>Copies an event out of the reader's buffers into the batch's.</summary>
    public static MatchedEvent Copy(Event e, EventKind kind, IReadOnlyList<int> requests, CopyBuffer buffer, bool isView = false) => new(
        new Event
        {
            Raw = buffer.Copy(e.Raw.Span),
            Extra = buffer.Copy(e.Extra.Span),
            TimeNanoseconds = e.TimeNanoseconds,
            IndexTimeNanoseconds = e.IndexTimeNanoseconds,
            Index = e.Index,
            Source = e.Source,
            Sourcetype = e.Sourcetype,
            Host = e.Host,
            Cluster = e.Cluster,
            IsMetric = e.IsMetric,
        },
        kind,
        [.. requests],
        EventIdentity.OfRun(e, kind, isView));
}
