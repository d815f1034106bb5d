namespace Saker.Spl.Planning;

/// <summary>The fields that a store may keep as columns of their own, because detections prune on them.</summary>
public static class PromotedFields
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "index", "source", "sourcetype", "host", "cluster", "verb", "user.username", "objectRef.namespace", "objectRef.resource", "objectRef.subresource", "objectRef.name",
        "responseStatus.code", "sourceIPs{}", "userAgent", "metric_name", "process.executable.name",
    };

    public static bool Contains(string field) => Names.Contains(field);
}
