using Saker.Content;
using Saker.Detections;
using Saker.Detections.Testing;
using Saker.Risk;
using Saker.Risk.Findings;
using Saker.Spl.Execution;
using Saker.Spl.Text;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Detections.Windows;

/// <summary>Rules over risk events: shipped, and at work behind the detections that write them.</summary>
public sealed class IncidentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_shipped_rules_pass_their_tests()
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, ContentLibrary.IncidentsRoot]);
        Assert.Empty(content.Diagnostics.Select(d => d.ToString()));
        var rules = content.Detections.Where(d => d.Type == DetectionType.Correlation).ToList();
        Assert.Equal(4, rules.Count);
        foreach (var rule in rules)
        {
            Assert.All(await new DetectionTestRunner(content, new ScanSettings()).RunAsync(rule, default), o => Assert.Equal((TestVerdict.Passed, ""), (o.Verdict, string.Join('\n', o.Reasons))));
        }
    }

    [Fact]
    public async Task Three_pods_of_one_user_are_an_incident_once_a_day()
    {
        using var book = new FindingBook(new MemoryStateStore(), TimeProvider.System);
        using var server = await Simulation.StartAsync(Noon, detections: Prepare("kubernetes_pod_created_in_default_namespace", "risk_threshold_exceeded_over_24_hours"));
        foreach (var minute in (int[])[5, 65, 125])
        {
            await server.PassAsync(Noon.AddMinutes(minute));
            await server.ArriveAsync(WindowRunnerTests.Pod($"pod-{minute}", server.Clock.Now));
        }

        await server.PassAsync(Noon.AddHours(20), TimeSpan.FromMinutes(5));
        var incidents = (await server.RiskEventsAsync()).Where(e => e.Indexed.Index == RiskIndex.Notable).ToList();
        Assert.Equal("eve reached a risk score of 147 within 24 hours", FindingSource.Read(Assert.Single(incidents)).Evidence.Message);

        await book.FollowAsync(server.Told, default);
        var finding = Assert.Single(await book.ReadAsync(TimeRange.All, default));
        Assert.Equal(("user", "eve", 80), (finding.EntityType, finding.Entity, finding.Score));

        // The same again on the next day, after a restart.
        await server.RestartAsync();
        var suppressed = (await server.LedgerAsync()).Sum(r => r.Suppressed);
        Assert.InRange(suppressed, 60, 200);
    }

    [Fact]
    public async Task An_incident_adds_nothing_to_the_score_it_rests_on()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Prepare("kubernetes_pod_created_in_default_namespace", "risk_threshold_exceeded_over_24_hours"));
        await server.PassAsync(Noon.AddMinutes(1));
        await server.ArriveAsync([.. Enumerable.Range(0, 3).Select(i => WindowRunnerTests.Pod($"pod-{i}", server.Clock.Now))]);
        await server.PassAsync(Noon.AddHours(30), TimeSpan.FromMinutes(5));

        var incidents = (await server.RiskEventsAsync()).Where(e => e.Indexed.Index == RiskIndex.Notable).Select(e => FindingSource.Read(e).Evidence.Message).Distinct();
        Assert.Equal(["eve reached a risk score of 147 within 24 hours"], incidents);
    }

    [Fact]
    public async Task A_healthy_cluster_makes_no_finding()
    {
        var benign = Repository.SharedData("apiserver", "benign.ndjson.gz");
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, ContentLibrary.TuningRoot, ContentLibrary.IncidentsRoot]);
        var events = Simulation.Read([benign], new SetClock(Noon)).OrderBy(e => e.Event.TimeNanoseconds).ToList();
        var (oldest, newest) = (Scan.ToTime(events[0].Event.TimeNanoseconds), Scan.ToTime(events[^1].Event.TimeNanoseconds));
        using var server = await Simulation.StartAsync(oldest.AddMinutes(-1), detections: Prepare(content, content.Detections));
        foreach (var minute in events.GroupBy(e => e.Event.TimeNanoseconds / 60_000_000_000))
        {
            await server.PassAsync(Scan.ToTime(minute.Last().Event.TimeNanoseconds), TimeSpan.FromMinutes(10));
            await server.ArriveAsync([.. minute]);
        }

        await server.PassAsync(newest.AddHours(2), TimeSpan.FromMinutes(10));
        Assert.Empty((await server.RiskEventsAsync()).Select(FindingSource.Read).Where(s => s.MakesFinding).Select(s => s.Evidence.Message));
    }

    private static IReadOnlyList<PreparedDetection> Prepare(params string[] stems)
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, ContentLibrary.IncidentsRoot]);
        return Prepare(content, content.Detections.Where(d => stems.Contains(d.Stem)));
    }

    private static IReadOnlyList<PreparedDetection> Prepare(ContentLibrary content, IEnumerable<Detection> detections)
    {
        var mistakes = new List<Diagnostic>();
        var prepared = PreparedDetection.Prepare(detections.OrderBy(d => d.Name, StringComparer.Ordinal), content.Macros, mistakes);
        Assert.Empty(mistakes);
        return prepared;
    }
}
