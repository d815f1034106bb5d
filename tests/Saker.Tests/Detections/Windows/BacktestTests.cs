using Saker.Content;
using Saker.Detections.Windows;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Detections.Windows;

/// <summary>Backtest and backfill: the windows of a stretch of time, without and with keeping what they say.</summary>
public sealed class BacktestTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<Saker.Detections.PreparedDetection> Pods = Simulation.Seeds("kubernetes_pod_created_in_default_namespace");

    [Fact]
    public async Task A_backtest_tells_what_would_have_been_said_by_day_and_keeps_nothing()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.Store.InsertAsync([WindowRunnerTests.Pod("a", Noon.AddDays(-2)), WindowRunnerTests.Pod("b", Noon.AddDays(-2).AddHours(3)), WindowRunnerTests.Pod("c", Noon.AddDays(-1))], "", default);
        var report = Backtest.Run(Pods[0], server.Store, new TimeRange(TimeRange.Nanoseconds(Noon.AddDays(-3)), TimeRange.Nanoseconds(Noon)), new WindowSettings { Clock = server.Clock, Lookups = new ContentLookups(Simulation.Library.Value) }, default);
        Assert.Equal((3L, 3, 147L, null), (report.RiskEvents, report.Windows, report.Score, report.Error));
        Assert.Equal(["2026-05-29 0", "2026-05-30 2", "2026-05-31 1", "2026-06-01 0"], report.Days.Select(d => $"{d.Key} {d.Value}"));
        Assert.Equal(3, report.Samples.Count);
        Assert.Empty(await server.RiskEventsAsync());

        // The very ids that a backfill then writes.
        await server.Runner.BackfillAsync(Pods[0].Detection.Id, Noon.AddDays(-3), Noon, default);
        await server.PassAsync(Noon.AddMinutes(1));
        Assert.Equal((await server.RiskEventsAsync()).Select(e => e.Id.ToString("x32")).Order(StringComparer.Ordinal), report.Samples.Select(s => (string)s["id"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void More_windows_than_anybody_means_are_refused()
    {
        var minutely = Pods[0] with { Detection = Pods[0].Detection with { Schedule = new Schedule("* * * * *", "-1m@m", "@m", "auto") } };
        var years = new TimeRange(TimeRange.Nanoseconds(Noon.AddYears(-3)), TimeRange.Nanoseconds(Noon.AddYears(20)));
        Assert.Contains("more than 300,000 windows", Assert.Throws<FormatException>(() => Backtest.Run(minutely, new TestStore(), years, new WindowSettings { Clock = new SetClock(Noon) }, default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_goes_on_after_a_kill_however_old_its_windows_are_and_does_none_twice()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.Store.InsertAsync([.. Enumerable.Range(1, 5).Select(day => WindowRunnerTests.Pod($"{day}", Noon.AddDays(-day * 10)))], "", default);
        var owed = await server.Runner.BackfillAsync(Pods[0].Detection.Id, Noon.AddDays(-51), Noon.AddDays(-1), default);
        Assert.True(owed > 1000);
        await server.RestartAsync();
        Assert.Equal(owed, server.Runner.OwedCount);
        await server.PassAsync(Noon.AddMinutes(1));
        Assert.Equal(5, (await server.RiskEventsAsync()).Count);
        await server.RestartAsync();
        await server.RestartAsync();
        Assert.Equal(0, server.Runner.OwedCount);
        await server.PassAsync(Noon.AddMinutes(2));
        Assert.Equal(5, server.Told.Count);
        Assert.Equal(0, await server.Runner.BackfillAsync("nobody", Noon.AddDays(-1), Noon, default));
    }

    [Fact]
    public async Task The_ledger_is_searched_as_an_index()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddMinutes(61));
        var source = new RiskAwareSource(server.Store, new RiskEventLog(server.State, server.Clock, []), server.State);
        long Count(string search)
        {
            var plan = Saker.Spl.Planning.SearchPlanner.Plan(new Saker.Spl.Text.SourceText("search", search), Simulation.Library.Value.Macros);
            var context = new SearchContext { Source = source, Now = server.Clock.Now, Range = TimeRange.All };
            return plan.Run(context).Rows.Count();
        }

        Assert.Equal(1, Count("index=_saker sourcetype=saker:window state=done detection=\"Kubernetes Pod Created in Default Namespace\""));
        Assert.Equal(1, Count("index=_* state=done"));
        Assert.Equal(0, Count("index=* state=done"));
        Assert.Equal(1, Count("| saker windows | search state=done matched=0 detection_id=* evaluated_at=*"));
        Assert.Equal(1, Count("| makeresults | map maxsearches=1 search=\"| saker windows | search state=done\""));
    }

    [Fact]
    public void The_ledgers_command_has_a_column_for_all_that_the_ledger_says()
    {
        var row = LedgerRow.Of(Pods[0].Detection, new Window(TimeRange.All with { Earliest = 0, Latest = 1 }, Noon, IsScheduled: true), WindowState.Done);
        using var json = System.Text.Json.JsonDocument.Parse(row.ToState().Body);
        Assert.Equal(
            json.RootElement.EnumerateObject().Select(p => p.Name).Where(n => n != "version").Order(StringComparer.Ordinal),
            Saker.Spl.Commands.SakerWindows.LedgerColumns.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_schedule_that_changes_begins_now_and_what_was_owed_by_the_old_one_keeps_its_bounds()
    {
        var (state, clock) = (new MemoryStateStore(), new SetClock(Noon));
        var content = Simulation.Library.Value;
        var id = Pods[0].Detection.Id;
        async Task<(Schedule Schedule, DateTimeOffset Since)> RunAsync(ContentLibrary library)
        {
            var read = await EnabledDetections.ReadAsync(library, state, clock, [], default);
            return read.Where(r => r.Detection.Detection.Id == id).Select(r => (r.Detection.Detection.Schedule, r.EnabledAt)).Single();
        }

        Assert.Equal(Noon, (await RunAsync(content)).Since);
        clock.Now = Noon.AddHours(1);
        Assert.Equal(Noon, (await RunAsync(content)).Since);
        Assert.Equal(("*/10 * * * *", Noon.AddHours(1)), await RunAsync(content.With([new ScheduleOverride("kubernetes_pod*", "*/10 * * * *", null, null)])) is var (ten, since) ? (ten.Cron, since) : default);
        clock.Now = Noon.AddHours(2);
        await EnabledDetections.ScheduleAsync(id, new ScheduleOverride("", "*/5 * * * *", "-9m@m", null), state, default);
        var chosen = await RunAsync(content.With([new ScheduleOverride("kubernetes_pod*", "*/10 * * * *", null, null)]));
        Assert.Equal(("*/5 * * * *", "-9m@m", "-10m@m", Noon.AddHours(2)), (chosen.Schedule.Cron, chosen.Schedule.Earliest, chosen.Schedule.Latest, chosen.Since));
        Assert.Throws<InvalidDataException>(() => content.With([new ScheduleOverride("nobody", "* * * * *", null, null)]));
    }
}
