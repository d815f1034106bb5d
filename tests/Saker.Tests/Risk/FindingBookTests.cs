using System.Text;
using Saker.Risk;
using Saker.Risk.Findings;
using Saker.Spl.Execution;
using Saker.Stores;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Risk;

public sealed class FindingBookTests : IDisposable
{
    private readonly MemoryStateStore state = new();
    private readonly SetClock clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FindingBook book;

    public FindingBookTests() => book = new FindingBook(state, clock);

    public void Dispose() => book.Dispose();

    [Fact]
    public async Task A_TTP_opens_a_finding_and_an_anomaly_does_not()
    {
        await book.FollowAsync([Risk(1, "eve", type: "Ttp"), Risk(2, "bob", type: "Anomaly")], default);
        Assert.Equal("eve", Assert.Single(await AllAsync()).Entity);
    }

    [Fact]
    public async Task Risk_events_of_an_entity_merge_while_its_finding_is_open()
    {
        await book.FollowAsync([Risk(1, "eve", 49)], default);
        await book.FollowAsync([Risk(2, "eve", 60, detection: "Other"), Risk(3, "bob", 10)], default);

        var eve = Assert.Single(await AllAsync(), f => f.Entity == "eve");
        Assert.Equal((109, 2L, "Pods and more", FindingState.New), (eve.Score, eve.EvidenceTotal, eve.Title, eve.State));
        Assert.Equal(["opened by Pods", "joined by Other"], eve.History.Select(h => h.What));
    }

    [Fact]
    public async Task The_same_risk_event_twice_changes_nothing()
    {
        await book.FollowAsync([Risk(1, "eve")], default);
        await book.FollowAsync([Risk(1, "eve")], default);
        using var restarted = new FindingBook(state, clock);
        await restarted.FollowAsync([Risk(1, "eve")], default);

        Assert.Equal(1, Assert.Single(await AllAsync()).Version);
    }

    [Fact]
    public async Task More_evidence_behind_a_risk_event_is_no_second_one()
    {
        await book.FollowAsync([Risk(1, "eve", 49)], default);
        await book.FollowAsync([Risk(1, "eve", 49, message: "more", change: RiskEventChange.Changed)], default);

        var finding = Assert.Single(await AllAsync());
        Assert.Equal((49, 1L, "more"), (finding.Score, finding.EvidenceTotal, finding.Evidence[0].Message));
    }

    [Fact]
    public async Task A_closed_finding_is_opened_again_by_new_evidence_for_a_week()
    {
        await book.FollowAsync([Risk(1, "eve")], default);
        var id = Assert.Single(await AllAsync()).Id;
        await book.EditAsync(id, null, new FindingEdit { State = FindingState.Closed, Disposition = FindingDisposition.Benign }, "ann", default);
        clock.Now = clock.Now.AddDays(6);
        await book.FollowAsync([Risk(2, "eve")], default);

        var again = Assert.Single(await AllAsync());
        Assert.Equal((FindingState.New, FindingDisposition.Undetermined, 2L), (again.State, again.Disposition, again.EvidenceTotal));

        await book.EditAsync(id, null, new FindingEdit { State = FindingState.Closed }, "ann", default);
        clock.Now = clock.Now.AddDays(8);
        await book.FollowAsync([Risk(3, "eve")], default);
        Assert.Equal(2, (await AllAsync()).Count);
    }

    [Fact]
    public async Task A_finding_whose_evidence_is_all_withdrawn_closes()
    {
        await book.FollowAsync([Risk(1, "eve"), Risk(2, "eve")], default);
        await book.FollowAsync([Risk(1, "eve", change: RiskEventChange.Withdrawn)], default);
        Assert.Equal(FindingState.New, Assert.Single(await AllAsync()).State);

        await book.FollowAsync([Risk(2, "eve", change: RiskEventChange.Withdrawn)], default);
        var closed = Assert.Single(await AllAsync());
        Assert.Equal((FindingState.Closed, FindingDisposition.Withdrawn, 0), (closed.State, closed.Disposition, closed.Score));
    }

    [Fact]
    public async Task Who_did_what_is_kept_and_a_change_of_an_old_version_is_refused()
    {
        await book.FollowAsync([Risk(1, "eve")], default);
        var read = Assert.Single(await AllAsync());
        await book.EditAsync(read.Id, read.Version, new FindingEdit { State = FindingState.InProgress, Owner = "ann", Note = "looking" }, "ann", default);
        var refused = await Assert.ThrowsAsync<FindingChangedException>(() => book.EditAsync(read.Id, read.Version, new FindingEdit { Owner = "bob" }, "bob", default));

        Assert.Equal("ann", refused.Now.Owner);
        Assert.Equal(["saker: opened by Pods", "ann: state new to in_progress", "ann: owner nobody to ann", "ann: a note"], refused.Now.History.Select(h => $"{h.Who}: {h.What}"));
        Assert.Equal("looking", Assert.Single(refused.Now.Notes).What);
        Assert.Null(await book.EditAsync("none", null, new FindingEdit(), "ann", default));
    }

    [Fact]
    public async Task Evidence_is_bounded_and_counted()
    {
        await book.FollowAsync([.. Enumerable.Range(1, 700).Select(i => Risk(i, "eve", 1))], default);
        var finding = Assert.Single(await AllAsync());
        Assert.Equal((Finding.MostEvidence, 700L), (finding.Evidence.Count, finding.EvidenceTotal));
    }

    private async Task<IReadOnlyList<Finding>> AllAsync() => await book.ReadAsync(TimeRange.All, default);

    internal static ChangedRiskEvent Risk(int id, string user, int score = 49, string type = "Ttp", string detection = "Pods", string message = "a pod", RiskEventChange change = RiskEventChange.New)
    {
        var key = ((UInt128)id).ToString("x32");
        var document = $$"""{"id":"{{key}}","time":"2026-06-01T11:00:00Z","last_time":"2026-06-01T11:00:00Z","search_name":"{{detection}}","detection_id":"d","detection_type":"{{type}}","risk_object":"{{user}}","risk_object_type":"user","risk_score":{{score}},"risk_message":"{{message}}","annotations":{"mitre_attack":[{"mitre_technique_id":"T1204"}],"mitre_tactic":["Execution"] } } """;
        return new ChangedRiskEvent(change, new StoredRiskEvent((UInt128)id, "g", change == RiskEventChange.Withdrawn, Encoding.UTF8.GetBytes(document), new Event()));
    }
}
