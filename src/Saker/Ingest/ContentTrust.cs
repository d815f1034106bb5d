using Saker.Content;

namespace Saker.Ingest;

/// <summary>
/// Whether a container's output may become what it looks like. Any pod can print <c>{"kind":"Event","apiVersion":"audit.k8s.io/v1",…}</c>, and a collector sends it with the rest of the
/// container logs: it must stay a line of a log. Only the containers named here are believed, by the sourcetype that the Splunk OpenTelemetry Collector gives
/// (<c>kube:container:NAME</c>).
/// </summary>
internal sealed record ContentTrust
{
    /// <summary>Falco's container is believed about alerts, as the published detections read it; nobody is believed about audit events or metrics.</summary>
    public static readonly ContentTrust Default = new();

    /// <summary>Sourcetypes (with <c>*</c> and <c>?</c>) of containers whose output may be audit events: an API server that writes its audit log to standard output.</summary>
    public IReadOnlyList<string> Audit { get; init; } = [];

    /// <summary>Sourcetypes of containers whose output may be Falco alerts.</summary>
    public IReadOnlyList<string> Falco { get; init; } = ["kube:container:falco"];

    public bool AllowsAudit(Wrapping wrapping) => Names(Audit, wrapping);

    public bool AllowsFalco(Wrapping wrapping) => Names(Falco, wrapping);

    /// <summary>Whether what is wrapped so was printed by a container: by its sourcetype, the file that it was read from, or the pod that its collector names.</summary>
    public static bool IsOfContainer(Wrapping wrapping) => wrapping.IsContainerOutput || wrapping.Otherwise == EventKind.ContainerLog
        || (wrapping.Sourcetype?.StartsWith("kube:container:", StringComparison.OrdinalIgnoreCase) ?? false)
        || IsContainerFile(wrapping.Source)
        || wrapping.Fields.Span.IndexOf("\"k8s.container.name\""u8) >= 0
        || wrapping.Fields.Span.IndexOf("\"k8s.pod.name\""u8) >= 0
        || wrapping.Fields.Span.IndexOf("\"container_name\""u8) >= 0;

    private static bool IsContainerFile(string? source) => source is not null
        && (source.Contains("/var/log/pods/", StringComparison.Ordinal) || source.Contains("/var/log/containers/", StringComparison.Ordinal)
            || source.Contains("/docker/containers/", StringComparison.Ordinal));

    private static bool Names(IReadOnlyList<string> patterns, Wrapping wrapping) =>
        wrapping.Sourcetype is { } sourcetype && patterns.Any(pattern => Glob.Matches(pattern, sourcetype));
}
