using Saker.Generate.Audit;

namespace Saker.Generate.Load;

/// <summary>Requests that the detections over audit events find.</summary>
internal sealed class Attacks(Dice dice)
{
    private static readonly string[] Paths = ["/", "/api", "/api/v1/secrets", "/api/v1/namespaces/kube-system/secrets", "/apis", "/metrics", "/swagger.json"];
    private static readonly string[] Agents = ["curl/8.5.0", "python-requests/2.32.3", "Mozilla/5.0 zgrab/0.x", "Go-http-client/1.1"];
    private static readonly Client Thief = Cluster.Deployer.From("203.0.113.50", "kubectl/v1.31.2 (linux/amd64) kubernetes/fd34b1c");

    private int turn;
    private int version = 50_000;

    public AuditRequest Next(Moment now)
    {
        var turn = this.turn++;
        return (turn % 6) switch
        {
            0 or 2 or 4 => new AuditRequest(Cluster.Anonymous($"198.51.100.{70 + dice.Below(2)}", dice.Pick(Agents)), "get", dice.Pick(Paths)).Forbidden(),
            1 => PodWhereNoneShouldBe(now),
            3 => PodEvents.PullImage(dice.Pick(Cluster.Kubelets), Hidden("shop"), now, $"18{dice.Hex(14)}", ++version),
            _ => Requests.Exec(Thief, Hidden("shop"), "sh", 41_000_000),
        };
    }

    /// <summary>A pod in a namespace that ordinary work leaves alone.</summary>
    public AuditRequest PodWhereNoneShouldBe(Moment now)
    {
        var ns = dice.Below(4) switch { 0 => "kube-system", 1 => "kube-public", _ => "default" };
        return Requests.CreatePod(Thief, Hidden(ns), now, ++version, "?fieldManager=kubectl-run");
    }

    private Pod Hidden(string ns) => new($"kube-proxy-{dice.Suffix(8)}", ns, "kube-proxy", $"203.0.113.80:5000/tools/kworker:{dice.Hex(8)}")
    {
        Uid = dice.Guid(),
        Spec = "\"hostNetwork\":true,\"hostPID\":true,",
        ContainerSpec = "\"securityContext\":{\"privileged\":true},",
    };
}
