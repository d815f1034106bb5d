namespace Saker.Generate.Audit;

/// <summary>A deployment that someone applies with kubectl.</summary>
internal sealed record Deployment(string Namespace, string Name, string Image, string Uid)
{
    private static readonly Template PodTemplate = new("""
        {"metadata":{"creationTimestamp":null,"labels":{"app":"«name»"}},"spec":{"containers":[{"name":"«name»","image":"«image»",
        "command":["sh","-c","exec /app/serve --cache /tmp/cache 2\u003e\u00261"],"ports":[{"containerPort":8080,"protocol":"TCP"}],
        "readinessProbe":{"httpGet":{"path":"/ready?deep=1\u0026wait=0","port":8080,"scheme":"HTTP"}}}]}}
        """);

    private static readonly Template Applied = new("""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"«name»","namespace":"«namespace»"},
        "spec":{"replicas":2,"selector":{"matchLabels":{"app":"«name»"}},"template":«template»}}
        """);

    private static readonly Template Annotations = new("""
        "annotations":{"deployment.kubernetes.io/revision":"7","kubectl.kubernetes.io/last-applied-configuration":«applied»}
        """);

    private static readonly Template Patch = new("""
        {"metadata":{«annotations»},"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"«name»"}],
        "containers":[{"image":"«image»","name":"«name»"}]}}}}
        """);

    private static readonly Template Stored = new("""
        {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"«name»","namespace":"«namespace»","uid":"«uid»","resourceVersion":"«version»",
        "generation":7,"creationTimestamp":"2026-01-20T08:30:11Z","labels":{"app":"«name»"},«annotations»,"managedFields":[
        {"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"apps/v1","time":"«now»","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{
        "f:annotations":{".":{},"f:kubectl.kubernetes.io/last-applied-configuration":{}},"f:labels":{".":{},"f:app":{}}},"f:spec":{
        "f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},
        "f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{
        "k:{\"name\":\"«name»\"}":{".":{},"f:command":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{},
        "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:readinessProbe":{".":{},"f:httpGet":{".":{},
        "f:path":{},"f:port":{},"f:scheme":{}}}}}}}}}},{"manager":"kube-controller-manager","operation":"Update","apiVersion":"apps/v1","time":"«now»",
        "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{"f:deployment.kubernetes.io/revision":{}}},"f:status":{"f:availableReplicas":{},
        "f:conditions":{},"f:observedGeneration":{},"f:readyReplicas":{},"f:replicas":{},"f:updatedReplicas":{}}},"subresource":"status"}]},
        "spec":{"replicas":2,"selector":{"matchLabels":{"app":"«name»"}},"template":«template»,"strategy":{"type":"RollingUpdate",
        "rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600},
        "status":{"observedGeneration":6,"replicas":2,"updatedReplicas":2,"readyReplicas":2,"availableReplicas":2}}
        """);

    /// <summary>kubectl apply: a patch, answered with the last applied configuration and managedFields.</summary>
    public AuditRequest Apply(Client client, Moment now, int version)
    {
        var template = PodTemplate.Fill(("name", Name), ("image", Image));
        var applied = Applied.Fill(("name", Name), ("namespace", Namespace), ("template", template));
        var annotations = Annotations.Fill(("applied", GoJson.Quote(applied + "\n")));
        var query = "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict";
        return AuditRequest.Of(client, "patch", new ObjectReference("deployments", Namespace, Name, "apps"), query) with
        {
            Level = "RequestResponse",
            Request = Patch.Fill(("annotations", annotations), ("name", Name), ("image", Image)),
            Response = Stored.Fill(
                ("name", Name), ("namespace", Namespace), ("uid", Uid), ("version", $"{version}"), ("annotations", annotations), ("now", now.Second),
                ("template", template)),
            Microseconds = 9_700,
        };
    }
}
