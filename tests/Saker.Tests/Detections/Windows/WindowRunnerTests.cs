using System.Text;
using Saker.Detections;
using Saker.Detections.Windows;
using Saker.Risk;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Detections.Windows;

public sealed class WindowRunnerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<PreparedDetection> Pods = Simulation.Seeds("kubernetes_pod_created_in_default_namespace");

    [Fact]
    public async Task An_event_is_told_within_a_second_although_the_schedule_is_hourly()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddMinutes(20));
        await server.ArriveAsync(Pod("a", server.Clock.Now));
        await server.PassAsync(server.Clock.Now.AddSeconds(1), TimeSpan.FromMilliseconds(50));

        Assert.Equal(RiskEventChange.New, Assert.Single(server.Told).Change);
        Assert.Equal(WindowState.Open, Assert.Single(await server.LedgerAsync(), r => r.Rows > 0).State);
    }

    [Fact]
    public async Task The_window_is_done_at_its_time_and_tells_nothing_twice()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddMinutes(20));
        await server.ArriveAsync(Pod("a", server.Clock.Now));
        await server.PassAsync(Noon.AddMinutes(61));

        Assert.Single(server.Told);
        var row = Assert.Single(await server.LedgerAsync(), r => r.Matched > 0);
        Assert.Equal((WindowState.Done, 1L, Noon.AddHours(1), Noon.AddMinutes(-10), Noon.AddMinutes(50)), (row.State, row.Written, row.ScheduledTime, row.Earliest, row.Latest));
    }

    [Fact]
    public async Task An_event_between_two_windows_belongs_to_the_next()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddMinutes(55));
        await server.ArriveAsync(Pod("a", server.Clock.Now));
        await server.PassAsync(Noon.AddMinutes(121));

        Assert.Equal(Noon.AddHours(2), Assert.Single(await server.LedgerAsync(), r => r.Matched > 0).ScheduledTime);
    }

    [Fact]
    public async Task A_late_event_reopens_its_window()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddHours(3));
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(20)));

        Assert.Equal((WindowState.Reopened, 1L), Assert.Single(await server.LedgerAsync(), r => r.ScheduledTime == Noon.AddHours(1)) is var reopened ? (reopened.State, reopened.Late) : default);
        await server.PassAsync(server.Clock.Now.AddSeconds(1));
        var row = Assert.Single(await server.LedgerAsync(), r => r.Matched > 0);
        Assert.Equal((WindowState.Done, 1L, Noon.AddHours(1)), (row.State, row.Late, row.ScheduledTime));
        Assert.Single(server.Told);
    }

    [Fact]
    public async Task A_reopened_window_is_evaluated_after_a_restart()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddHours(3));
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(20)));
        await server.RestartAsync();
        await server.PassAsync(server.Clock.Now.AddSeconds(1));

        Assert.Single(server.Told);
    }

    [Fact]
    public async Task An_event_older_than_a_week_reopens_nothing()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddHours(2));
        server.Clock.Now = Noon.AddDays(10);
        await server.PassAsync(Noon.AddDays(10).AddMinutes(1));
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(20)));
        await server.PassAsync(server.Clock.Now.AddMinutes(1));
        Assert.Empty(server.Told);

        Assert.Equal(1, await server.Runner.BackfillAsync(Pods[0].Detection.Id, Noon.AddMinutes(20), Noon.AddMinutes(21), CancellationToken.None));
        await server.PassAsync(server.Clock.Now.AddMinutes(1));
        Assert.Single(server.Told);
    }

    [Fact]
    public async Task Windows_missed_while_down_are_evaluated_in_order()
    {
        using var server = await Simulation.StartAsync(Noon, detections: Pods);
        await server.PassAsync(Noon.AddMinutes(10));
        await server.Store.InsertAsync([Pod("a", Noon.AddMinutes(30)), Pod("b", Noon.AddMinutes(90)), Pod("c", Noon.AddMinutes(150))], "", CancellationToken.None);
        server.Clock.Now = Noon.AddHours(5);
        await server.RestartAsync();
        await server.Runner.RunDueAsync(CancellationToken.None);

        Assert.Equal(["a", "b", "c"], server.Told.Select(NameOf));
        Assert.Equal([1, 2, 3, 4, 5], (await server.LedgerAsync()).Select(r => (int)(r.ScheduledTime - Noon).TotalHours));
    }

    [Fact]
    public async Task A_window_that_ended_before_the_detection_was_enabled_is_nobodys()
    {
        using var server = await Simulation.StartAsync(Noon.AddMinutes(-5), detections: Pods);
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(-30)));
        await server.PassAsync(Noon.AddMinutes(5));

        Assert.Empty(server.Told);
        Assert.Empty(await server.LedgerAsync());
    }

    [Fact]
    public async Task A_store_that_is_down_delays_and_loses_nothing()
    {
        using var server = await Simulation.StartAsync(Noon, s => s with { CacheBytes = 0 }, Pods);
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(1)));
        server.Store.IsDown = true;
        await server.PassAsync(Noon.AddMinutes(90));
        Assert.Empty(server.Told);
        Assert.DoesNotContain(await server.LedgerAsync(), r => r.State is WindowState.Failed or WindowState.Done);

        server.Store.IsDown = false;
        await server.PassAsync(Noon.AddMinutes(91));
        Assert.Single(server.Told);
    }

    [Fact]
    public async Task Memory_and_store_give_the_same()
    {
        using var memory = await Simulation.StartAsync(Noon, detections: Pods);
        using var store = await Simulation.StartAsync(Noon, s => s with { CacheBytes = 0 }, Pods);
        foreach (var server in (Simulation[])[memory, store])
        {
            var reads = server.Store.Reads;
            await server.ArriveAsync(Pod("a", Noon.AddMinutes(1)), Pod("a", Noon.AddMinutes(1)), Pod("b", Noon.AddMinutes(2)));
            await server.PassAsync(Noon.AddMinutes(61));
            Assert.Equal(ReferenceEquals(server, memory), server.Store.Reads == reads);
        }

        Assert.Equal((await memory.RiskEventsAsync()).Select(Document), (await store.RiskEventsAsync()).Select(Document));
        Assert.Equal(2, memory.Told.Count);
    }

    [Fact]
    public async Task A_search_that_fails_is_tried_again_and_told_in_the_ledger()
    {
        using var server = await Simulation.StartAsync(Noon, s => s with { CacheBytes = 0 }, Pods);
        server.Store.Failure = new InvalidDataException("a block is broken");
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(1)));
        await server.PassAsync(Noon.AddHours(2).AddMinutes(59));

        var row = Assert.Single(await server.LedgerAsync(), r => r.ScheduledTime == Noon.AddHours(1));
        Assert.Equal((WindowState.Failed, 5), (row.State, row.Failures));
        Assert.Equal("InvalidDataException: a block is broken", row.Error);
        Assert.Equal(1, (await server.LedgerAsync()).Count(r => r.State == WindowState.Done));
    }

    [Fact]
    public async Task An_early_evaluation_that_fails_is_tried_again_within_seconds()
    {
        using var server = await Simulation.StartAsync(Noon, s => s with { CacheBytes = 0 }, Pods);
        server.Store.Failure = new InvalidDataException("a block is broken");
        await server.ArriveAsync(Pod("a", Noon.AddMinutes(1)));
        await server.PassAsync(Noon.AddSeconds(9), TimeSpan.FromSeconds(1));
        Assert.Empty(server.Told);

        server.Store.Failure = null;
        await server.PassAsync(Noon.AddSeconds(30), TimeSpan.FromSeconds(1));
        Assert.Single(server.Told);
    }

    [Fact]
    public async Task An_event_that_is_stored_while_memory_is_filled_is_told_by_every_detection()
    {
        var seed = Pods[0].Detection;
        var twins = PreparedDetection.Prepare([seed, seed with { Id = "twin", Name = "Twin" }, seed with { Id = "third", Name = "Third" }], Simulation.Library.Value.Macros, []);
        using var server = await Simulation.StartAsync(Noon, detections: twins);
        server.Clock.Now = Noon.AddMinutes(20);
        var pod = Pod("a", server.Clock.Now);
        server.Store.BehindRead = () => server.Store.InsertAsync([pod], "", CancellationToken.None).GetAwaiter().GetResult();
        await server.RestartAsync();
        await server.Runner.TakeAsync([pod], CancellationToken.None);
        await server.PassAsync(server.Clock.Now.AddSeconds(2), TimeSpan.FromMilliseconds(100));

        Assert.Equal(new[] { seed.Id, "third", "twin" }.Order(StringComparer.Ordinal), server.Told.Select(t => t.Stored.Group.Split('/')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_delays_nothing_and_its_windows_run_again()
    {
        using var server = await Simulation.StartAsync(Noon.AddHours(-6), detections: Pods);
        await server.PassAsync(Noon.AddMinutes(20));
        await server.ArriveAsync(Pod("a", server.Clock.Now));
        await server.PassAsync(server.Clock.Now.AddSeconds(2), TimeSpan.FromMilliseconds(200));
        await server.ArriveAsync(Pod("b", server.Clock.Now));

        server.Clock.Now = Noon.AddMinutes(-40);
        await server.PassAsync(server.Clock.Now.AddSeconds(1), TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, server.Told.Count);

        await server.ArriveAsync(Pod("c", server.Clock.Now));
        await server.PassAsync(server.Clock.Now.AddSeconds(1), TimeSpan.FromMilliseconds(200));
        Assert.Equal(3, server.Told.Count);

        await server.PassAsync(Noon.AddMinutes(61));
        Assert.Equal([("a", 13), ("b", 13), ("c", 12)], server.Told.Select(t => (NameOf(t), RunOf(t))));
        Assert.DoesNotContain(await server.LedgerAsync(), r => r.State != WindowState.Done && r.ScheduledTime <= Noon.AddHours(1));
    }

    private static string NameOf(ChangedRiskEvent told) => Encoding.UTF8.GetString(told.Stored.Indexed.Raw.Span).Split("\"objectRef.name\":\"")[1][..1];

    private static int RunOf(ChangedRiskEvent told) => int.Parse(told.Stored.Group.Split('T')[1][..2], System.Globalization.CultureInfo.InvariantCulture);

    internal static string Document(StoredRiskEvent e) => Encoding.UTF8.GetString(e.Document);

    internal static ReceivedEvent Pod(string name, DateTimeOffset time)
    {
        var stamp = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
        var raw = $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{{name}}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"create","user":{"username":"eve","groups":["system:authenticated"]},"sourceIPs":["10.0.0.9"],"objectRef":{"resource":"pods","namespace":"default","name":"{{{name}}}","apiVersion":"v1"},"responseStatus":{"code":201},"requestReceivedTimestamp":"{{{stamp}}}","stageTimestamp":"{{{stamp}}}"}""";
        return Assert.Single(Simulation.Read(raw, time));
    }
}
