namespace Saker.Ingest;

/// <summary>What the envelopes around an item said of it, outermost first; an inner one's word replaces an outer one's.</summary>
internal sealed record Wrapping
{
    /// <summary>Envelopes inside envelopes beyond this are refused.</summary>
    public const int Deepest = 8;

    public static readonly Wrapping None = new();

    public string? Index { get; init; }

    public string? Source { get; init; }

    public string? Sourcetype { get; init; }

    public string? Host { get; init; }

    public string? Cluster { get; init; }

    /// <summary>Nanoseconds since 1970: the envelope's clock, for items that carry none.</summary>
    public long? Time { get; init; }

    /// <summary>Fields beside the item (HEC <c>fields</c>, OTLP attributes): JSON members without braces, <c>"a":"b","c":1</c>.</summary>
    public ReadOnlyMemory<byte> Fields { get; init; }

    public int Depth { get; init; }

    /// <summary>What an item counts as whose content is of no kind we know: a log line is one because of the envelope it came in.</summary>
    public EventKind Otherwise { get; init; }

    /// <summary>Set for the items of an audit EventList: they carry no kind of their own.</summary>
    public bool IsAuditItem { get; init; }

    /// <summary>Set for what a container printed, as far as the line itself tells (its runtime's head, the pod named beside it).</summary>
    public bool IsContainerOutput { get; init; }

    /// <summary>Whose word about containers' output counts; null where all content is believed (files that were named on purpose).</summary>
    public ContentTrust? Trust { get; init; }

    /// <summary>Of the reserved indexes those that the sender may name.</summary>
    public IReadOnlyList<string> Granted { get; init; } = [];

    /// <summary>The wrapping that is kept as a second view of what is inside it; null where no search reads it.</summary>
    public Envelope? Envelope { get; init; }

    public Wrapping Inside() => this with { Depth = Depth + 1 };
}
