using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class ShipperTests
{
    private readonly SimulatedDisk disk = new(new Random(1));
    private readonly MemoryStore store = new();
    private readonly List<string> reports = [];

    [Fact]
    public async Task What_the_journal_holds_is_stored_in_order_and_its_segments_go()
    {
        await using var journal = OpenJournal();
        for (var i = 0; i < 100; i++)
        {
            await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line($"{i}-{new string('x', 300)}")), default);
        }

        var before = journal.Status.Segments;
        await Ship(journal);

        Assert.Equal(Enumerable.Range(0, 100), store.Texts.Select(t => int.Parse(t.Split('-')[0])));
        Assert.True(before > 5 && journal.Status.Segments == 1, $"{before} segments became {journal.Status.Segments}");
        Assert.Equal((100, 0), (journal.Balance.Read().Single().Stored, journal.Balance.Read().Single().Pending));
    }

    [Fact]
    public async Task A_store_that_is_away_is_asked_again_until_it_is_there()
    {
        await using var journal = OpenJournal();
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one"), StoreEvents.Line("two")), default);
        var failures = 0;
        store.Fault = isKept =>
        {
            if (failures++ < 12)
            {
                throw failures % 3 == 0 ? new InvalidOperationException("a mistake") : new StoreUnavailableException($"no answer ({isKept})");
            }
        };

        await Ship(journal);

        Assert.Equal(["one", "two"], store.Texts);
        Assert.Contains(reports, r => r.StartsWith("nothing can be stored now", StringComparison.Ordinal));
        Assert.Contains(reports, r => r.StartsWith("the store takes events again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_refused_batch_only_the_culprits_become_dead_letters()
    {
        await using var journal = OpenJournal();
        var events = Enumerable.Range(0, 1000).Select(i => StoreEvents.Line(i is 0 or 500 or 501 ? $"poison {i}" : $"sound {i}")).ToArray();
        await journal.TakeAsync(StoreEvents.Batch("a", events) with { Rejected = [StoreEvents.Rejected("{\"broken")], OtherCount = 4 }, default);

        var letters = await Ship(journal);

        Assert.Equal(events.Select(StoreEvents.TextOf).Where(t => !t.StartsWith("poison", StringComparison.Ordinal)), store.Texts);
        Assert.Equal(["not valid JSON", "the event is poison", "the event is poison", "the event is poison"], letters.List().Select(l => l.Reason).Order(StringComparer.Ordinal));
        Assert.Equal(["poison 0", "poison 500", "poison 501", "{\"broken"], letters.List().Select(l => System.Text.Encoding.UTF8.GetString(letters.Find(l.Id)!.Text.Span)).Order(StringComparer.Ordinal));
        Assert.InRange(store.Calls, 30, 80);
        var counts = journal.Balance.Read().Single();
        Assert.Equal((1005, 997, 4, 4, 0), (counts.Received, counts.Stored, counts.Filtered, counts.Rejected, counts.Pending));
    }

    [Fact]
    public async Task Whoever_comes_after_gets_each_batch_in_order_and_again_if_it_failed()
    {
        await using var journal = OpenJournal();
        for (var i = 0; i < 30; i++)
        {
            await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line($"{i}")), default);
        }

        var told = new List<string>();
        var position = 0L;
        var calls = 0;
        await Ship(journal, onShipped: (batch, _) =>
        {
            Assert.True(batch.From >= position);
            if (++calls % 2 == 1)
            {
                throw new IOException("not now");
            }

            position = batch.To;
            told.AddRange(batch.Events.Select(StoreEvents.TextOf));
            return Task.CompletedTask;
        });

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i}"), told);
    }

    [Fact]
    public async Task A_day_of_failures_waits_never_longer_than_the_longest_pause()
    {
        await using var journal = OpenJournal();
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default);
        var clock = new SteppingClock();
        store.Fault = _ =>
        {
            if (store.Calls < 3000)
            {
                throw new StoreUnavailableException("no answer");
            }
        };

        using var letters = OpenLetters();
        using var stop = new CancellationTokenSource();
        var shipper = new Shipper(journal, store, letters, new ShipperOptions { Linger = TimeSpan.Zero }, clock);
        var running = shipper.RunAsync(stop.Token);
        await JournalTests.Until(() => shipper.Status.StoredBatches == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.InRange(clock.Longest, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        Assert.InRange(clock.Slept, TimeSpan.FromHours(8), TimeSpan.FromHours(25));
    }

    [Fact]
    public async Task Everything_is_stored_once_though_machine_disk_and_store_fail_at_any_point()
    {
        var random = new Random(11);
        int crashes = 0, stored = 0;
        for (var round = 0; round < 150; round++)
        {
            var (crashed, there) = await CrashAndShip(new Random(random.Next()), $"round {round}");
            (crashes, stored) = (crashes + crashed, stored + there);
        }

        Assert.InRange(crashes, 100, 450);
        Assert.InRange(stored, 1500, int.MaxValue);
    }

    private static async Task<(int Crashes, int Stored)> CrashAndShip(Random random, string name)
    {
        var disk = new SimulatedDisk(random);
        var store = new MemoryStore();
        var kept = new HashSet<string>();
        var sent = new HashSet<string>();
        var crashes = 0;
        for (var life = 0; life < 4; life++)
        {
            var isLast = life == 3;
            (disk.Fuel, disk.FlushFails, disk.WriteFails) = isLast ? (long.MaxValue, 0, 0) : (random.Next(1000, 25_000), 15, 15);
            var seed = random.Next();
            store.Fault = _ =>
            {
                if (!isLast && new Random(seed + store.Calls).Next(4) == 0)
                {
                    throw new StoreUnavailableException("no answer");
                }
            };
            try
            {
                await Live(disk, store, life, isLast ? 0 : 20, kept, sent, name);
            }
            catch (IOException)
            {
                // It did not start.
            }

            crashes += disk.HasCrashed ? 1 : 0;
            disk = isLast ? disk : random.Next(3) == 0 ? disk.AfterKill() : disk.AfterCrash();
        }

        using var letters = DeadLetters.Open(new DeadLetterOptions { Directory = "/dead" }, disk, TimeProvider.System);
        List<string> dead = [.. letters.List().Select(l => System.Text.Encoding.UTF8.GetString(letters.Find(l.Id)!.Text.Span))];
        List<string> all = [.. store.Texts, .. dead];
        Assert.True(all.Count == all.Distinct().Count(), $"{name}: twice: {string.Join(' ', all.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => g.Key))}");
        Assert.All(all, text => Assert.Contains(text, sent));
        Assert.All(dead, text => Assert.True(text.Contains("poison") || text.Contains("broken"), text));
        Assert.True(kept.IsSubsetOf(all), $"{name}: lost: {string.Join(' ', kept.Except(all))}");
        return (crashes, store.Texts.Count);
    }

    private static async Task Live(SimulatedDisk disk, MemoryStore store, int life, int batches, HashSet<string> kept, HashSet<string> sent, string name)
    {
        await using var journal = Journal.Open(Options("/journal", _ => { }), disk, TimeProvider.System);
        using var letters = DeadLetters.Open(new DeadLetterOptions { Directory = "/dead" }, disk, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var shipper = new Shipper(
            journal, store, letters, new ShipperOptions { Linger = TimeSpan.Zero, MostEvents = 4, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(1) },
            TimeProvider.System);
        var running = shipper.RunAsync(stop.Token);
        for (var i = 0; i < batches && !disk.HasCrashed; i++)
        {
            string[] texts = [$"{life}-{i}-a", $"{life}-{i}-{(i % 5 == 2 ? "poison" : "b")}"];
            var broken = $"{life}-{i}-broken";
            sent.UnionWith([.. texts, broken]);
            var answer = await journal.TakeAsync(StoreEvents.Batch("a", [.. texts.Select(StoreEvents.Line)]) with { Rejected = i % 3 == 0 ? [StoreEvents.Rejected(broken)] : [] }, default);
            if (answer.Status == IntakeStatus.Kept)
            {
                kept.UnionWith(i % 3 == 0 ? [.. texts, broken] : texts);
            }
        }

        await JournalTests.Until(() => disk.HasCrashed || journal.Checkpoint.Done >= journal.DurableEnd || running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.All(journal.Balance.Read().Where(_ => !disk.HasCrashed), counts => Assert.True(counts.Pending == 0, $"{name}: {counts}"));
    }

    private async Task<DeadLetters> Ship(Journal journal, Func<ShippedBatch, CancellationToken, Task>? onShipped = null)
    {
        var letters = OpenLetters();
        using var stop = new CancellationTokenSource();
        var shipper = new Shipper(
            journal, store, letters,
            new ShipperOptions { Linger = TimeSpan.Zero, MostBytes = 2000, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(5), Report = reports.Add },
            TimeProvider.System)
        {
            OnShipped = onShipped,
        };
        var running = shipper.RunAsync(stop.Token);
        await JournalTests.Until(() => journal.Checkpoint.Done >= journal.DurableEnd || running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return letters;
    }

    private Journal OpenJournal() => Journal.Open(Options("/journal", reports.Add), disk, TimeProvider.System);

    private DeadLetters OpenLetters() => DeadLetters.Open(new DeadLetterOptions { Directory = "/dead" }, disk, TimeProvider.System);

    private static JournalOptions Options(string directory, Action<string> report) => new()
    {
        Directory = directory,
        MostBytes = 1 << 20,
        SegmentBytes = 4096,
        BallastBytes = 700,
        MostWait = TimeSpan.FromSeconds(30),
        PauseAfterFailure = TimeSpan.Zero,
        Report = report,
    };
}
