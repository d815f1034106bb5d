using Saker.Generate.Audit;

namespace Saker.Generate.Samples;

/// <summary>10:00 to 10:45 of a cluster that works, thinned out: what the detections must leave alone.</summary>
internal sealed class BenignStory(Timeline timeline, Steps steps, Dice dice)
{
    private static readonly Func<string, bool> Last = stage => stage == "ResponseComplete";
    private static readonly Func<string, bool> Every = _ => true;

    public void Tell()
    {
        for (var minute = 0; minute <= 45; minute++)
        {
            Minute(Moment.At(10, minute), minute);
        }

        SystemPods();
        Rollout();
        Refusals();
        for (var minute = 8; minute <= 41; minute += 11)
        {
            var probe = new AuditRequest(Cluster.Anonymous("10.20.0.250", "HealthCheck/1.1"), "get", "/") { Microseconds = 500 };
            timeline.Add(steps.BalancerProbes, Moment.At(10, minute, 15), probe.Forbidden(), Last);
        }

        timeline.Add(steps.Large, Moment.At(10, 17, 44), now => Requests.UpdateConfigMap(Cluster.Helm, "monitoring", "dashboard-orders", Dashboard.OfLength(11_600), now, timeline.NextVersion));
    }

    private void Minute(Moment now, int minute)
    {
        var node = minute % 3;
        timeline.Add(steps.Everyday, now.After(1_000_000), Requests.RenewLease(Cluster.SchedulerElection, "kube-system", "kube-scheduler"));
        timeline.Add(steps.Everyday, now.After(9_000_000), Requests.RenewLease(Cluster.Kubelets[node], "kube-node-lease", $"worker-{node + 1}"));
        if (minute % 2 == 0)
        {
            timeline.Add(steps.Everyday, now.After(21_000_000), Requests.RenewLease(Cluster.ControllerManagerElection, "kube-system", "kube-controller-manager"));
        }

        if (minute % 5 == 0)
        {
            timeline.Add(steps.OpenProbes, now.After(30_000_000), new AuditRequest(Cluster.Probe, "get", minute % 2 == 0 ? "/livez" : "/readyz") { Microseconds = 700 });
            timeline.Add(steps.Everyday, now.After(34_000_000), new AuditRequest(Cluster.Prometheus, "get", "/metrics") { Microseconds = 26_000 });
            timeline.Add(steps.Everyday, now.After(41_000_000), AuditRequest.Of(Cluster.Deployer, "get", new ObjectReference("deployments", "shop", "cart", "apps")));
        }

        if (minute % 15 == 3)
        {
            var watch = AuditRequest.Of(Cluster.Prometheus, "watch", new ObjectReference("pods"), "?allowWatchBookmarks=true&timeoutSeconds=412&watch=true");
            timeline.Add(steps.Everyday, now.After(3_000_000), watch with { Streams = true, Microseconds = 412_000_000 });
            timeline.Add(steps.Everyday, now.After(5_000_000), AuditRequest.Of(Cluster.EndpointSliceController, "list", new ObjectReference("services", "shop"), "?limit=500"));
        }
    }

    /// <summary>Pods that belong in kube-system, and the two agents whose images are allowed.</summary>
    private void SystemPods()
    {
        var system = steps.ControllerPods;
        CreateAndBind(system, Cluster.ReplicaSetController, Owned("ReplicaSet", "coredns-7d4f9c8b65-", "kube-system", "coredns", "registry.k8s.io/coredns/coredns:v1.12.1"), Moment.At(10, 3, 10));
        CreateAndBind(system, Cluster.DaemonSetController, Owned("DaemonSet", "node-local-dns-", "kube-system", "node-cache", "registry.k8s.io/dns/k8s-dns-node-cache:1.26.4"), Moment.At(10, 5, 40));
        CreateAndBind(system, Cluster.JobController, Owned("Job", "etcd-backup-29558430-", "kube-system", "backup", "registry.lighthouse.example/platform/etcd-backup:1.2"), Moment.At(10, 30, 0));

        Pod[] agents =
        [
            Owned("DaemonSet", "falco-", "falco", "falco", "docker.io/falcosecurity/falco:0.42.1"),
            Owned("DaemonSet", "splunk-otel-collector-agent-", "monitoring", "otel-collector", "quay.io/signalfx/splunk-otel-collector:0.138.0"),
        ];
        foreach (var (pod, index) in agents.Select((pod, index) => (pod, index)))
        {
            var now = Moment.At(10, 7 + index, 20);
            CreateAndBind(steps.Everyday, Cluster.DaemonSetController, pod, now, matched: false);
            timeline.Add(steps.AllowedPulls, now.After(2_000_000), at => PodEvents.PullImage(Cluster.Kubelets[index], pod, at, timeline.NameEnd(), timeline.NextVersion), Last);
        }
    }

    private void Rollout()
    {
        var now = Moment.At(10, 14, 30);
        var step = steps.Rollout;
        var deployment = new Deployment("shop", "web", "registry.lighthouse.example/shop/web:2.4.1", "61b3e0c8-2f7d-4a90-b6d5-0e8c1a7f4d33");
        timeline.Add(step, now.After(-4_000_000), AuditRequest.Of(Cluster.Mira, "get", new ObjectReference("deployments", "shop", "web", "apps")));
        timeline.Add(step, now, at => deployment.Apply(Cluster.Mira, at, timeline.NextVersion));
        timeline.Add(step, now.After(1_000_000), AuditRequest.Of(Cluster.DeploymentController, "create", new ObjectReference("replicasets", "shop", "web-5d8f7c9b64", "apps")));
        for (var i = 0; i < 2; i++)
        {
            now = now.After(2_000_000);
            var pod = Owned("ReplicaSet", "web-5d8f7c9b64-", "shop", "web", deployment.Image);
            var kubelet = Cluster.Kubelets[i];
            CreateAndBind(step, Cluster.ReplicaSetController, pod, now, matched: false);
            timeline.Add(step, now.After(1_500_000), Requests.RequestToken(kubelet, pod));
            timeline.Add(step, now.After(2_500_000), at => PodEvents.Record(
                kubelet, pod, "Pulled", $"Container image \"{pod.Image}\" already present on machine", at, timeline.NameEnd(), timeline.NextVersion));
            timeline.Add(step, now.After(3_500_000), at => PodEvents.Record(kubelet, pod, "Started", "Started container web", at, timeline.NameEnd(), timeline.NextVersion));
            timeline.Add(step, now.After(5_000_000), at => Requests.ReportStatus(kubelet, pod, at, timeline.NextVersion));
        }

        timeline.Add(step, now.After(9_000_000), AuditRequest.Of(Cluster.Mira, "list", new ObjectReference("pods", "shop"), "?labelSelector=app%3Dweb&limit=500"));
    }

    private void Refusals()
    {
        var now = Moment.At(10, 19, 10);
        string[] resources = ["secrets", "configmaps", "pods", "services", "serviceaccounts", "endpoints", "events"];
        foreach (var resource in resources)
        {
            var request = AuditRequest.Of(Cluster.Mira, "list", new ObjectReference(resource, "kube-system"), "?limit=500");
            timeline.Add(steps.Refused, now = now.After(1_000_000), request.Forbidden());
        }
    }

    private void CreateAndBind(Step step, Client controller, Pod pod, Moment now, bool matched = true)
    {
        timeline.Add(step, now, at => Requests.CreatePod(controller, pod, at, timeline.NextVersion), matched ? Every : null);
        timeline.Add(step, now.After(1_000_000), Requests.BindPod(Cluster.Scheduler, pod), matched ? Every : null);
    }

    private Pod Owned(string kind, string generateName, string ns, string container, string image) => new(generateName + dice.Suffix(), ns, container, image)
    {
        GenerateName = generateName,
        OwnerKind = kind,
        OwnerUid = dice.Guid(),
        Uid = dice.Guid(),
        ServiceAccount = container,
    };
}
