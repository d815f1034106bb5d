using System.Text;
using Saker.Content;
using Saker.Risk;
using Saker.Risk.Exceptions;
using Saker.Risk.Findings;
using Saker.Stores;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Risk.Exceptions;

/// <summary>Exceptions while windows are evaluated: early, for good, again, after a restart.</summary>
public sealed class ExceptionWindowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_ignored_is_not_there_and_is_counted_once()
    {
        var (server, book) = await StartAsync();
        using var s = server;
        var x = await book.AddAsync(ExceptionSetTests.New("user", "eve") with { Action = ExceptionAction.Ignore }, default);
        await server.PassAsync(Noon.AddMinutes(20));
        await server.ArriveAsync(WindowRunnerTests.Pod("a", server.Clock.Now));
        await server.PassAsync(server.Clock.Now.AddSeconds(1), TimeSpan.FromMilliseconds(50));
        await server.RestartAsync();
        await server.PassAsync(Noon.AddMinutes(61));
        Assert.Empty(server.Told);
        Assert.Empty(await server.RiskEventsAsync());
        Assert.Equal(1, Assert.Single(await server.LedgerAsync(), r => r.Matched > 0).Suppressed);
        Assert.Equal(1, (await book.HitsAsync([x.Id], default))[x.Id].Count);
    }

    [Fact]
    public async Task What_is_hidden_scores_and_makes_no_finding()
    {
        var (server, book) = await StartAsync();
        using var s = server;
        var x = await book.AddAsync(ExceptionSetTests.New("user", "eve"), default);
        await server.PassAsync(Noon.AddMinutes(20));
        await server.ArriveAsync(WindowRunnerTests.Pod("a", server.Clock.Now));
        await server.PassAsync(Noon.AddMinutes(61));
        var stored = Assert.Single(await server.RiskEventsAsync());
        Assert.Contains($"\"hidden_by\":\"{x.Id}\"", Encoding.UTF8.GetString(stored.Document), StringComparison.Ordinal);
        Assert.Contains($"\"hidden_by\":\"{x.Id}\"", Encoding.UTF8.GetString(stored.Indexed.Raw.Span), StringComparison.Ordinal);
        var ttp = Encoding.UTF8.GetString(stored.Document).Replace("\"Anomaly\"", "\"Ttp\"", StringComparison.Ordinal);
        using var findings = new FindingBook(new MemoryStateStore(), server.Clock);
        await findings.FollowAsync([new ChangedRiskEvent(RiskEventChange.New, stored with { Document = Encoding.UTF8.GetBytes(ttp) })], default);
        Assert.Empty(await findings.ReadAsync(Saker.Spl.Execution.TimeRange.All, default));
        Assert.Equal(Saker.Notify.NoticeKind.Withdrawn, Saker.Notify.NoticeSource.Of(new ChangedRiskEvent(RiskEventChange.New, stored)).Kind);
    }

    [Fact]
    public async Task What_was_told_before_an_exception_stays_told_and_what_it_covered_stays_covered()
    {
        var (server, book) = await StartAsync();
        using var s = server;
        await server.PassAsync(Noon.AddMinutes(20));
        await server.ArriveAsync(WindowRunnerTests.Pod("a", server.Clock.Now));
        await server.PassAsync(server.Clock.Now.AddSeconds(1), TimeSpan.FromMilliseconds(50));
        Assert.Single(server.Told);
        server.Clock.Now = Noon.AddMinutes(25);
        var x = await book.AddAsync(ExceptionSetTests.New("user", "eve") with { Action = ExceptionAction.Ignore }, default);
        await server.PassAsync(Noon.AddMinutes(30));
        await server.ArriveAsync(WindowRunnerTests.Pod("b", server.Clock.Now));
        await server.PassAsync(Noon.AddMinutes(35));
        await book.EndAsync(x.Id, x.Version, default);
        await server.PassAsync(Noon.AddMinutes(40));
        await server.ArriveAsync(WindowRunnerTests.Pod("c", server.Clock.Now));
        await server.PassAsync(Noon.AddMinutes(61));
        // Evaluated again, by a late event.
        await server.ArriveAsync(WindowRunnerTests.Pod("d", Noon.AddMinutes(41)));
        await server.PassAsync(Noon.AddMinutes(63));
        Assert.Equal(["a", "c", "d"], (await server.RiskEventsAsync()).Select(e => Encoding.UTF8.GetString(e.Indexed.Raw.Span).Split("\"objectRef.name\":\"")[1][..1]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(server.Told, t => t.Change == RiskEventChange.Withdrawn);
    }

    [Fact]
    public async Task A_book_that_is_opened_again_says_the_same_and_versions_do_not_overwrite_each_other()
    {
        var state = new MemoryStateStore();
        var clock = new SetClock(Noon);
        using var book = new ExceptionBook(state, clock);
        var x = await book.AddAsync(ExceptionSetTests.New("user", "eve") with { Reason = "backup", Author = "ann", Expires = Noon.AddDays(1) }, default);
        await book.EditAsync(x.Id, 1, e => e with { Reason = "the nightly backup" }, default);
        await Assert.ThrowsAsync<ExceptionChangedException>(() => book.EditAsync(x.Id, 1, e => e with { Reason = "other" }, default));
        Assert.Null(await book.EditAsync("none", null, e => e, default));
        using var again = new ExceptionBook(state, clock);
        var read = Assert.Single(await again.ReadAsync(default));
        Assert.Equal(("the nightly backup", 2L, "eve", (DateTimeOffset?)Noon), (read.Reason, read.Version, read.Fields["user"][0], read.Starts));
    }

    private static async Task<(Simulation Server, ExceptionBook Book)> StartAsync()
    {
        ExceptionBook? book = null;
        var state = new MemoryStateStore();
        var server = await Simulation.StartAsync(Noon, s => s with { Exceptions = book = new ExceptionBook(state, s.Clock) }, Simulation.Seeds("kubernetes_pod_created_in_default_namespace"));
        return (server, book!);
    }
}
