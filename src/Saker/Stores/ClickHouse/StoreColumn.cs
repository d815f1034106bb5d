using Saker.Spl.Execution;

namespace Saker.Stores.ClickHouse;

/// <summary>What a column says of a field where it is empty.</summary>
internal enum ColumnKind
{
    /// <summary>The field is never absent: empty is empty text.</summary>
    Present,

    /// <summary>Empty means that the event does not have the field.</summary>
    NullIfEmpty,

    /// <summary>Where it is empty, the field may stand in the event's text.</summary>
    UnknownIfEmpty,

    /// <summary>Taken out of the event's text: empty is absent, or empty text.</summary>
    Promoted,

    /// <summary>Taken out of the event's text, with all its values: none means that it is absent.</summary>
    PromotedArray,
}

/// <summary>A column that searches are pruned by, and the field that it stands for.</summary>
internal sealed record StoreColumn(string Field, string Name, ColumnKind Kind)
{
    private static readonly StoreColumn[] Common =
    [
        new(EventFields.Index, "index", ColumnKind.Present),
        new(EventFields.Sourcetype, "sourcetype", ColumnKind.NullIfEmpty),
        new(EventFields.Source, "source", ColumnKind.NullIfEmpty),
        new(EventFields.Host, "host", ColumnKind.UnknownIfEmpty),
        new(EventFields.Cluster, "cluster", ColumnKind.UnknownIfEmpty),
    ];

    /// <summary>The columns of the table <c>events</c> that are taken from the text, in the order in which rows are written.</summary>
    public static readonly IReadOnlyList<StoreColumn> OfEvents =
    [
        new("verb", "verb", ColumnKind.Promoted),
        new("user.username", "user", ColumnKind.Promoted),
        new("objectRef.namespace", "namespace", ColumnKind.Promoted),
        new("objectRef.resource", "resource", ColumnKind.Promoted),
        new("objectRef.subresource", "subresource", ColumnKind.Promoted),
        new("objectRef.name", "name", ColumnKind.Promoted),
        new("responseStatus.code", "code", ColumnKind.Promoted),
        new("sourceIPs{}", "source_ips", ColumnKind.PromotedArray),
        new("userAgent", "user_agent", ColumnKind.Promoted),
    ];

    /// <summary>The same of the table <c>metrics</c>.</summary>
    public static readonly IReadOnlyList<StoreColumn> OfMetrics =
    [
        new("metric_name", "metric_name", ColumnKind.Promoted),
        new("process.executable.name", "process", ColumnKind.Promoted),
    ];

    private static readonly Dictionary<string, StoreColumn> Events = Common.Concat(OfEvents).ToDictionary(c => c.Field, StringComparer.Ordinal);
    private static readonly Dictionary<string, StoreColumn> Metrics = Common.Concat(OfMetrics).ToDictionary(c => c.Field, StringComparer.Ordinal);

    /// <summary>The column of a field; null if it has none.</summary>
    public static StoreColumn? Find(string field, bool isMetric) => (isMetric ? Metrics : Events).GetValueOrDefault(field);
}
