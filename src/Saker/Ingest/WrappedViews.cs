namespace Saker.Ingest;

/// <summary>
/// Which wrappings are kept as a second view, beside the event taken out of them, because a search reads them: sourcetypes, by the form of the
/// wrapping. A view is an event of its own for the searches that name its sourcetype, and for no other; it is not counted.
/// </summary>
internal sealed record WrappedViews
{
    public const string Eks = "aws:cloudwatchlogs:eks";
    public const string PubSub = "google:gcp:pubsub:message";

    public static readonly WrappedViews None = new();

    /// <summary>Sourcetypes under which searches read whole AKS records: <c>category=kube-audit | spath input=properties.log</c>.</summary>
    public IReadOnlyList<string> AksRecords { get; init; } = [];

    /// <summary>Whether a search reads Cloud Logging entries as Splunk's add-on pulls them: <c>data.protoPayload.methodName</c>.</summary>
    public bool LogEntries { get; init; }

    /// <summary>Whether a search reads what CloudWatch carried under the add-on's sourcetype, and its log group as the source.</summary>
    public bool CloudWatch { get; init; }

    /// <summary>Names under which senders' events are looked for, whatever they are recognised as.</summary>
    public IReadOnlySet<string> Sent { get; init; } = new HashSet<string>();

    public bool IsEmpty => Sent.Count == 0;
}

/// <summary>A wrapping as it came, on the way to the event inside it.</summary>
internal sealed record Envelope(EnvelopeForm Form, ReadOnlyMemory<byte> Json);

internal enum EnvelopeForm
{
    AksRecord,
    LogEntry,
    CloudWatch,
}
