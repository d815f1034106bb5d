using Saker.Content;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>Real telemetry of public projects, where it stands beside the repository.</summary>
public sealed class RealTelemetryTests
{
    [Fact]
    public async Task Benign_requests_fire_as_written_and_are_quiet_when_tuned()
    {
        var benign = Repository.SharedData("apiserver", "benign.ndjson.gz");
        using var written = await ScanRun.Of([benign]);
        using var tuned = await ScanRun.Of([benign], null, ContentLibrary.TuningRoot);
        Assert.Equal(4, written.CountByDetection()["kubernetes_pod_created_in_default_namespace"]);
        Assert.DoesNotContain("kubernetes_pod_created_in_default_namespace", tuned.CountByDetection().Keys);
    }

    [Fact]
    public async Task A_site_that_allows_its_own_images_hears_nothing_of_benign_requests()
    {
        var benign = Repository.SharedData("apiserver", "benign.ndjson.gz");
        var site = Directory.CreateTempSubdirectory("saker-test-");
        try
        {
            Directory.CreateDirectory(Path.Combine(site.FullName, "macros"));
            await File.WriteAllTextAsync(Path.Combine(site.FullName, "macros", "kube_allowed_images.yml"), """
                name: kube_allowed_images
                description: What this site runs.
                definition: requestObject.message IN ("Pulling image \"registry.k8s.io/*", "Pulling image \"registry.example.com/*", "Pulling image \"nginx:*")
                """);
            using var written = await ScanRun.Of([benign]);
            using var tuned = await ScanRun.Of([benign], null, ContentLibrary.TuningRoot, site.FullName);
            Assert.Equal(67, written.RiskEvents.Count);
            Assert.Empty(tuned.RiskEvents);
        }
        finally
        {
            site.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_labelled_attack_steps_that_the_five_detections_are_about_are_found()
    {
        var attack = Repository.SharedData("apiserver", "attack.ndjson.gz");
        using var run = await ScanRun.Of([attack], null, ContentLibrary.TuningRoot);
        var evidence = run.RiskEvents.Where(e => e.Detection.Stem == "kubernetes_pod_created_in_default_namespace").SelectMany(run.EvidenceOf).ToList();
        foreach (var pod in (string[])["evil-default", "kube-proxy-x7k2p", "evil-public"])
        {
            Assert.Contains(evidence, raw => raw.Contains($"\"name\":\"{pod}\"", StringComparison.Ordinal));
        }

        var scanning = Assert.Single(run.RiskEvents, e => e.Detection.Stem == "kubernetes_access_scanning");
        Assert.Contains("127.0.0.99", scanning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Splunks_own_attack_data_for_the_shell_detection_fires()
    {
        var file = Repository.SharedData("splunk_attack_data", "kubernetes_falco_shell_spawned.log");
        using var run = await ScanRun.Of([file]);
        var found = Assert.Single(run.RiskEvents);
        Assert.Equal("A shell is spawned in the container otel-collector by user root.", found.Message);
    }

    [Fact]
    public async Task Every_file_is_read_and_every_item_counted()
    {
        using var run = await ScanRun.Of([Repository.SharedData()]);
        Assert.Equal(run.Counts.Read, run.Counts.Recognised + run.Counts.Other + run.Counts.Rejected);
        Assert.True(run.Counts.Recognised > 11_000);
        Assert.All(run.Outcomes, o => Assert.Null(o.Failure));
    }
}
