namespace Saker.Generate.Audit;

/// <summary>The imaginary cluster "lighthouse": who asks its API server for what. No such company, people or addresses exist.</summary>
internal static class Cluster
{
    public const string Name = "lighthouse";

    private const string Version = "v1.34.4 (linux/amd64) kubernetes/5a9c1e7";
    private const string ControlPlane = "10.20.0.5";

    public static Client[] Kubelets { get; } = [Kubelet(1), Kubelet(2), Kubelet(3)];

    public static Client Scheduler { get; } = Component("kube-scheduler", "scheduler", "9d1f");

    public static Client SchedulerElection { get; } = Component("kube-scheduler", "leader-election", "9d1f");

    public static Client ControllerManagerElection { get; } = Component("kube-controller-manager", "leader-election", "4b72");

    public static Client ReplicaSetController { get; } = Controller("replicaset-controller", "0f4f2f6e-1bd5-4d0c-8d0a-33b1f6f0c101");

    public static Client DaemonSetController { get; } = Controller("daemon-set-controller", "0f4f2f6e-1bd5-4d0c-8d0a-33b1f6f0c102");

    public static Client JobController { get; } = Controller("job-controller", "0f4f2f6e-1bd5-4d0c-8d0a-33b1f6f0c103");

    public static Client DeploymentController { get; } = Controller("deployment-controller", "0f4f2f6e-1bd5-4d0c-8d0a-33b1f6f0c104");

    public static Client EndpointSliceController { get; } = Controller("endpointslice-controller", "0f4f2f6e-1bd5-4d0c-8d0a-33b1f6f0c105");

    public static Client Prometheus { get; } = ServiceAccount("monitoring", "prometheus", "10.244.1.17", "Prometheus/3.5.0", "ClusterRole \"prometheus\"");

    /// <summary>Deploys from the build system; more is allowed to it than it needs.</summary>
    public static Client Deployer { get; } = ServiceAccount("ci", "deployer", "10.244.2.31", $"kubectl/{Version}", "ClusterRole \"deployer\"");

    public static Client Helm { get; } = Deployer.From("10.244.2.31", "Helm/3.18.6");

    /// <summary>A developer.</summary>
    public static Client Mira { get; } = new("oidc:mira", ["shop-developers", "system:authenticated"], "10.20.8.21", $"kubectl/{Version}",
        "RBAC: allowed by RoleBinding \"developers/shop\" of ClusterRole \"edit\" to Group \"shop-developers\"")
    {
        Credential = "JTI=2f0d6a51-7e5c-44f3-bf51-0d6c8d7c2e19",
    };

    /// <summary>The API server's own probes: anonymous and allowed.</summary>
    public static Client Probe { get; } = Anonymous(ControlPlane, "kube-probe/1.34");

    public static Client Anonymous(string address, string userAgent, params string[] claimed) => new("system:anonymous", ["system:unauthenticated"], address, userAgent,
        "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole \"system:public-info-viewer\" to Group \"system:unauthenticated\"")
    {
        Claimed = claimed,
    };

    /// <summary>A request whose token is worth nothing: the API server does not know who it was.</summary>
    public static Client Unknown(string address, string userAgent) => new("", [], address, userAgent);

    private static Client Kubelet(int number) => new($"system:node:worker-{number}", ["system:nodes", "system:authenticated"], $"10.20.0.{10 + number}", $"kubelet/{Version}")
    {
        Credential = $"X509SHA256={new Dice((ulong)number).Hex(64)}",
    };

    private static Client Component(string name, string part, string credential) => new($"system:{name}", ["system:authenticated"], ControlPlane, $"{name}/{Version}/{part}",
        $"RBAC: allowed by ClusterRoleBinding \"system:{name}\" of ClusterRole \"system:{name}\" to User \"system:{name}\"")
    {
        Credential = $"X509SHA256={credential}{new Dice((ulong)name.Length).Hex(60)}",
    };

    private static Client Controller(string name, string uid) => new($"system:serviceaccount:kube-system:{name}",
        ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"], ControlPlane,
        $"kube-controller-manager/{Version}/system:serviceaccount:kube-system:{name}",
        $"RBAC: allowed by ClusterRoleBinding \"system:controller:{name}\" of ClusterRole \"system:controller:{name}\" to ServiceAccount \"{name}/kube-system\"")
    {
        Uid = uid,
        Credential = $"JTI={new Dice((ulong)uid[^1]).Guid()}",
    };

    private static Client ServiceAccount(string ns, string name, string address, string userAgent, string role) => new($"system:serviceaccount:{ns}:{name}",
        ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"], address, userAgent,
        $"RBAC: allowed by ClusterRoleBinding \"{name}\" of {role} to ServiceAccount \"{name}/{ns}\"")
    {
        Uid = new Dice((ulong)name.Length * 31).Guid(),
        Credential = $"JTI={new Dice((ulong)name.Length * 37).Guid()}",
        Extra = "\"authentication.kubernetes.io/pod-name\":[\"" + name + "-7c9d5b6f4-q8wzt\"]",
    };
}
