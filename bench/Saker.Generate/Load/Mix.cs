using Saker.Generate.Audit;

namespace Saker.Generate.Load;

/// <summary>
/// What a generated audit log is made of, in shares of requests. A request leaves 2 events, a watch 3.
/// <code>
/// 60.0 %  reads at level Metadata: get, list and watch by kubelets, controllers, Prometheus, a developer and CI
/// 14.0 %  lease renewals, Metadata
///  9.0 %  pod status patches by kubelets, RequestResponse with managedFields
///  7.0 %  Event objects by kubelets and the scheduler, RequestResponse; no image pulls
///  3.0 %  token requests and pod bindings, Metadata
///  3.0 %  pods created by the replica set controller in namespaces of applications, RequestResponse with managedFields
///  2.0 %  deployments applied, RequestResponse with managedFields and the last applied configuration
///  2.0 %  ConfigMaps of 2 to 150 kB, which makes events of 5 to 340 kB, most of them small: over a third of the bytes stand in lines over 32 kB
/// </code>
/// One request in 10,000 (<c>--attack-rate</c>) is an attack instead: half of them anonymous scans, the others a pod in kube-system or default,
/// a suspicious image pull, a shell by exec, in turn. Nothing else matches the five detections.
/// </summary>
internal sealed class Mix(Dice dice)
{
    private static readonly string[] Namespaces = ["shop", "payments", "search", "monitoring", "ci"];
    private static readonly string[] Apps = ["web", "cart", "catalog", "orders", "ledger", "indexer", "gateway", "mailer"];
    private static readonly string Document = Dashboard.OfLength(150_000);

    private static readonly ObjectReference[] Read =
    [
        new("pods"), new("services"), new("configmaps"), new("secrets"), new("endpoints"), new("serviceaccounts"),
        new("deployments", Group: "apps"), new("replicasets", Group: "apps"), new("jobs", Group: "batch"), new("endpointslices", Group: "discovery.k8s.io"),
    ];

    private static readonly Client[] Readers = [.. Cluster.Kubelets, Cluster.Scheduler, Cluster.ReplicaSetController, Cluster.EndpointSliceController, Cluster.Prometheus, Cluster.Mira, Cluster.Deployer];

    private int version = 100_000;

    public AuditRequest Next(Moment now) => dice.Unit() switch
    {
        < 0.600 => ReadSomething(),
        < 0.740 => Lease(),
        < 0.830 => Requests.ReportStatus(dice.Pick(Cluster.Kubelets), AppPod(), now, ++version),
        < 0.900 => Record(now),
        < 0.915 => Requests.RequestToken(dice.Pick(Cluster.Kubelets), AppPod()),
        < 0.930 => Requests.BindPod(Cluster.Scheduler, AppPod()),
        < 0.960 => Requests.CreatePod(Cluster.ReplicaSetController, AppPod(), now, ++version),
        < 0.980 => Apply(now),
        _ => Requests.UpdateConfigMap(Cluster.Helm, "monitoring", $"dashboard-{dice.Below(40)}", Cut(), now, ++version),
    };

    private AuditRequest ReadSomething()
    {
        var client = dice.Pick(Readers);
        var reference = dice.Pick(Read) with { Namespace = dice.Pick(Namespaces) };
        var microseconds = dice.Between(700, 9_000);
        return dice.Below(10) switch
        {
            0 => new AuditRequest(dice.Below(2) == 0 ? Cluster.Probe : Cluster.Prometheus, "get", dice.Below(2) == 0 ? "/readyz" : "/livez") { Microseconds = microseconds },
            1 => AuditRequest.Of(client, "watch", reference, $"?allowWatchBookmarks=true&resourceVersion={++version}&timeoutSeconds=412&watch=true") with { Streams = true, Microseconds = 400_000 },
            < 5 => AuditRequest.Of(client, "list", reference, "?limit=500&resourceVersion=0") with { Microseconds = microseconds },
            _ => AuditRequest.Of(client, "get", reference with { Name = $"{dice.Pick(Apps)}-{dice.Suffix(10)}" }) with { Microseconds = microseconds },
        };
    }

    private AuditRequest Lease() => dice.Below(3) switch
    {
        0 => Requests.RenewLease(Cluster.SchedulerElection, "kube-system", "kube-scheduler"),
        1 => Requests.RenewLease(Cluster.ControllerManagerElection, "kube-system", "kube-controller-manager"),
        _ => NodeLease(dice.Below(3)),
    };

    private static AuditRequest NodeLease(int node) => Requests.RenewLease(Cluster.Kubelets[node], "kube-node-lease", $"worker-{node + 1}");

    private AuditRequest Record(Moment now)
    {
        var pod = AppPod();
        var nameEnd = $"18{dice.Hex(14)}";
        return dice.Below(4) switch
        {
            0 => PodEvents.Record(Cluster.Scheduler, pod, "Scheduled", $"Successfully assigned {pod.Namespace}/{pod.Name} to worker-{dice.Between(1, 3)}", now, nameEnd, ++version),
            1 => PodEvents.Record(dice.Pick(Cluster.Kubelets), pod, "Pulled", $"Container image \"{pod.Image}\" already present on machine", now, nameEnd, ++version),
            2 => PodEvents.Record(dice.Pick(Cluster.Kubelets), pod, "Created", $"Created container: {pod.Container}", now, nameEnd, ++version),
            _ => PodEvents.Record(dice.Pick(Cluster.Kubelets), pod, "Started", $"Started container {pod.Container}", now, nameEnd, ++version),
        };
    }

    private AuditRequest Apply(Moment now)
    {
        var app = dice.Pick(Apps);
        var deployment = new Deployment(dice.Pick(Namespaces), app, $"registry.lighthouse.example/{app}:2.{dice.Below(9)}.{dice.Below(30)}", dice.Guid());
        return deployment.Apply(dice.Below(3) == 0 ? Cluster.Mira : Cluster.Deployer, now, ++version);
    }

    private Pod AppPod()
    {
        var app = dice.Pick(Apps);
        var owner = $"{app}-{dice.Suffix(10)}-";
        return new Pod(owner + dice.Suffix(), dice.Pick(Namespaces), app, $"registry.lighthouse.example/{app}:2.4.1")
        {
            GenerateName = owner,
            OwnerKind = "ReplicaSet",
            OwnerUid = dice.Guid(),
            Uid = dice.Guid(),
        };
    }

    /// <summary>Small ones are many: the length's logarithm is even.</summary>
    private string Cut() => Document[..(int)(2_000 * Math.Pow(70, dice.Unit()))];
}
