using Saker.Spl.Execution;

namespace Saker.Ingest;

/// <summary>What an item was recognised as. <see cref="Other"/> is readable but of no kind we know.</summary>
internal enum EventKind
{
    Other,
    Audit,
    Falco,
    Metric,
    KubeEvent,
    Log,
    ContainerLog,
    Tetragon,
}

/// <summary>Where a record stands; the line is one-based, 0 for the file itself. The file's day dates clocks that carry no date.</summary>
internal readonly record struct RecordPlace(string Name, long Line, DateOnly FileDay)
{
    public override string ToString() => Line > 0 ? $"{Name}:{Line}" : Name;
}

/// <summary>Takes what a record decodes to. Every record leads to at least one call; every unwrapped item to exactly one.</summary>
internal interface IDecodeSink
{
    /// <summary>
    /// An event. Its <see cref="Event.Raw"/> and <see cref="Event.Extra"/> may point into buffers that are used again: they are valid during the
    /// call only. <paramref name="kind"/> Other means that a search can read it, but that it is no telemetry we know.
    /// </summary>
    void Accept(Event e, EventKind kind, bool truncated);

    /// <summary>The same item once more, as it was wrapped (<see cref="WrappedViews"/>). Not another item: it is not counted.</summary>
    void AcceptView(Event e, EventKind kind)
    {
    }

    /// <summary>An item that is sound but gives no event (a CloudWatch control message, a NaN data point, an empty batch).</summary>
    void Other(string reason);

    /// <summary>An item that is broken.</summary>
    void Reject(in RecordPlace place, string reason);
}
