using Saker.Generate.Audit;

namespace Saker.Generate.Samples;

/// <summary>Process metrics of the OpenTelemetry Collector's hostmetrics receiver: as the file exporter writes OTLP, and as the Splunk HEC exporter sends them.</summary>
internal sealed class HostMetrics(Steps steps, Dice dice)
{
    private static readonly Template Request = new("""
        {"resourceMetrics":[«resources»]}
        """);

    private static readonly Template Resource = new("""
        {"resource":{"attributes":[{"key":"process.pid","value":{"intValue":"«pid»"}},{"key":"process.parent_pid","value":{"intValue":"«parent»"}},
        {"key":"process.executable.name","value":{"stringValue":"«name»"}},{"key":"process.executable.path","value":{"stringValue":"«path»"}},
        {"key":"process.command_line","value":{"stringValue":"«path»"}},{"key":"process.owner","value":{"stringValue":"root"}},
        {"key":"host.name","value":{"stringValue":"«node»"}},{"key":"k8s.node.name","value":{"stringValue":"«node»"}},
        {"key":"k8s.cluster.name","value":{"stringValue":"«cluster»"}}]},"scopeMetrics":[{"scope":{
        "name":"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/hostmetricsreceiver/internal/scraper/processscraper","version":"0.138.0"},
        "metrics":[{"name":"process.memory.usage","description":"The amount of physical memory in use.","unit":"By","sum":{"dataPoints":[
        {"startTimeUnixNano":"«start»","timeUnixNano":"«time»","asInt":"«bytes»"}],"aggregationTemporality":2}},
        {"name":"process.memory.utilization","description":"Percentage of total physical memory that is used by the process.","unit":"1","gauge":{"dataPoints":[
        {"startTimeUnixNano":"«start»","timeUnixNano":"«time»","asDouble":«memory»}]}}«cpu»]}],
        "schemaUrl":"https://opentelemetry.io/schemas/1.9.0"}
        """);

    private static readonly Template Cpu = new("""
        ,{"name":"process.cpu.utilization","description":"Percentage of total CPU time used by the process since last scrape.","unit":"1","gauge":{"dataPoints":[
        {"attributes":[{"key":"state","value":{"stringValue":"user"}}],"startTimeUnixNano":"«start»","timeUnixNano":"«time»","asDouble":«user»},
        {"attributes":[{"key":"state","value":{"stringValue":"system"}}],"startTimeUnixNano":"«start»","timeUnixNano":"«time»","asDouble":«system»},
        {"attributes":[{"key":"state","value":{"stringValue":"wait"}}],"startTimeUnixNano":"«start»","timeUnixNano":"«time»","asDouble":0}]}}
        """);

    private static readonly Template Hec = new("""
        {"time":«time»,"host":"worker-3","source":"otel","sourcetype":"httpevent","index":"kubernetes_metrics","event":"metric","fields":{
        "k8s.cluster.name":"«cluster»","k8s.node.name":"worker-3","metric_name:«metric»":«value»,"metric_type":"Gauge"«state»,
        "process.executable.name":"«name»","process.executable.path":"«path»","process.owner":"root","process.pid":"«pid»"}}
        """);

    private static readonly Process[] Everyday = [new(1, 0, "systemd", "/usr/lib/systemd/systemd"), new(811, 1, "containerd", "/usr/bin/containerd"), new(902, 1, "kubelet", "/usr/bin/kubelet"), new(655, 1, "sshd", "/usr/sbin/sshd")];
    private static readonly Process Bash = new(41733, 41690, "bash", "/usr/bin/bash");

    public IEnumerable<SampleFile> Write() => [Otlp(), HecEvents()];

    private SampleFile Otlp()
    {
        var file = new SampleFile("hostmetrics.otlp.json");
        for (var scrape = 0; scrape < 6; scrape++)
        {
            var now = Moment.At(10, 35, 10 * scrape);
            Process[] processes = scrape < 2 ? Everyday : [.. Everyday, Bash];
            file.Add(Scrape("worker-2", now, processes, scrape == 2), scrape < 2 ? steps.Everyday : steps.NodeShell, matched: scrape >= 2);
        }

        for (var scrape = 0; scrape < 2; scrape++)
        {
            Process[] processes = [.. Everyday, new Process(2211, 1, "sh", "/usr/bin/dash", Defunct: true)];
            file.Add(Scrape("worker-1", Moment.At(10, 35, 4 + 10 * scrape), processes, bashIsNew: false), steps.Defunct, matched: true);
        }

        return file;
    }

    private string Scrape(string node, Moment now, Process[] processes, bool bashIsNew) => Request.Fill(("resources", string.Join(',', processes.Select(process =>
    {
        var start = $"{Moment.At(6, 0).Nanoseconds}";
        var time = $"{now.Nanoseconds}";
        var cpu = process == Bash && bashIsNew ? "" : Cpu.Fill(("start", start), ("time", time), ("user", Share(process, 40)), ("system", Share(process, 12)));
        return Resource.Fill(
            ("pid", $"{process.Pid}"), ("parent", $"{process.Parent}"), ("name", process.Name), ("path", process.Path), ("node", node), ("cluster", Cluster.Name),
            ("start", start), ("time", time), ("bytes", process.Defunct ? "0" : $"{4096 * dice.Between(900, 30_000)}"), ("memory", Share(process, 9)), ("cpu", cpu));
    }))));

    private SampleFile HecEvents()
    {
        var file = new SampleFile("hec-metrics.json");
        foreach (var process in new[] { Everyday[2], new Process(5120, 5077, "sh", "/usr/bin/dash") })
        {
            for (var scrape = 0; scrape < 3; scrape++)
            {
                var time = $"{Moment.At(10, 36, 10 * scrape).Microseconds / 1_000_000}.{dice.Below(1000):d3}";
                foreach (var (metric, state) in new[] { ("process.memory.utilization", ""), ("process.cpu.utilization", ",\"state\":\"user\""), ("process.cpu.utilization", ",\"state\":\"system\"") })
                {
                    var line = Hec.Fill(
                        ("time", time), ("cluster", Cluster.Name), ("metric", metric), ("value", Share(process, 9)), ("state", state), ("name", process.Name),
                        ("path", process.Path), ("pid", $"{process.Pid}"));
                    file.Add(line, process.Name == "sh" ? steps.NodeShellByHec : steps.Everyday, matched: process.Name == "sh");
                }
            }
        }

        return file;
    }

    /// <summary>A small share, as Go prints a float: 0.0137.</summary>
    private string Share(Process process, int percent) => process.Defunct ? "0" : $"0.{dice.Below(percent):d2}{dice.Between(1, 9_999):d4}";

    private sealed record Process(int Pid, int Parent, string Name, string Path, bool Defunct = false);
}
