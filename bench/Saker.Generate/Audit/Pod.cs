namespace Saker.Generate.Audit;

/// <summary>A pod: what its creator sends and what the API server stores.</summary>
/// <param name="Name">Its name, whether given or generated.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Container">Its container's name.</param>
/// <param name="Image">Its container's image.</param>
internal sealed record Pod(string Name, string Namespace, string Container, string Image)
{
    private static readonly Template SentForm = new("""
        {"kind":"Pod","apiVersion":"v1","metadata":{"«nameKey»":"«name»","namespace":"«namespace»","creationTimestamp":null,«labels»},
        "spec":{«spec»},"status":{}}
        """);

    private static readonly Template StoredForm = new("""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"«name»"«generateName»,"namespace":"«namespace»","uid":"«uid»","resourceVersion":"«version»",
        "creationTimestamp":"«now»",«labels»,"managedFields":[{"manager":"«manager»","operation":"Update","apiVersion":"v1","time":"«now»",
        "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app":{}}«ownerFields»},"f:spec":{"f:containers":{"k:{\"name\":\"«container»\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},
        "f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},
        "f:schedulerName":{},"f:securityContext":{},"f:serviceAccount":{},"f:serviceAccountName":{},"f:terminationGracePeriodSeconds":{}}}}]},
        "spec":{«spec»,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
        {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,
        "preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"«phase»","qosClass":"BestEffort"}}
        """);

    private static readonly Template SpecForm = new("""
        «spec»"containers":[{"name":"«container»","image":"«image»",«containerSpec»"resources":{},"terminationMessagePath":"/dev/termination-log",
        "terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,
        "dnsPolicy":"ClusterFirst","serviceAccountName":"«account»","serviceAccount":"«account»","securityContext":{},
        "schedulerName":"default-scheduler","enableServiceLinks":true
        """);

    private static readonly Template OwnedForm = new("""
        "labels":{"app":"«app»","pod-template-hash":"«hash»"},"ownerReferences":[{"apiVersion":"«api»/v1","kind":"«kind»","name":"«owner»","uid":"«uid»",
        "controller":true,"blockOwnerDeletion":true}]
        """);

    /// <summary>The start of a generated name, <c>coredns-5f76cdc8df-</c>; empty if the creator gave the name.</summary>
    public string GenerateName { get; init; } = "";

    /// <summary><c>ReplicaSet</c>, <c>DaemonSet</c>, <c>Job</c>, or empty.</summary>
    public string OwnerKind { get; init; } = "";

    public string OwnerUid { get; init; } = "";

    public string Uid { get; init; } = "";

    public string ServiceAccount { get; init; } = "default";

    /// <summary>Further fields of the spec, as JSON that ends in a comma: <c>"hostPID":true,</c></summary>
    public string Spec { get; init; } = "";

    /// <summary>Further fields of the container, as JSON that ends in a comma.</summary>
    public string ContainerSpec { get; init; } = "";

    /// <summary>What a create is about: without a name where the API server makes it.</summary>
    public ObjectReference Reference => new("pods", Namespace, GenerateName.Length > 0 ? "" : Name);

    public string Sent() => SentForm.Fill(
        ("nameKey", GenerateName.Length > 0 ? "generateName" : "name"), ("name", GenerateName.Length > 0 ? GenerateName : Name),
        ("namespace", Namespace), ("labels", Labels()), ("spec", Specification()));

    public string Stored(Moment now, int version, string phase = "Pending") => StoredForm.Fill(
        ("name", Name), ("generateName", GenerateName.Length > 0 ? $",\"generateName\":\"{GenerateName}\"" : ""), ("namespace", Namespace), ("uid", Uid),
        ("version", $"{version}"), ("now", now.Second), ("labels", Labels()), ("manager", OwnerKind.Length > 0 ? "kube-controller-manager" : "kubectl-create"),
        ("ownerFields", OwnerKind.Length > 0 ? $$$""","f:ownerReferences":{".":{},"k:{\"uid\":\"{{{OwnerUid}}}\"}":{}}""" : ""), ("container", Container), ("spec", Specification()), ("phase", phase));

    private string Labels()
    {
        if (OwnerKind.Length == 0)
        {
            return $"\"labels\":{{\"app\":\"{Container}\"}}";
        }

        var owner = GenerateName.TrimEnd('-');
        return OwnedForm.Fill(
            ("app", Container), ("hash", owner[(owner.LastIndexOf('-') + 1)..]), ("api", OwnerKind == "Job" ? "batch" : "apps"), ("kind", OwnerKind),
            ("owner", owner), ("uid", OwnerUid));
    }

    private string Specification() => SpecForm.Fill(
        ("spec", Spec), ("container", Container), ("image", Image), ("containerSpec", ContainerSpec), ("account", ServiceAccount));
}
