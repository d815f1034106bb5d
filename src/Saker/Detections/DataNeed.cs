using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>The kinds of telemetry that a search may read.</summary>
internal enum TelemetryKind
{
    /// <summary>It does not say, or says a name that is none of ours.</summary>
    Unknown,

    Audit,
    Falco,
    Metrics,
}

/// <summary>What data a search needs, told from what it asks of the source.</summary>
internal static class DataNeed
{
    public static TelemetryKind Of(SourceRequest request)
    {
        if (request.IsMetrics)
        {
            return TelemetryKind.Metrics;
        }

        var names = request.Predicate.Conjuncts().OfType<SearchComparison>().Where(c => c.Operator == ComparisonOperator.Equal).ToList();
        return names.Any(c => c.Field == "sourcetype" && c.Value.Contains("falco", StringComparison.OrdinalIgnoreCase)) ? TelemetryKind.Falco
            : names.Any(c => c is { Field: "sourcetype", Value: not "_json" }) ? TelemetryKind.Unknown
            : names.Any(c => c.Field is "source" or "sourcetype" && c.Value is "kubernetes" or "_json") ? TelemetryKind.Audit
            : TelemetryKind.Unknown;
    }

    public static string Describe(TelemetryKind kind) => kind switch
    {
        TelemetryKind.Audit => "Kubernetes audit events",
        TelemetryKind.Falco => "Falco alerts",
        TelemetryKind.Metrics => "metric data points",
        _ => "events",
    };
}
