namespace Saker.Generate.Audit;

/// <summary>The requests that a cluster lives on.</summary>
internal static class Requests
{
    private static readonly Template StatusPatch = new("""
        {"metadata":{"uid":"«uid»"},"status":{"$setElementOrder/conditions":[{"type":"PodReadyToStartContainers"},{"type":"Initialized"},{"type":"Ready"},
        {"type":"ContainersReady"},{"type":"PodScheduled"}],"conditions":[{"lastTransitionTime":"«now»","status":"True","type":"Ready"}],"phase":"Running"}}
        """);

    private static readonly Template ConfigMap = new("""
        {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"«name»","namespace":"«namespace»",«metadata»},"data":{"dashboard.json":«content»}}
        """);

    private static readonly Template StoredConfigMap = new("""
        "uid":"7be1c3a4-0d55-4b0e-9a51-6c2f90d1e7aa","resourceVersion":"«version»","creationTimestamp":"2026-01-20T08:31:02Z","managedFields":[
        {"manager":"helm","operation":"Update","apiVersion":"v1","time":"«now»","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:dashboard.json":{}}}}]
        """);

    public static AuditRequest CreatePod(Client client, Pod pod, Moment now, int version, string query = "") =>
        AuditRequest.Of(client, "create", pod.Reference, query) with
        {
            Level = "RequestResponse",
            Request = pod.Sent(),
            Response = pod.Stored(now, version),
            Annotations = "\"pod-security.kubernetes.io/enforce-policy\":\"privileged:latest\"",
            Microseconds = 6_200,
        };

    public static AuditRequest RenewLease(Client client, string ns, string name) =>
        AuditRequest.Of(client, "update", new ObjectReference("leases", ns, name, "coordination.k8s.io"), "?timeout=5s") with { Microseconds = 4_100 };

    public static AuditRequest BindPod(Client scheduler, Pod pod) =>
        AuditRequest.Of(scheduler, "create", new ObjectReference("pods", pod.Namespace, pod.Name, Subresource: "binding"));

    public static AuditRequest RequestToken(Client kubelet, Pod pod) =>
        AuditRequest.Of(kubelet, "create", new ObjectReference("serviceaccounts", pod.Namespace, pod.ServiceAccount, Subresource: "token"));

    public static AuditRequest ReportStatus(Client kubelet, Pod pod, Moment now, int version) =>
        AuditRequest.Of(kubelet, "patch", new ObjectReference("pods", pod.Namespace, pod.Name, Subresource: "status")) with
        {
            Level = "RequestResponse",
            Request = StatusPatch.Fill(("uid", pod.Uid), ("now", now.Second)),
            Response = pod.Stored(now, version, "Running"),
            Microseconds = 8_400,
        };

    /// <summary>kubectl exec over WebSocket: the verb is get, success is 101, and the session is long.</summary>
    public static AuditRequest Exec(Client client, Pod pod, string command, long microseconds)
    {
        var arguments = string.Concat(command.Split(' ').Select(argument => $"command={Uri.EscapeDataString(argument)}&"));
        var reference = new ObjectReference("pods", pod.Namespace, pod.Name, Subresource: "exec");
        return AuditRequest.Of(client, "get", reference, $"?{arguments}container={pod.Container}&stdin=true&stdout=true&tty=true") with
        {
            Level = "RequestResponse",
            Code = 101,
            Streams = true,
            Microseconds = microseconds,
        };
    }

    /// <summary>A ConfigMap that holds a document, such as a dashboard: JSON in a JSON string.</summary>
    public static AuditRequest UpdateConfigMap(Client client, string ns, string name, string content, Moment now, int version)
    {
        var quoted = GoJson.Quote(content);
        string Body(string metadata) => ConfigMap.Fill(("name", name), ("namespace", ns), ("metadata", metadata), ("content", quoted));
        return AuditRequest.Of(client, "update", new ObjectReference("configmaps", ns, name), "?fieldManager=helm") with
        {
            Level = "RequestResponse",
            Request = Body("\"creationTimestamp\":null"),
            Response = Body(StoredConfigMap.Fill(("version", $"{version}"), ("now", now.Second))),
            Microseconds = 21_500,
        };
    }
}
