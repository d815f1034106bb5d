using Saker.Generate.Audit;

namespace Saker.Generate.Samples;

/// <summary>An EKS cluster's audit events as a CloudWatch Logs subscription delivers them. 111122223333 is the account of AWS's own examples.</summary>
internal sealed class CloudWatch(Timeline timeline, Steps steps, Dice dice)
{
    private static readonly Template Document = new("""
        {"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/eks/lighthouse-eks/cluster","logStream":"kube-apiserver-audit-«stream»",
        "subscriptionFilters":["saker"],"logEvents":[«events»]}
        """);

    private static readonly Client Node = new("system:node:ip-10-30-1-17.lighthouse.internal", ["system:bootstrappers", "system:nodes", "system:authenticated"], "10.30.1.17", "kubelet/v1.33.5 (linux/amd64) kubernetes/9b2a1f0")
    {
        Uid = "aws-iam-authenticator:111122223333:AROAEXAMPLENODE00001",
    };

    private static readonly Client BreakGlass = new("arn:aws:sts::111122223333:assumed-role/break-glass/ci", ["break-glass", "system:authenticated"], "203.0.113.50", "kubectl/v1.31.2 (linux/amd64) kubernetes/fd34b1c",
        "EKS Access Policy: allowed by ClusterRoleBinding \"break-glass\" of ClusterRole \"cluster-admin\" to Group \"break-glass\"")
    {
        Uid = "aws-iam-authenticator:111122223333:AROAEXAMPLEGLASS0001",
        Extra = "\"accessKeyId\":[\"ASIAEXAMPLEKEY000001\"],\"arn\":[\"arn:aws:sts::111122223333:assumed-role/break-glass/ci\"],\"canonicalArn\":[\"arn:aws:iam::111122223333:role/break-glass\"],\"principalId\":[\"AROAEXAMPLEGLASS0001\"],\"sessionName\":[\"ci\"]",
    };

    public SampleFile Write()
    {
        var file = new SampleFile("audit-eks-cloudwatch.ndjson");
        var now = Moment.At(10, 40, 12);
        var lease = (Requests.RenewLease(Node, "kube-node-lease", "ip-10-30-1-17.lighthouse.internal"), now);
        var read = (AuditRequest.Of(Node, "get", new ObjectReference("configmaps", "kube-system", "coredns")), now.After(2_000_000));
        var pod = new Pod("node-problem-reporter", "kube-public", "reporter", "203.0.113.80:5000/tools/agent:latest") { Uid = dice.Guid() };
        var create = (Requests.CreatePod(BreakGlass, pod, now.After(61_000_000), timeline.NextVersion, "?fieldManager=kubectl-run"), now.After(61_000_000));
        file.Add(Deliver(lease, read), steps.Everyday);
        file.Add(Deliver((Requests.RenewLease(Node, "kube-node-lease", "ip-10-30-1-17.lighthouse.internal"), now.After(60_000_000)), create), steps.EksPod, matched: true);
        return file;
    }

    private string Deliver(params (AuditRequest Request, Moment Received)[] requests)
    {
        var events = requests.Select(r =>
            $"{{\"id\":\"3{dice.Next() % 1_000_000_000_000_000_000:d18}{dice.Next() % 1_000_000_000_000_000_000:d18}{dice.Next() % 1_000_000_000_000_000_000:d18}0\","
            + $"\"timestamp\":{r.Received.Microseconds / 1000},\"message\":{GoJson.Quote(timeline.LastEvent(r.Request, r.Received))}}}");
        return Document.Fill(("stream", dice.Hex(32)), ("events", string.Join(',', events)));
    }
}
