using System.Text;
using System.Text.Json;
using Saker.Content;
using Saker.Detections;
using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Risk;
using Saker.Risk.Findings;
using Saker.Spl.Text;
using Saker.Stores;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Notify;

/// <summary>From events through windows, risk events and findings to a receiver.</summary>
public sealed class NoticeSourceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Risk_events_and_their_finding_are_told_once_with_their_place_and_withdrawn_together()
    {
        var told = await PodsAsync();
        using var receiver = new HttpReceiver();
        var store = new MemoryStateStore();
        await using var outbox = new Outbox(new NotifySettings { Outputs = [OutputTests.Settings("webhook", receiver.Url)] }, store, TimeProvider.System, _ => { });
        outbox.Start();
        var source = new NoticeSource(outbox, store);
        using var book = new FindingBook(store, TimeProvider.System) { Changed = source.TellAsync };
        async Task FollowAsync(IReadOnlyList<ChangedRiskEvent> changes)
        {
            await source.FollowAsync(changes, default);
            await book.FollowAsync(changes, default);
            await Notices.UntilAsync(() => outbox.Status[0].Waiting == 0);
        }

        await FollowAsync(told);
        await FollowAsync(told);
        var first = receiver.Posts.Select(p => JsonDocument.Parse(p.Body).RootElement).ToList();
        var risk = first.Where(p => p.GetProperty("kind").GetString() == "risk_event").ToList();
        Assert.Equal(told.Select(t => t.Stored.Id).Distinct().Count(), risk.Count);
        Assert.All(risk, r => Assert.Equal(("default", "eve", 49), (r.GetProperty("namespace").GetString(), r.GetProperty("entity").GetString(), r.GetProperty("score").GetInt32())));
        var document = risk[0].GetProperty("notices")[0].GetProperty("document");
        Assert.Equal(risk[0].GetProperty("key").GetString(), $"risk_event:{document.GetProperty("id").GetString()}");
        var findings = (await book.ReadAsync(Saker.Spl.Execution.TimeRange.All, default)).Count;
        Assert.Equal(findings, first.Count(p => p.GetProperty("kind").GetString() == "finding"));

        await FollowAsync([.. told.DistinctBy(t => t.Stored.Id).Select(t => t with { Change = RiskEventChange.Withdrawn })]);
        var withdrawn = receiver.Posts.Skip(first.Count).Select(p => JsonDocument.Parse(p.Body).RootElement.GetProperty("kind").GetString()).ToList();
        Assert.Equal(Enumerable.Repeat("withdrawn", risk.Count + findings), withdrawn);
    }

    [Fact]
    public async Task A_notice_has_the_labels_of_the_namespace()
    {
        var change = (await PodsAsync())[0];
        Assert.Empty(NoticeSource.Of(change).NamespaceLabels);
        var document = Encoding.UTF8.GetString(change.Stored.Document);
        var labelled = change with { Stored = change.Stored with { Document = Encoding.UTF8.GetBytes("""{"context":{"risk_object_owner":"ann","namespace_label_stage":"production","namespace_label_team":["pay","shop"]},""" + document[1..]) } };
        Assert.Equal(["stage=production", "team=pay", "team=shop"], NoticeSource.Of(labelled).NamespaceLabels);
    }

    [Fact]
    public void A_finding_is_news_when_it_opens_when_another_detection_joins_and_when_it_opens_again()
    {
        var opened = new Finding
        {
            Id = "f",
            EntityType = "user",
            Entity = "eve",
            Title = "A",
            Created = Noon,
            Updated = Noon,
            Score = 49,
            Evidence = [new FindingEvidence("1", "A", "a", 49, "did it", Noon, Noon)],
        };
        string KeyOf(Finding finding) => NoticeSource.Of(finding, default).Key;
        Assert.Equal(KeyOf(opened), KeyOf(opened with { Evidence = [.. opened.Evidence, opened.Evidence[0] with { RiskEventId = "2" }], Score = 98, Version = 2 }));
        Assert.NotEqual(KeyOf(opened), KeyOf(opened with { Evidence = [.. opened.Evidence, opened.Evidence[0] with { RiskEventId = "2", Detection = "B" }] }));
        Assert.NotEqual(KeyOf(opened), KeyOf(opened with { Closed = Noon.AddHours(1) }));
        var gone = NoticeSource.Of(opened with { State = FindingState.Closed, Disposition = FindingDisposition.Withdrawn, Closed = Noon, Evidence = [] }, default);
        Assert.Equal((NoticeKind.Withdrawn, "finding:f"), (gone.Kind, gone.Subject));
    }

    private static async Task<IReadOnlyList<ChangedRiskEvent>> PodsAsync()
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
        var mistakes = new List<Diagnostic>();
        var pods = PreparedDetection.Prepare(content.Detections.Where(d => d.Stem == "kubernetes_pod_created_in_default_namespace"), content.Macros, mistakes);
        Assert.Empty(mistakes);
        using var server = await Simulation.StartAsync(Noon, detections: pods);
        await server.PassAsync(Noon.AddMinutes(5));
        await server.ArriveAsync([WindowRunnerTests.Pod("pod-1", server.Clock.Now), WindowRunnerTests.Pod("pod-2", server.Clock.Now)]);
        await server.PassAsync(Noon.AddHours(2), TimeSpan.FromMinutes(5));
        Assert.NotEmpty(server.Told);
        return [.. server.Told];
    }
}
