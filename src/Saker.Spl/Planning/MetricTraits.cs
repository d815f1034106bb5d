namespace Saker.Spl.Planning;

/// <summary>What OpenTelemetry's semantic conventions promise of metrics' values.</summary>
internal static class MetricTraits
{
    private static readonly string[] NeverNegative =
    [
        "process.cpu.", "process.memory.", "process.disk.", "process.threads", "process.handles", "process.open_file_descriptors", "process.paging.",
        "process.signals_pending", "process.context_switches", "process.uptime", "system.cpu.", "system.memory.", "system.disk.", "system.network.", "system.paging.",
        "system.processes.", "system.filesystem.", "k8s.pod.", "k8s.container.", "k8s.node.", "k8s.volume.", "container.cpu.", "container.memory.", "container.filesystem.", "tcp.", "udp.",
    ];

    /// <summary>Whether the metric is declared to be never below zero (a share, a usage, a count, a time).</summary>
    public static bool IsNeverNegative(string metric) => Array.Exists(NeverNegative, p => metric.StartsWith(p, StringComparison.Ordinal));
}
