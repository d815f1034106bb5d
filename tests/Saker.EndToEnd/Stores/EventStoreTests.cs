using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores;
using Saker.Stores.ClickHouse;
using Saker.Stores.ClickHouse.Engine;
using Saker.Stores.ClickHouse.Schema;
using Xunit;

namespace Saker.EndToEnd.Stores;

public sealed class EventStoreTests(EngineFixture fixture)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_goes_in_comes_out_byte_for_byte()
    {
        using var store = fixture.NewStore();
        var sent = new ReceivedEvent(
            new Event
            {
                Raw = new byte[] { (byte)'{', 0, 0xFF, 0xC3, (byte)'\'', (byte)'\\', (byte)'\n', 0xED, 0xA0, 0x80, (byte)'}' },
                Extra = "{\"a\":\"it's \\\\ \\u0000\"}"u8.ToArray(),
                TimeNanoseconds = SomeEvents.Noon + 123_456_789,
                IndexTimeNanoseconds = SomeEvents.Noon + 987_654_321,
                Index = "it's",
                Source = "C:\\logs\\ünï\u0000\ncode.log",
                Sourcetype = "a'b\\'c",
                Host = "höst",
                Cluster = "prod`; DROP TABLE events; --",
            },
            EventKind.Log);
        await store.Events.InsertAsync([sent], "1", None);
        var found = Assert.Single(SomeEvents.Find(store.Events, "*"));
        Assert.Equal(sent.Event.Raw.ToArray(), found.Raw.ToArray());
        Assert.Equal(sent.Event.Extra.ToArray(), found.Extra.ToArray());
        Assert.Equal(
            (sent.Event.TimeNanoseconds, sent.Event.IndexTimeNanoseconds, sent.Event.Index, sent.Event.Source, sent.Event.Sourcetype, sent.Event.Host, sent.Event.Cluster, false),
            (found.TimeNanoseconds, found.IndexTimeNanoseconds, found.Index, found.Source, found.Sourcetype, found.Host, found.Cluster, found.IsMetric));
    }

    [Fact]
    public async Task Hostile_times_and_hundreds_of_days_in_a_batch_hurt_nobody()
    {
        using var store = fixture.NewStore();
        long[] extremes = [long.MinValue, long.MinValue + 1, -1, 0, 1, long.MaxValue - 1, 4_102_444_800_000_000_000];
        ReceivedEvent[] events = [.. extremes.Concat(Enumerable.Range(0, 400).Select(d => SomeEvents.Noon - (d * SomeEvents.Day))).Select((t, i) => SomeEvents.Plain($"{i}", t))];
        await store.Events.InsertAsync(events, "times", None);
        Assert.Equal(events.Select(e => e.Event.TimeNanoseconds).Order(), SomeEvents.Find(store.Events, "*").Select(e => e.TimeNanoseconds).Order());
        Assert.Equal([-1L, 0], SomeEvents.Find(store.Events, "*", new TimeRange(-1, 1)).Select(e => e.TimeNanoseconds).Order());
        Assert.Equal(long.MinValue, Assert.Single(SomeEvents.Find(store.Events, "*", new TimeRange(long.MinValue, long.MinValue + 1))).TimeNanoseconds);

        // Also where the arrival itself spans days (a batch that waited, a clock that jumped).
        await store.Events.InsertAsync([.. Enumerable.Range(0, 150).Select(d => SomeEvents.Plain("day", indexTime: SomeEvents.Noon - (d * SomeEvents.Day)))], "arrivals", None);
        Assert.Equal(150, SomeEvents.Find(store.Events, "day").Count);
    }

    [Fact]
    public async Task A_batch_goes_in_once_however_often_it_is_sent()
    {
        using var store = fixture.NewStore();
        ReceivedEvent[] events = [SomeEvents.Plain("same"), SomeEvents.Plain("same"), SomeEvents.Plain("other")];
        for (var i = 0; i < 40; i++)
        {
            // Past the checks that follow a start, ClickHouse's own tokens do it.
            await store.Events.InsertAsync([SomeEvents.Plain($"{i}")], $"{i}", None);
            await store.Events.InsertAsync(events, "token", None);
        }

        Assert.Equal(["other", "same", "same"], SomeEvents.Texts(store.Events, "same OR other"));
        await store.Events.InsertAsync(events, "another token", None);
        Assert.Equal(6, SomeEvents.Texts(store.Events, "same OR other").Length);
    }

    [Fact]
    public async Task A_token_that_outlived_its_rows_keeps_nothing_out()
    {
        // What a kill leaves that hits ClickHouse between its list of tokens and its data: the token is known, the rows are not there.
        using var store = fixture.NewStore();
        await store.Events.InsertAsync([SomeEvents.Plain("first")], "token", None);
        await store.Client.ExecuteAsync("ALTER TABLE events DELETE WHERE 1 SETTINGS mutations_sync = 2", None);
        var restarted = new EventStore(store.Client, store.Schema);
        await restarted.InsertAsync([SomeEvents.Plain("first")], "token", None);
        Assert.Equal(["first"], SomeEvents.Texts(restarted, "*"));
    }

    [Fact]
    public async Task Rows_that_outlived_their_token_do_not_come_twice()
    {
        using var store = fixture.NewStore();
        ReceivedEvent[] events = [.. Enumerable.Range(0, 10).Select(i => SomeEvents.Plain($"{i}"))];
        await store.Events.InsertAsync(events, "token", None);
        // Some rows are there and ClickHouse has forgotten the token.
        await store.Client.ExecuteAsync("ALTER TABLE events DELETE WHERE row >= 4 SETTINGS mutations_sync = 2", None);
        await store.Client.ExecuteAsync("ALTER TABLE events MODIFY SETTING non_replicated_deduplication_window = 0", None);
        var restarted = new EventStore(store.Client, store.Schema);
        await restarted.InsertAsync(events, "token", None);
        await restarted.InsertAsync(events, "token", None);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), SomeEvents.Texts(restarted, "*"));
    }

    [Fact]
    public async Task Of_copies_with_an_identity_one_is_given_and_equal_lines_all()
    {
        using var store = fixture.NewStore();
        const string Audit = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","stage":"ResponseComplete","verb":"get"}""";
        const string Other = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","stage":"ResponseComplete","verb":"list"}""";
        await store.Events.InsertAsync([SomeEvents.Plain(Audit, kind: EventKind.Audit), SomeEvents.Plain("line"), SomeEvents.Plain(Other, kind: EventKind.Audit)], "1", None);
        await store.Events.InsertAsync([SomeEvents.Plain("line"), SomeEvents.Plain(Audit, kind: EventKind.Audit, indexTime: SomeEvents.Noon + SomeEvents.Day)], "2", None);
        Assert.Equal(["line", "line", Audit, Other], SomeEvents.Texts(store.Events, "*"));
    }

    [Fact]
    public async Task Copies_are_told_in_the_order_of_the_table_too()
    {
        using var store = fixture.NewStore();
        var dice = new Random(3);
        // Every third has no time that can be believed: its copies have the times of their arrivals.
        (string Text, long Time)[] sent = [.. Enumerable.Range(0, 3000).Select(i => ($"{{\"auditID\":\"{i}\",\"verb\":\"get\"}}", i % 3 == 0 ? 0 : SomeEvents.Noon + dice.Next(500)))];
        for (var copy = 0; copy < 5; copy++)
        {
            var arrival = SomeEvents.Noon + (copy * SomeEvents.Day);
            dice.Shuffle(sent);
            await store.Events.InsertAsync([.. sent.Select(e => SomeEvents.Plain(e.Text, e.Time == 0 ? arrival : e.Time, EventKind.Audit, arrival)), SomeEvents.Plain("line")], $"{copy}", None);
        }

        var ordered = new EventStore(store.Client, store.Schema) { MostIdentitiesInMemory = 0 };
        var found = SomeEvents.Texts(ordered, "*");
        Assert.Equal(SomeEvents.Texts(store.Events, "*"), found);
        Assert.Equal(3005, found.Length);
        Assert.Equal(3001, found.Distinct().Count());
    }

    [Fact]
    public async Task The_same_event_has_the_same_number_at_each_read()
    {
        using var store = fixture.NewStore();
        await store.Events.InsertAsync([.. Enumerable.Range(0, 5000).Select(i => SomeEvents.Plain($"{i}"))], "1", None);
        var first = SomeEvents.Find(store.Events, "*").ToDictionary(e => e.Ordinal, e => Encoding.UTF8.GetString(e.Raw.Span));
        Assert.Equal(5000, first.Count);
        Assert.All(SomeEvents.Find(store.Events, "*", new TimeRange(0, SomeEvents.Noon + 1)), e => Assert.Equal(first[e.Ordinal], Encoding.UTF8.GetString(e.Raw.Span)));
    }

    [Fact]
    public async Task An_event_of_64_MiB_goes_in_and_out()
    {
        using var store = fixture.NewStore();
        var raw = new byte[64 << 20];
        Array.Fill(raw, (byte)'x');
        new Random(7).NextBytes(raw.AsSpan(100, raw.Length / 2));
        await store.Events.InsertAsync([SomeEvents.Of(raw)], "big", None);
        var found = Assert.Single(SomeEvents.Find(store.Events, "*"));
        Assert.True(found.Raw.Span.SequenceEqual(raw));
    }

    [Fact]
    public async Task A_million_rows_stream_in_little_memory_and_stop_when_told()
    {
        using var store = fixture.NewStore();
        for (var batch = 0; batch < 10; batch++)
        {
            var from = batch * 100_000;
            await store.Events.InsertAsync([.. Enumerable.Range(from, 100_000).Select(i => SomeEvents.Plain($"{{\"verb\":\"get\",\"n\":{i}}}", SomeEvents.Noon + i))], $"{batch}", None);
        }

        var request = SearchPlanner.Plan(Spl.Syntax.PipelineParser.Parse("search verb=get")).Request!;
        var (count, sum, most) = (0L, 0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var e in store.Events.Read(request, TimeRange.All, None))
        {
            sum += e.TimeNanoseconds - SomeEvents.Noon;
            most = ++count % 250_000 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most;
        }

        Assert.Equal((1_000_000, 499_999_500_000), (count, sum));
        Assert.True(most < 16 << 20, $"{most >> 20} MB were held");

        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var _ in store.Events.Read(request, TimeRange.All, stop.Token))
            {
                stop.Cancel();
            }
        });
        // Who stops reading leaves no query behind.
        Assert.Single(store.Events.Read(request, TimeRange.All, None).Take(1));
        for (var i = 0; i < 100 && await RunningAsync(store) > 0; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(0, await RunningAsync(store));
    }

    [Fact]
    public async Task A_read_that_the_engine_breaks_off_is_not_taken_for_whole()
    {
        using var store = fixture.NewStore();
        await store.Schema.EnsureAsync(None);
        using var reader = store.Client.Query("SELECT throwIf(number = 3000000), 'so that there is something to send' FROM numbers(4000000) SETTINGS max_block_size = 1000, max_threads = 1 FORMAT RowBinary", [], None);
        Assert.Throws<StoreUnavailableException>(() =>
        {
            while (reader.Next())
            {
                reader.Byte();
                reader.Bytes();
            }
        });
    }

    [Fact]
    public async Task Whatever_happens_to_the_engine_each_batch_is_there_once()
    {
        fixture.RequireEngine();
        await using var store = await ClickHouseStore.OpenAsync(new StoreSettings { Engine = fixture.Options("kills"), Retention = new Retention(36_500, 36_500) }, None);
        using var done = new CancellationTokenSource();
        var killer = KillAsync(store.Engine!, done.Token);
        for (var batch = 0; batch < 60; batch++)
        {
            ReceivedEvent[] events = [.. Enumerable.Range(0, 200).Select(i => SomeEvents.Plain($"{batch}", SomeEvents.Noon + i))];
            while (true)
            {
                try
                {
                    await store.Events.InsertAsync(events, $"{batch}", None);
                    break;
                }
                catch (StoreUnavailableException)
                {
                    await Task.Delay(20);
                }
            }
        }

        await done.CancelAsync();
        await killer;
        for (var i = 0; i < 200 && !await AnswersAsync(store); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(store.Engine!.Restarts > 1, $"{store.Engine.Restarts} restarts");
        var counts = SomeEvents.Find(store.Events, "*").GroupBy(e => Encoding.UTF8.GetString(e.Raw.Span)).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(60, counts.Count);
        Assert.All(counts, c => Assert.Equal(200, c.Value));
    }

    private static async Task<bool> AnswersAsync(ClickHouseStore store)
    {
        try
        {
            await store.Client.ExecuteAsync("SELECT 1", None);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static async Task<long> RunningAsync(TestStore store) =>
        long.Parse(await store.Client.ExecuteAsync("SELECT count() FROM system.processes WHERE query LIKE '%event_id, batch, row FROM events%' AND query NOT LIKE '%system.processes%' AND current_database = currentDatabase()", None), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task KillAsync(PrivateEngine engine, CancellationToken done)
    {
        var dice = new Random(11);
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(dice.Next(50, 400), CancellationToken.None);
            if (engine.ProcessId is { } process)
            {
                _ = LinuxProcess.Signal(process, LinuxProcess.SigKill);
            }
        }
    }
}
