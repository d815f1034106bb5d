using Saker.Content;
using Saker.Detections;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Detections;

public sealed class SampleScanTests
{
    private static readonly string[] Samples = [Path.Combine(Repository.Root, "samples")];

    [Fact]
    public async Task All_five_detections_fire_on_the_samples()
    {
        using var run = await ScanRun.Of(Samples);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["kubernetes_access_scanning"] = 1,
                ["kubernetes_falco_shell_spawned"] = 2,
                ["kubernetes_pod_created_in_default_namespace"] = 10,
                ["kubernetes_shell_running_on_worker_node"] = 2,
                ["kubernetes_suspicious_image_pulling"] = 2,
            },
            run.CountByDetection());
        Assert.Equal(0, run.Counts.Rejected);
    }

    [Fact]
    public async Task With_the_tuning_nothing_benign_is_told()
    {
        using var run = await ScanRun.Of(Samples, null, ContentLibrary.TuningRoot);
        Assert.Equal(10, run.RiskEvents.Count);
        Assert.DoesNotContain(run.RiskEvents, e => e.RiskObject.Value.StartsWith("system:kube-scheduler", StringComparison.Ordinal) || e.RiskObject.Value.Contains("kube-system", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Score_message_annotations_and_evidence_come_with_each_risk_event()
    {
        using var run = await ScanRun.Of(Samples);
        var scanning = Assert.Single(run.RiskEvents, e => e.Detection.Stem == "kubernetes_access_scanning");
        Assert.Equal(49, scanning.Score);
        Assert.Equal("Kubernetes scanning from ip 198.51.100.77", scanning.Message);
        Assert.Equal(13, scanning.Evidence.Total);
        Assert.All(run.EvidenceOf(scanning), raw => Assert.Contains("\"code\":403", raw, StringComparison.Ordinal));
        Assert.Contains("T1046", scanning.Detection.Annotations.MitreAttackIds);
        Assert.Contains("Discovery", scanning.Detection.Annotations.Tactics);

        var shell = run.RiskEvents.First(e => e.Detection.Stem == "kubernetes_shell_running_on_worker_node");
        Assert.Equal(25, shell.Score);
        Assert.Equal("system", shell.RiskObject.Type);
    }

    [Fact]
    public async Task A_request_with_two_stages_and_several_groups_scores_once()
    {
        using var run = await ScanRun.Of(Samples);
        var pods = run.RiskEvents.Where(e => e.Detection.Stem == "kubernetes_pod_created_in_default_namespace" && e.RiskObject.Value == "system:serviceaccount:ci:deployer").ToList();
        Assert.Equal(2, pods.Count);
        Assert.All(pods, p => Assert.Equal(2, p.Evidence.Total));
        Assert.All(pods, p => Assert.True(p.Rows > 2));
    }

    [Fact]
    public async Task Reading_twice_the_same_or_in_another_order_changes_no_risk_event()
    {
        using var once = await ScanRun.Of(Samples);
        var copy = Directory.CreateTempSubdirectory("saker-test-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Samples[0], "audit*"))
            {
                var lines = await File.ReadAllLinesAsync(file);
                await File.WriteAllLinesAsync(Path.Combine(copy, "0-" + Path.GetFileName(file)), lines.Reverse());
            }

            using var twice = await ScanRun.Of([copy, .. Samples]);
            Assert.True(twice.DuplicateCount > 0);
            Assert.Equal(once.RiskEvents.Select(e => e.Id).Order(), twice.RiskEvents.Select(e => e.Id).Order());
            Assert.Equal(once.RiskEvents.Select(e => e.Message).Order(StringComparer.Ordinal), twice.RiskEvents.Select(e => e.Message).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public async Task One_worker_and_many_give_the_same_risk_events_in_the_same_order()
    {
        using var one = await ScanRun.Of(Samples, new ScanSettings { Workers = 1 });
        using var many = await ScanRun.Of(Samples, new ScanSettings { Workers = 8 });
        Assert.Equal(one.RiskEvents.Select(e => (e.Id, e.Message, e.Evidence.Total)), many.RiskEvents.Select(e => (e.Id, e.Message, e.Evidence.Total)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(100_003)]
    public async Task The_size_of_batches_does_not_show(int bytes)
    {
        using var usual = await ScanRun.Of(Samples);
        using var other = await ScanRun.Of(Samples, new ScanSettings { Ingest = new IngestOptions { BatchBytes = bytes } });
        Assert.Equal(usual.Counts.Read, other.Counts.Read);
        Assert.Equal(usual.RiskEvents.Select(e => (e.Id, e.Message, e.Evidence.Total)), other.RiskEvents.Select(e => (e.Id, e.Message, e.Evidence.Total)));
    }

    [Fact]
    public async Task As_scheduled_every_risk_event_names_the_hourly_window_that_holds_it()
    {
        using var run = await ScanRun.Of(Samples, new ScanSettings { AsScheduled = true });
        Assert.NotEmpty(run.RiskEvents);
        Assert.All(run.RiskEvents, e =>
        {
            Assert.True(e.Window.IsScheduled);
            Assert.Equal(0, e.Window.ScheduledTime.Minute);
            Assert.InRange(e.FirstNanoseconds, e.Window.Range.Earliest, e.Window.Range.Latest - 1);
            Assert.Equal(TimeSpan.FromHours(1).Ticks * 100, e.Window.Range.Latest - e.Window.Range.Earliest);
        });
    }
}
