using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

/// <summary>The machine stops at any byte, flushes fail, the disk fills: what was acknowledged is there, once and in order, and nothing is invented.</summary>
public sealed class JournalCrashTests
{
    private static readonly string[] Senders = ["a", "b", "c"];

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(6, 0, 2)]
    [InlineData(0, 6, 3)]
    [InlineData(8, 8, 4)]
    public async Task What_was_acknowledged_survives_a_crash_anywhere(int flushFails, int writeFails, int seed)
    {
        var random = new Random(seed);
        const int rounds = 250;
        int crashes = 0, acknowledged = 0;
        for (var round = 0; round < rounds; round++)
        {
            var (crashed, kept) = await CrashAndRecover(new Random(random.Next()), flushFails, writeFails, $"seed {seed}, round {round}");
            (crashes, acknowledged) = (crashes + crashed, acknowledged + kept);
        }

        Assert.InRange(crashes, rounds, 3 * rounds);
        Assert.InRange(acknowledged, 10 * rounds, int.MaxValue);
    }

    private static async Task<(int Crashes, int Acknowledged)> CrashAndRecover(Random random, int flushFails, int writeFails, string name)
    {
        var disk = new SimulatedDisk(random);
        var kept = Senders.ToDictionary(s => s, _ => new List<string>());
        var sent = new HashSet<string>();
        var stored = new List<string>();
        var tokens = new HashSet<string>();
        var crashes = 0;
        var troubles = new List<string>();
        for (var life = 0; life < 3; life++)
        {
            (disk.Fuel, disk.FlushFails, disk.WriteFails) = (random.Next(300, 100_000), flushFails, writeFails);
            await Live(disk, random, life, kept, sent, stored, tokens, troubles);
            crashes += disk.HasCrashed ? 1 : 0;
            disk = random.Next(4) == 0 ? disk.AfterKill() : disk.AfterCrash();
        }

        var journal = Journal.Open(Options(troubles), disk, TimeProvider.System);
        await using (journal)
        {
            await Ship(journal, disk, random, stored, tokens, () => true);
            Assert.True(journal.Status.Damages == 0, $"{name}: {string.Join('\n', troubles)}");
            Assert.All(journal.Balance.Read(), counts => Assert.Equal(0, counts.Pending));
            // First whether it is there once: only then do the counts say something of themselves.
            Assert.True(stored.Count == stored.Distinct().Count(), $"{name}: twice: {string.Join(' ', stored.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => g.Key))}");
            Assert.Equal(stored.Count, journal.Balance.Read().Sum(counts => counts.Stored));
        }

        Assert.All(stored, text => Assert.Contains(text, sent));
        foreach (var sender in Senders)
        {
            var there = stored.Where(kept[sender].ToHashSet().Contains).ToList();
            Assert.True(kept[sender].SequenceEqual(there), $"{name}, {sender}: {kept[sender].Count} were acknowledged, {there.Count} are there\n{string.Join('\n', troubles)}");
        }

        return (crashes, kept.Values.Sum(k => k.Count));
    }

    /// <summary>Senders send until the machine stops; a shipper stores, in a store that never crashes, what the journal gives it.</summary>
    private static async Task Live(SimulatedDisk disk, Random random, int life, Dictionary<string, List<string>> kept, HashSet<string> sent, List<string> stored, HashSet<string> tokens, List<string> troubles)
    {
        Journal journal;
        try
        {
            journal = Journal.Open(Options(troubles), disk, TimeProvider.System);
        }
        catch (IOException)
        {
            // A server that finds its disk failing does not start.
            return;
        }

        await using (journal)
        {
            // The disk draws from the same source as soon as anything is sent.
            var seeds = Senders.ToDictionary(s => s, _ => random.Next());
            var ofShipper = new Random(random.Next());
            var sending = Senders.Select(sender => Task.Run(async () =>
            {
                var own = new Random(seeds[sender]);
                for (var i = 0; i < 25 && !disk.HasCrashed; i++)
                {
                    var texts = Enumerable.Range(0, own.Next(1, 4)).Select(n => $"{sender}-{life}-{i}-{n}-{new string('x', own.Next(700))}").ToList();
                    lock (sent)
                    {
                        sent.UnionWith(texts);
                    }

                    var answer = await journal.TakeAsync(StoreEvents.Batch(sender, [.. texts.Select(StoreEvents.Line)]), default);
                    if (answer.Status == IntakeStatus.Kept)
                    {
                        kept[sender].AddRange(texts);
                    }
                }
            })).ToList();
            var shipping = Ship(journal, disk, ofShipper, stored, tokens, () => sending.TrueForAll(s => s.IsCompleted));
            await Task.WhenAll(sending);
            await shipping;
        }
    }

    /// <summary>As the shipper does it: borders first, then the store, then the position. The store keeps a token once.</summary>
    private static async Task Ship(Journal journal, SimulatedDisk disk, Random random, List<string> stored, HashSet<string> tokens, Func<bool> isOver)
    {
        var (done, next) = (journal.Checkpoint.Done, journal.Checkpoint.Next);
        while (!disk.HasCrashed)
        {
            try
            {
                using var batch = journal.Read(done, next, random.Next(1, 9), 1 << 20);
                if (batch is null)
                {
                    if (isOver())
                    {
                        return;
                    }

                    await Task.Delay(1);
                    continue;
                }

                next = batch.To;
                Advance(journal, disk, done, next);
                if (tokens.Add(batch.Token))
                {
                    stored.AddRange(batch.Events.Select(StoreEvents.TextOf));
                }

                foreach (var placed in batch.Entries)
                {
                    journal.Balance.Settle(placed.Entry, 0);
                }

                (done, next) = (batch.To, 0);
                Advance(journal, disk, done, next);
            }
            catch (IOException)
            {
                // A read that failed is tried again.
            }
        }
    }

    private static void Advance(Journal journal, SimulatedDisk disk, long done, long next)
    {
        while (true)
        {
            try
            {
                journal.Advance(done, next);
                return;
            }
            catch (IOException) when (!disk.HasCrashed)
            {
            }
        }
    }

    private static JournalOptions Options(List<string> troubles) => new()
    {
        Directory = "/journal",
        MostBytes = 1 << 20,
        SegmentBytes = 4096,
        BallastBytes = 700,
        MostWait = TimeSpan.FromSeconds(30),
        PauseAfterFailure = TimeSpan.Zero,
        Report = text =>
        {
            lock (troubles)
            {
                troubles.Add(text);
            }
        },
    };
}
