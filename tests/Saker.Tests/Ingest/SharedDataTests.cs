using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

/// <summary>Real telemetry that lies beside the repository on some machines; skipped elsewhere.</summary>
public sealed class SharedDataTests
{
    private static readonly string? Root = Find();

    [Fact]
    public void Every_file_is_read_and_every_item_is_counted()
    {
        Assert.SkipWhen(Root is null, "no ../shared/data beside the repository");
        foreach (var file in InputPaths.Expand([Root], TimeProvider.System).Files)
        {
            var reading = Read(file.Path);
            Assert.True(reading.Counts.Read > 0, file.Path);
            Assert.Equal(reading.Counts.Read, reading.Events.Count + reading.Others.Count + reading.Counts.Rejected);
            Assert.Equal(reading.Counts.Recognised, reading.Kinds.Count(kind => kind != EventKind.Other));
            Assert.All(reading.Events, e => Assert.True(e.TimeNanoseconds > 0 && !e.Raw.IsEmpty));
        }
    }

    [Theory]
    [InlineData("aks_sysdig/event.json", "Audit", 22, 0, 0)]
    [InlineData("aks_sysdig/sample_EventHubs_event.json", "Audit", 1, 0, 0)]
    [InlineData("aks_sysdig/sample_KubeAuditLog_event.json", "Audit", 1, 0, 0)]
    [InlineData("audit2rbac/demo.log", "Audit", 37, 0, 0)]
    [InlineData("apiserver/attack.ndjson.gz", "Audit", 2252, 0, 0)]
    [InlineData("apiserver/benign.ndjson.gz", "Audit", 5000, 0, 0)]
    [InlineData("apiserver/webhook/batch-00001.body.json", "Audit", 400, 0, 0)]
    [InlineData("apiserver/webhook/truncate-tiny-00001.body.json", "Audit", 400, 0, 0)]
    [InlineData("falco_website/alerts.log", "Falco", 50, 0, 0)]
    [InlineData("falco_website/alerts.ndjson", "Falco", 15, 0, 0)]
    [InlineData("falco_aks_blog/2025-11-23-Falco_on_AKS.0.json", "Falco", 3, 0, 0)]
    [InlineData("falco_payloads/falco-talon__examples.txt.ndjson", "Falco", 6, 0, 0)]
    [InlineData("falco_payloads/plugins_k8saudit_watch_test.ndjson", "Audit", 1, 1, 0)]
    [InlineData("falco_cloudtrail_noise/alice_start_instances_bigevent.json", "Audit", 0, 1, 0)]
    [InlineData("otel_contrib/hostmetricsreceiver__expected_process.otlp.json", "Metric", 10, 0, 0)]
    [InlineData("otel_contrib/signalfxexporter__hostmetrics.otlp.json", "Metric", 198, 0, 0)]
    [InlineData("otel_contrib/splunkhecexporter__hec_metric_event.json", "Metric", 1, 0, 0)]
    [InlineData("otel_contrib/splunkhecexporter__hec_log_event.json", "Log", 1, 0, 0)]
    [InlineData("otel_contrib/k8sobjectsreceiver__watch_events.otlp.json", "KubeEvent", 1, 0, 0)]
    [InlineData("otel_contrib/awsfirehosereceiver__multiple_resources.ndjson", "Log", 0, 6, 0)]
    [InlineData("splunk_otel_chart/expected_k8sevents.otlp.json", "KubeEvent", 10, 0, 0)]
    [InlineData("splunk_otel_chart/test.log", "Log", 0, 600, 0)]
    [InlineData("splunk_attack_data/kubernetes_falco_shell_spawned.log", "Falco", 1, 0, 0)]
    [InlineData("stratus/k8s.privilege-escalation.privileged-pod.0.json", "Audit", 1, 0, 0)]
    [InlineData("stratus/k8s.persistence.create-token.0.json", "Audit", 0, 0, 19)]
    public void Files_that_were_counted_by_hand_agree(string path, string kind, int recognised, int other, int rejected)
    {
        Assert.SkipWhen(Root is null, "no ../shared/data beside the repository");
        var reading = Read(Path.Combine(Root, path));
        Assert.Equal($"{recognised} {other} {rejected}", reading.Tally);
        Assert.Equal(recognised, reading.Counts[Enum.Parse<EventKind>(kind)]);
    }

    [Fact]
    public void What_a_webhook_delivers_is_the_line_of_the_log_file()
    {
        Assert.SkipWhen(Root is null, "no ../shared/data beside the repository");
        var body = Read(Path.Combine(Root, "apiserver/webhook/blocking-00001.body.json")).Only;
        Assert.StartsWith("{\"level\":", Reading.Text(body.Raw));
        Assert.Equal(("kubernetes", "kubernetes", "_json"), (body.Index, body.Source, body.Sourcetype));
    }

    private static Reading Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Reading.Of(stream, name: Path.GetFileName(path));
    }

    private static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Saker.slnx")))
            {
                var data = Path.Combine(directory.FullName, "..", "shared", "data");
                return Directory.Exists(data) ? data : null;
            }
        }

        return null;
    }
}
