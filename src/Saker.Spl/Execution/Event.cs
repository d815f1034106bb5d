namespace Saker.Spl.Execution;

/// <summary>
/// One thing that happened, as the engine sees it: its times, where it came from and its bytes. Fields are read from the
/// bytes when a search asks for them.
/// </summary>
public sealed class Event
{
    /// <summary>The event's text as UTF-8: a JSON object, or a line of text. May be an expanded or unwrapped form of what was sent.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>
    /// Fields besides those in <see cref="Raw"/>: a flat JSON object as UTF-8 (<c>{"container_name":"web","user":"root"}</c>), or empty.
    /// A name that stands in both has both values.
    /// </summary>
    public ReadOnlyMemory<byte> Extra { get; init; }

    /// <summary><c>_time</c>: when it happened, nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public long TimeNanoseconds { get; init; }

    /// <summary><c>_indextime</c>: when it came, nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public long IndexTimeNanoseconds { get; init; }

    public string Index { get; init; } = "main";

    public string Source { get; init; } = "";

    public string Sourcetype { get; init; } = "";

    public string Host { get; init; } = "";

    /// <summary>The Kubernetes cluster, where the wrapping, the token or the settings name one.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Whether this is a metric data point: read by <c>mstats</c>, not by <c>search</c>.</summary>
    public bool IsMetric { get; init; }

    /// <summary>A number that the event source gives each event it yields, so that rows can name the events behind them.</summary>
    public long Ordinal { get; init; }

    /// <summary>What tells it from all others, where a store that it was read from knows: two copies of it have the same. Null where equal events are legitimate repeats.</summary>
    public UInt128? Identity
    {
        get => Kept;
        init => Kept = value;
    }

    private Key128? Kept { get; init; }

    /// <summary>The same event under the number that a source gives it.</summary>
    public Event WithOrdinal(long ordinal) => new()
    {
        Raw = Raw,
        Extra = Extra,
        TimeNanoseconds = TimeNanoseconds,
        IndexTimeNanoseconds = IndexTimeNanoseconds,
        Index = Index,
        Source = Source,
        Sourcetype = Sourcetype,
        Host = Host,
        Cluster = Cluster,
        IsMetric = IsMetric,
        Kept = Kept,
        Ordinal = ordinal,
    };

    /// <summary>The same event in buffers of its own.</summary>
    public Event Copied() => new()
    {
        Raw = Raw.ToArray(),
        Extra = Extra.ToArray(),
        TimeNanoseconds = TimeNanoseconds,
        IndexTimeNanoseconds = IndexTimeNanoseconds,
        Index = Index,
        Source = Source,
        Sourcetype = Sourcetype,
        Host = Host,
        Cluster = Cluster,
        IsMetric = IsMetric,
        Kept = Kept,
        Ordinal = Ordinal,
    };

    /// <summary>Whether <see cref="Raw"/> reads as a JSON object.</summary>
    public bool IsJson => Raw.Length > 0 && Raw.Span[0] == (byte)'{';
}
