using Saker.Content;
using Xunit;

namespace Saker.Tests.Content;

public sealed class GenerationTests
{
    [Fact]
    public void Generation_A_scores_victims_and_names_attackers()
    {
        var detection = Load(Fixtures.GenerationA);

        Assert.Equal(SchemaGeneration.A, detection.Generation);
        Assert.Equal("$user$ lists $objectRef.name$", detection.Risk!.Message);
        Assert.Equal(
            [new RiskObjectSpec("user", "user", 49, "$user$ lists $objectRef.name$"), new RiskObjectSpec("dest", "system", 49, "$user$ lists $objectRef.name$")],
            detection.Risk.RiskObjects);
        Assert.Equal([new ThreatObjectSpec("src_ip", "ip_address"), new ThreatObjectSpec("process_name", "process")], detection.Risk.ThreatObjects);
        Assert.Equal("https://example.com/pods.json", Assert.Single(Assert.Single(detection.Tests).AttackData).Url);
    }

    [Fact]
    public void Generation_A_may_name_attackers_only()
    {
        var detection = Load(Fixtures.GenerationA.Replace("- Victim", "- Attacker", StringComparison.Ordinal));

        Assert.Empty(detection.Risk!.RiskObjects);
        Assert.Equal([new("user", "user"), new("dest", "system"), new("src_ip", "ip_address"), new("process_name", "process")], detection.Risk.ThreatObjects);
    }

    [Fact]
    public void Generation_B_has_rba_throttling_and_drilldowns()
    {
        var detection = Load(Fixtures.GenerationB);

        Assert.Equal(SchemaGeneration.B, detection.Generation);
        Assert.Equal(new DateOnly(2025, 5, 2), detection.Date);
        Assert.Equal([new RiskObjectSpec("user", "user", 49, "$user$ lists pods")], detection.Risk!.RiskObjects);
        Assert.Equal([new ThreatObjectSpec("src_ip", "ip_address")], detection.Risk.ThreatObjects);
        Assert.Equal(["user"], detection.Throttling!.Fields);
        Assert.Equal(TimeSpan.FromDays(1), detection.Throttling.Period);
        Assert.Equal("$info_min_time$", Assert.Single(detection.Drilldowns).EarliestOffset);
        Assert.Equal("pods_listed_filter", detection.FilterMacro);
    }

    [Fact]
    public void Generation_C_has_a_message_an_entity_and_its_labels_at_the_top()
    {
        var detection = Load(Fixtures.GenerationC);

        Assert.Equal(SchemaGeneration.C, detection.Generation);
        Assert.Equal(new DateOnly(2026, 3, 10), detection.Date);
        Assert.Equal("`kube_audit` verb=list\n| stats count BY user src_ip\n| `pods_listed_filter`", detection.Search.Content);
        Assert.Equal(
            [new RiskObjectSpec("user", "user", 20, "$user$ lists pods"), new RiskObjectSpec("dest", "system", 30, "Pods of [$dest$] are listed")],
            detection.Risk!.RiskObjects);
        Assert.Equal([new ThreatObjectSpec("src_ip", "ip_address")], detection.Risk.ThreatObjects);
        Assert.Equal(["Kubernetes Security"], detection.Annotations.AnalyticStories);
        Assert.Equal(new Schedule("*/5 * * * *", "-15m@m", "now", "5"), detection.Schedule);
    }

    [Fact]
    public void Generation_C_titles_the_finding_of_a_TTP()
    {
        var detection = Load(Fixtures.GenerationCFinding);

        Assert.Equal(DetectionType.Ttp, detection.Type);
        Assert.Equal("$user$ lists pods", detection.Risk!.Message);
        Assert.Equal([new RiskObjectSpec("user", "user", 50, "$user$ lists pods")], detection.Risk.RiskObjects);
    }

    [Fact]
    public void Imported_content_is_disabled_until_it_says_otherwise()
    {
        Assert.False(Load(Fixtures.GenerationB).Enabled);
        Assert.True(Load(Fixtures.GenerationB + "\nenabled_by_default: true").Enabled);
    }

    [Theory]
    [InlineData("detections/cloud/x.yml", ContentStatus.Production)]
    [InlineData("detections/deprecated/x.yml", ContentStatus.Deprecated)]
    [InlineData("removed/detections/x.yml", ContentStatus.Removed)]
    public void A_folder_tells_what_is_deprecated_or_removed(string path, ContentStatus status)
    {
        using var folder = new ContentFolder().With(path, Fixtures.GenerationB);

        Assert.Equal(status, Assert.Single(folder.Load().Detections).Status);
    }

    private static Detection Load(string yaml)
    {
        using var folder = new ContentFolder().With("detections/cloud/pods_listed.yml", yaml);
        var library = folder.Load();
        Assert.Empty(library.Diagnostics.Select(d => d.ToString()));
        return Assert.Single(library.Detections);
    }
}
