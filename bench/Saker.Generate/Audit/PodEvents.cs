namespace Saker.Generate.Audit;

/// <summary>Kubelets and controllers record what happens to pods as Event objects; that an image is pulled is known from there alone.</summary>
internal static class PodEvents
{
    private static readonly Template About = new("""
        "involvedObject":{"kind":"Pod","namespace":"«namespace»","name":"«pod»","uid":"«uid»","apiVersion":"v1","resourceVersion":"«podVersion»",
        "fieldPath":"spec.containers{«container»}"},"reason":"«reason»","message":«message»,"source":{"component":"«component»"«host»},
        "firstTimestamp":"«now»","lastTimestamp":"«now»","count":1,"type":"Normal","eventTime":null,
        "reportingComponent":"«component»","reportingInstance":"«instance»"
        """);

    private static readonly Template Sent = new("""
        {"kind":"Event","apiVersion":"v1","metadata":{"name":"«name»","namespace":"«namespace»","creationTimestamp":null},«about»}
        """);

    private static readonly Template Stored = new("""
        {"kind":"Event","apiVersion":"v1","metadata":{"name":"«name»","namespace":"«namespace»","uid":"«uid»","resourceVersion":"«version»",
        "creationTimestamp":"«now»","managedFields":[{"manager":"«component»","operation":"Update","apiVersion":"v1","time":"«now»","fieldsType":"FieldsV1",
        "fieldsV1":{"f:count":{},"f:firstTimestamp":{},"f:involvedObject":{},"f:lastTimestamp":{},"f:message":{},"f:reason":{},"f:reportingComponent":{},
        "f:reportingInstance":{},"f:source":{"f:component":{},"f:host":{}},"f:type":{}}}]},«about»}
        """);

    public static AuditRequest PullImage(Client kubelet, Pod pod, Moment now, string nameEnd, int version) =>
        Record(kubelet, pod, "Pulling", $"Pulling image \"{pod.Image}\"", now, nameEnd, version);

    public static AuditRequest Record(Client client, Pod pod, string reason, string message, Moment now, string nameEnd, int version)
    {
        var name = $"{pod.Name}.{nameEnd}";
        var isKubelet = client.Username.StartsWith("system:node:", StringComparison.Ordinal);
        var component = isKubelet ? "kubelet" : "default-scheduler";
        var instance = isKubelet ? client.Username["system:node:".Length..] : "control-plane-1";
        var about = About.Fill(
            ("namespace", pod.Namespace), ("pod", pod.Name), ("uid", pod.Uid), ("podVersion", $"{version - 2}"), ("container", pod.Container),
            ("reason", reason), ("message", GoJson.Quote(message)), ("component", component), ("host", isKubelet ? $",\"host\":\"{instance}\"" : ""),
            ("now", now.Second), ("instance", instance));
        return AuditRequest.Of(client, "create", new ObjectReference("events", pod.Namespace, name)) with
        {
            Level = "RequestResponse",
            Request = Sent.Fill(("name", name), ("namespace", pod.Namespace), ("about", about)),
            Response = Stored.Fill(
                ("name", name), ("namespace", pod.Namespace), ("uid", pod.Uid), ("version", $"{version}"), ("now", now.Second), ("component", component),
                ("about", about)),
        };
    }
}
