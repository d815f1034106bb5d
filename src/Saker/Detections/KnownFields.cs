using Saker.Content;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>The fields that telemetry has: what the data sources of content list, and what the formats define besides.</summary>
internal sealed class KnownFields(ContentLibrary content)
{
    private static readonly string[] Audit =
    [
        "kind", "apiVersion", "level", "auditID", "stage", "requestURI", "verb", "user.username", "user.uid", "user.groups{}", "impersonatedUser.username", "impersonatedUser.uid",
        "impersonatedUser.groups{}", "sourceIPs{}", "userAgent", "objectRef.resource", "objectRef.namespace", "objectRef.name", "objectRef.uid", "objectRef.apiGroup",
        "objectRef.apiVersion", "objectRef.resourceVersion", "objectRef.subresource", "requestReceivedTimestamp", "stageTimestamp", "timestamp",
    ];

    /// <summary>Below these anything may stand.</summary>
    private static readonly string[] AuditPrefixes =
        ["requestObject.", "responseObject.", "responseStatus.", "annotations.", "user.extra.", "impersonatedUser.extra.", "metadata.", "authenticationMetadata."];

    private static readonly string[] Falco =
    [
        "output", "priority", "rule", "time", "hostname", "source", "tags{}", "uuid", "evt_type", "user", "user_uid", "user_loginuid", "process", "proc_exepath", "parent", "command",
        "terminal", "exe_flags", "container_id", "container_image", "container_image_tag", "container_name", "k8s_ns", "k8s_pod_name", "file", "fd_name", "connection", "gparent",
        "ggparent", "gggparent", "proc_name", "proc_cmdline", "proc_pname", "user_name",
    ];

    private static readonly string[] FalcoPrefixes = ["output_fields."];

    /// <summary>Every event has these; a transport may add <c>origin.…</c>.</summary>
    private static readonly IReadOnlyList<string> Common = [.. EventFields.All, .. DateFields.Names, "index", "_value", "metric_name", "truncated"];

    private readonly HashSet<string> audit = [.. Audit, .. Common, .. FieldsOf(content, "_json")];
    private readonly HashSet<string> falco = [.. Falco, .. Common, .. FieldsOf(content, "kube:container:falco")];

    /// <summary>Whether this kind of telemetry may have the field; of kinds that name their own dimensions nothing is known.</summary>
    public bool MayHave(TelemetryKind kind, string field) => kind switch
    {
        TelemetryKind.Audit => audit.Contains(field) || field.StartsWith("origin.", StringComparison.Ordinal) || AuditPrefixes.Any(p => field.StartsWith(p, StringComparison.Ordinal)),
        TelemetryKind.Falco => falco.Contains(field) || field.StartsWith("origin.", StringComparison.Ordinal) || FalcoPrefixes.Any(p => field.StartsWith(p, StringComparison.Ordinal)),
        _ => true,
    };

    public IEnumerable<string> Of(TelemetryKind kind) => kind == TelemetryKind.Falco ? falco : audit;

    private static IEnumerable<string> FieldsOf(ContentLibrary content, string sourcetype) => content.DataSources.Where(s => s.Sourcetype == sourcetype).SelectMany(s => s.Fields);
}
