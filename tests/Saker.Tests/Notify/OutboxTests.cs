using System.Collections.Concurrent;
using System.Text.Json;
using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Notify.Outputs;
using Saker.Spl.Execution;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Notify;

public sealed class OutboxTests
{
    private static readonly DeliveryTiming Fast = new() { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(200), LongestOutputPause = TimeSpan.FromMilliseconds(100), MostLoaded = 5 };

    [Fact]
    public async Task A_notice_is_sent_once_however_often_it_is_offered()
    {
        using var receiver = new HttpReceiver();
        var store = new ShakyStore();
        for (var run = 0; run < 3; run++)
        {
            await using var outbox = Open(store, Webhook("a", receiver));
            await outbox.OfferAsync([Notices.RiskEvent("1"), Notices.RiskEvent("1"), Notices.RiskEvent("2", score: 10)], default);
            await outbox.OfferAsync([Notices.RiskEvent("1")], default);
            await Notices.UntilAsync(() => outbox.Status[0].Waiting == 0 && outbox.Unrecorded == 0);
        }

        Assert.Equal(["risk_event:1"], Keys(receiver));
    }

    [Fact]
    public async Task A_dead_and_a_slow_output_hold_up_no_other()
    {
        using var dead = new HttpReceiver();
        dead.Stop();
        using var slow = new HttpReceiver { Delay = TimeSpan.FromSeconds(30) };
        using var well = new HttpReceiver();
        await using var outbox = Open(new ShakyStore(), Webhook("dead", dead), Webhook("slow", slow), Webhook("well", well));
        await outbox.OfferAsync([.. Enumerable.Range(0, 20).Select(i => Notices.RiskEvent($"{i}"))], default);
        await Notices.UntilAsync(() => well.Posts.Count == 20, seconds: 5);
        dead.Start();
        await Notices.UntilAsync(() => Keys(dead).Distinct().Count() == 20);
        Assert.Empty(slow.Posts);
    }

    [Fact]
    public async Task Failures_are_tried_again_and_a_poisoned_notice_holds_up_none()
    {
        var answers = 0;
        using var receiver = new HttpReceiver();
        receiver.Answer = post => post.Body.Contains("\"entity\":\"poison\"") ? (500, null) : answers++ < 2 ? (503, null) : (200, null);
        var store = new ShakyStore();
        await using var outbox = Open(store, Webhook("a", receiver) with { MostTries = 6 });
        await outbox.OfferAsync([Notices.RiskEvent("p", entity: "poison"), Notices.RiskEvent("1"), Notices.RiskEvent("2")], default);
        await Notices.UntilAsync(() => IsAllAsync(store, d => d.State == (d.Key == "risk_event:p" ? DeliveryState.Dead : DeliveryState.Sent)));
        Assert.Equal(["risk_event:1", "risk_event:2"], Keys(receiver).Order());

        var letter = Assert.Single(await Outbox.ReadAsync(store, TimeRange.All, DeliveryState.Dead, default));
        Assert.Equal(("risk_event:p", 6, "answered 500"), (letter.Key, letter.Tries, letter.LastError));
        receiver.Answer = _ => (200, null);
        Assert.True(await outbox.ResendAsync(letter.RowKey, default));
        await Notices.UntilAsync(() => Keys(receiver).Contains("risk_event:p"));
        await Notices.UntilAsync(() => IsAllAsync(store, d => d.State == DeliveryState.Sent));
        Assert.False(await outbox.ResendAsync(letter.RowKey, default));
        Assert.Empty(await Outbox.ReadAsync(store, TimeRange.All, DeliveryState.Dead, default));
    }

    [Fact]
    public async Task A_batch_that_is_refused_costs_only_the_one_to_blame()
    {
        using var receiver = new HttpReceiver { Answer = post => post.Body.Contains("poison") ? (400, null) : (200, null) };
        var store = new ShakyStore();
        await using var outbox = Open(store, OutputTests.Settings("alertmanager", receiver.Url) with { Name = "am" });
        await outbox.OfferAsync([.. Enumerable.Range(0, 10).Select(i => Notices.RiskEvent($"{i}", entity: i == 4 ? "poison" : "alice"))], default);
        await Notices.UntilAsync(() => outbox.Status[0].Waiting == 0);
        Assert.Equal((9, 1), (outbox.Status[0].Sent, outbox.Status[0].Dead));
    }

    [Fact]
    public async Task Who_asks_for_patience_gets_it()
    {
        using var receiver = new HttpReceiver();
        var tries = new ConcurrentQueue<long>();
        receiver.Answer = _ =>
        {
            tries.Enqueue(TimeProvider.System.GetTimestamp());
            return tries.Count == 1 ? (429, 2) : (200, null);
        };
        await using var outbox = Open(new ShakyStore(), Webhook("a", receiver));
        await outbox.OfferAsync([Notices.RiskEvent("1")], default);
        await Notices.UntilAsync(() => tries.Count == 2);
        Assert.True(TimeProvider.System.GetElapsedTime(tries.First(), tries.Last()) > TimeSpan.FromSeconds(1.8));
    }

    [Fact]
    public async Task While_the_store_is_down_notices_go_out_and_are_recorded_later()
    {
        using var receiver = new HttpReceiver();
        var store = new ShakyStore();
        await using var outbox = Open(store, Webhook("a", receiver));
        store.IsDown = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => outbox.OfferAsync([Notices.RiskEvent("1")], default));
        await Notices.UntilAsync(() => receiver.Posts.Count == 1);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => outbox.OfferAsync([Notices.RiskEvent("1")], default));
        store.IsDown = false;
        await outbox.OfferAsync([Notices.RiskEvent("1")], default);
        await Notices.UntilAsync(() => IsAllAsync(store, d => d.State == DeliveryState.Sent));
        Assert.Equal(["risk_event:1"], Keys(receiver));
        Assert.Equal(DeliveryState.Sent, Assert.Single(await Outbox.ReadAsync(store, TimeRange.All, null, default)).State);
    }

    [Fact]
    public async Task What_was_told_is_told_as_withdrawn_and_what_was_not_is_not()
    {
        using var told = new HttpReceiver();
        using var down = new HttpReceiver();
        down.Stop();
        var store = new ShakyStore();
        await using var outbox = Open(store, Webhook("told", told), Webhook("down", down));
        await outbox.OfferAsync([Notices.RiskEvent("1")], default);
        await Notices.UntilAsync(() => told.Posts.Count == 1 && outbox.Status[1].LastError.Length > 0 && outbox.Status[1].PausedUntil is not null);
        await outbox.OfferAsync([Notices.Withdrawn("1"), Notices.Withdrawn("never told")], default);
        await outbox.OfferAsync([Notices.Withdrawn("1")], default);
        await Notices.UntilAsync(() => told.Posts.Count == 2);
        await outbox.OfferAsync([Notices.RiskEvent("1")], default);
        await outbox.OfferAsync([Notices.Withdrawn("1")], default);
        await Notices.UntilAsync(() => outbox.Status.All(o => o.Waiting == 0));
        Assert.Equal(["risk_event:1", "withdrawn:risk_event:1"], Keys(told).Take(2));
        down.Start();
        await outbox.OfferAsync([Notices.RiskEvent("2")], default);
        await Notices.UntilAsync(() => down.Posts.Count == 1);
        Assert.Equal(["risk_event:2"], Keys(down));
    }

    [Fact]
    public async Task Groups_tell_the_first_at_once_and_the_others_together()
    {
        using var receiver = new HttpReceiver();
        var route = new RouteSettings { Outputs = ["a"], GroupBy = ["entity"], GroupTime = TimeSpan.FromSeconds(1) };
        await using var outbox = Open(new ShakyStore(), [route], Webhook("a", receiver));
        await outbox.OfferAsync([.. Enumerable.Range(0, 7).Select(i => Notices.RiskEvent($"{i}")), Notices.RiskEvent("bob", entity: "bob")], default);
        await Notices.UntilAsync(() => receiver.Posts.Count == 3);
        Assert.Equal([1, 1, 6], receiver.Posts.Select(p => JsonDocument.Parse(p.Body).RootElement.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Quiet_hours_hold_notices_but_the_grave_ones()
    {
        using var receiver = new HttpReceiver();
        var store = new ShakyStore();
        var now = TimeProvider.System.GetUtcNow();
        var quiet = new QuietHours(TimeOnly.FromDateTime(now.UtcDateTime.AddMinutes(-5)), TimeOnly.FromDateTime(now.UtcDateTime.AddHours(2)), TimeZoneInfo.Utc) { UnlessScore = 80 };
        await using var outbox = Open(store, [new RouteSettings { Outputs = ["a"], Quiet = quiet }], Webhook("a", receiver));
        await outbox.OfferAsync([Notices.RiskEvent("1"), Notices.RiskEvent("2", score: 90)], default);
        await Notices.UntilAsync(async () => (await Outbox.ReadAsync(store, TimeRange.All, DeliveryState.Sent, default)).Count == 1);
        var held = Assert.Single(await Outbox.ReadAsync(store, TimeRange.All, DeliveryState.Waiting, default));
        Assert.Equal(["risk_event:2"], Keys(receiver));
        Assert.InRange(held.Due - now, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2.1));
    }

    [Fact]
    public async Task A_rate_limit_lets_messages_wait()
    {
        using var receiver = new HttpReceiver();
        await using var outbox = Open(new ShakyStore(), Webhook("a", receiver) with { MostPerMinute = 8 });
        await outbox.OfferAsync([.. Enumerable.Range(0, 5).Select(i => Notices.RiskEvent($"{i}"))], default);
        await Notices.UntilAsync(() => receiver.Posts.Count == 2);
        await Task.Delay(500);
        Assert.Equal((2, 3), (receiver.Posts.Count, outbox.Status[0].Waiting));
    }

    /// <summary>Random failures of outputs and the store, and "processes" that vanish without a word.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_lost_whatever_fails_and_crashes(int seed)
    {
        var random = new Random(seed);
        var store = new ShakyStore();
        var received = new ConcurrentDictionary<(string Output, string Key), int>();
        string[] names = ["a", "b", "c"];
        var outputs = names.Select(n => new OutputSettings { Name = n, Type = "file", Path = "unused" }).ToList();
        var offered = new List<string>();
        for (var run = 0; run < 8; run++)
        {
            var isLast = run == 7;
            var isGone = new Gone();
            store.Failing = isLast ? 0 : 0.2;
            var crashed = new CrashableStore(store, isGone);
            var outbox = new Outbox(new NotifySettings { Outputs = outputs }, crashed, TimeProvider.System, _ => { }, Fast, o => new FlakyOutput(o.Name, received, isGone, isLast ? 0 : o.Name == "c" ? 0.9 : 0.3, random.Next()));
            outbox.Start();
            for (var i = 0; i < 12; i++)
            {
                var id = $"{run}-{i}";
                offered.Add($"risk_event:{id}");
                await OfferUntilKeptAsync(outbox, Notices.RiskEvent(id));
            }

            if (isLast)
            {
                await Notices.UntilAsync(() => outbox.Status.All(s => s.Waiting == 0) && received.Count >= offered.Count * 3);
            }
            else
            {
                await Task.Delay(random.Next(60));
            }

            // As kill -9 does: nothing that the process still does has an effect.
            isGone.Value = !isLast;
            await outbox.DisposeAsync();
        }

        Assert.All(names, n => Assert.All(offered, key => Assert.True(received.ContainsKey((n, key)), $"{n} never got {key}")));
    }

    private static async Task OfferUntilKeptAsync(Outbox outbox, Notice notice)
    {
        while (true)
        {
            try
            {
                await outbox.OfferAsync([notice], default);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Whether the store has deliveries, all of them so: what was sent is recorded a little later.</summary>
    private static async Task<bool> IsAllAsync(IStateStore store, Func<Delivery, bool> holds) =>
        await Outbox.ReadAsync(store, TimeRange.All, null, default) is { Count: > 0 } all && all.All(holds);

    private static OutputSettings Webhook(string name, HttpReceiver receiver) => OutputTests.Settings("webhook", receiver.Url) with { Name = name };

    private static Outbox Open(IStateStore store, params OutputSettings[] outputs) => Open(store, [], outputs);

    private static Outbox Open(IStateStore store, IReadOnlyList<RouteSettings> routes, params OutputSettings[] outputs)
    {
        var outbox = new Outbox(new NotifySettings { Outputs = outputs, Routes = routes }, store, TimeProvider.System, _ => { }, Fast);
        outbox.Start();
        return outbox;
    }

    private static List<string> Keys(HttpReceiver receiver) => [.. receiver.Posts.Select(p => JsonDocument.Parse(p.Body).RootElement.GetProperty("key").GetString()!)];

    private sealed class Gone
    {
        public volatile bool Value;
    }

    /// <summary>The store as a process sees it that may be gone.</summary>
    private sealed class CrashableStore(IStateStore store, Gone gone) : IStateStore
    {
        public Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation) =>
            gone.Value ? throw new StoreUnavailableException("gone") : store.PutAsync(table, rows, cancellation);

        public IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation) => store.ReadAsync(table, range, cancellation);

        public Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation) => store.ReadLatestAsync(table, range, after, most, cancellation);

        public IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation) => store.ReadGroupAsync(table, group, cancellation);

        public Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation) => store.FindAsync(table, key, cancellation);
    }

    private sealed class FlakyOutput(string name, ConcurrentDictionary<(string, string), int> received, Gone gone, double failing, int seed) : IOutput
    {
        private readonly Random random = new(seed);

        public int MostAtOnce => 4;

        public async Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
        {
            await Task.Delay(random.Next(5), cancellation);
            var fate = random.NextDouble();
            if (fate < failing / 2 || gone.Value)
            {
                throw new DeliveryException("down");
            }

            foreach (var notice in notices)
            {
                received.AddOrUpdate((name, notice.Key), 1, (_, n) => n + 1);
            }

            if (fate < failing)
            {
                throw new DeliveryException("it arrived, but the answer did not");
            }
        }

        public ValueTask DisposeAsync() => default;
    }
}
