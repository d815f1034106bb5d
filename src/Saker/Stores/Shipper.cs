using System.Diagnostics;
using Polly;
using Polly.Retry;
using Saker.Spl.Text;

namespace Saker.Stores;

/// <summary>How the shipper works.</summary>
internal sealed record ShipperOptions
{
    /// <summary>Past so many events, or bytes, no more are added to what is stored at once.</summary>
    public int MostEvents { get; init; } = 20_000;

    public long MostBytes { get; init; } = 16 << 20;

    /// <summary>How long to wait for more, when little is there: a store likes few large batches.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    public Action<string> Report { get; init; } = _ => { };
}

/// <summary>Events that were stored just now, in the order in which they came.</summary>
/// <param name="From">The journal's position of the first.</param>
/// <param name="To">The position behind the last: whoever noted it need not look at the batch again.</param>
/// <param name="Events">Without those that the store refused. Their bytes are valid during the call.</param>
internal sealed record ShippedBatch(long From, long To, IReadOnlyList<ReceivedEvent> Events);

/// <summary>
/// Brings what the journal holds into the store, in order: it notes the borders of a batch, inserts it until the store has it, for hours if need be, hands
/// the events on, and notes that it is done. After a crash the same batch comes again with the same token, and the store keeps it once. Dead letters
/// are what could not be read, and the events that the store refuses, found by halving the batch.
/// </summary>
internal sealed class Shipper
{
    private readonly Journal journal;
    private readonly IEventStore store;
    private readonly DeadLetters letters;
    private readonly ShipperOptions options;
    private readonly TimeProvider clock;
    private readonly ResiliencePipeline retrying;
    private long storedEvents;
    private long storedBatches;
    private long refusedEvents;
    private volatile ShipperTrouble? trouble;

    public Shipper(Journal journal, IEventStore store, DeadLetters letters, ShipperOptions options, TimeProvider clock)
    {
        (this.journal, this.store, this.letters, this.options, this.clock) = (journal, store, letters, options, clock);
        retrying = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstPause,
            MaxDelay = options.LongestPause,
            // Whatever it is, nothing is left out because of it.
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not (null or StoreRefusedException or OperationCanceledException)
                || (arguments.Outcome.Exception is OperationCanceledException && !arguments.Context.CancellationToken.IsCancellationRequested)),
            OnRetry = arguments =>
            {
                Tell(arguments.Outcome.Exception!);
                return default;
            },
        }).Build();
    }

    /// <summary>
    /// Is given each batch once it is stored and before that is noted: at least once, in order. If it throws, it is called again. Set it before
    /// <see cref="RunAsync"/>.
    /// </summary>
    public Func<ShippedBatch, CancellationToken, Task>? OnShipped { get; set; }

    public ShipperStatus Status => new(Volatile.Read(ref storedEvents), Volatile.Read(ref storedBatches), Volatile.Read(ref refusedEvents), trouble);

    /// <summary>Works until it is cancelled; what was begun is tried again by the next run.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var (done, next) = (journal.Checkpoint.Done, journal.Checkpoint.Next);
        JournalBatch? batch = null;
        try
        {
            while (true)
            {
                if (batch is null)
                {
                    batch = await NextAsync(done, next, cancellation).ConfigureAwait(false);
                    await AdvanceAsync(done, batch.To, cancellation).ConfigureAwait(false);
                }

                var following = Following(batch);
                try
                {
                    await StoreAsync(batch, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    await Task.WhenAny(following).ConfigureAwait(false);
                }

                (done, next) = (batch.To, 0);
                batch.Dispose();
                batch = following.IsCompletedSuccessfully ? await following.ConfigureAwait(false) : null;
                await AdvanceAsync(done, batch?.To ?? 0, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            batch?.Dispose();
        }
    }

    /// <summary>Waits for something to store, and a little for more of it.</summary>
    private async Task<JournalBatch> NextAsync(long done, long next, CancellationToken cancellation)
    {
        while (true)
        {
            await journal.WaitAsync(done, cancellation).ConfigureAwait(false);
            if (next == 0 && journal.DurableEnd - done < options.MostBytes)
            {
                await Task.Delay(options.Linger, clock, cancellation).ConfigureAwait(false);
            }

            var batch = await retrying.ExecuteAsync(_ => ValueTask.FromResult(journal.Read(done, next, options.MostEvents, options.MostBytes)), cancellation).ConfigureAwait(false);
            if (batch is not null)
            {
                return batch;
            }
        }
    }

    /// <summary>While one batch is stored the next is read, if there is enough for a whole one. Beside a very large one nothing is: one at a time fills memory enough.</summary>
    private Task<JournalBatch?> Following(JournalBatch batch) => journal.DurableEnd - batch.To < options.MostBytes || batch.Bytes > 2 * options.MostBytes
        ? Task.FromResult<JournalBatch?>(null)
        : Task.Run(() => journal.Read(batch.To, 0, options.MostEvents, options.MostBytes));

    private async Task AdvanceAsync(long done, long next, CancellationToken cancellation) => await retrying.ExecuteAsync(
        _ =>
        {
            journal.Advance(done, next);
            return default;
        },
        cancellation).ConfigureAwait(false);

    private async Task StoreAsync(JournalBatch batch, CancellationToken cancellation)
    {
        var refused = new SortedDictionary<int, string>();
        var events = batch.Events;
        if (events.Count > 0)
        {
            await InsertAsync(events, 0, batch.Token, refused, cancellation).ConfigureAwait(false);
        }

        var dead = DeadLettersOf(batch, refused);
        if (dead.Count > 0)
        {
            await retrying.ExecuteAsync(
                _ =>
                {
                    letters.Add(dead);
                    return default;
                },
                cancellation).ConfigureAwait(false);
        }

        if (OnShipped is { } onShipped)
        {
            var shipped = new ShippedBatch(batch.From, batch.To, refused.Count == 0 ? events : [.. events.Where((_, i) => !refused.ContainsKey(i))]);
            await retrying.ExecuteAsync(async stop => await onShipped(shipped, stop).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        Settle(batch, refused);
        Settled(events.Count - refused.Count, refused.Count);
    }

    /// <summary>Inserts events until the store has them; a part that it refuses is halved until the culprit stands alone.</summary>
    private async Task InsertAsync(ArraySegment<ReceivedEvent> events, int first, string token, SortedDictionary<int, string> refused, CancellationToken cancellation)
    {
        try
        {
            await retrying.ExecuteAsync(async stop => await store.InsertAsync(events, token, stop).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (StoreRefusedException why) when (events.Count == 1)
        {
            refused.Add(first, why.Message);
        }
        catch (StoreRefusedException)
        {
            var half = events.Count / 2;
            await InsertAsync(events[..half], first, PartOf(token, first, half), refused, cancellation).ConfigureAwait(false);
            await InsertAsync(events[half..], first + half, PartOf(token, first + half, events.Count - half), refused, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The same part of the same batch has the same token, however often the batch is halved anew.</summary>
    private static string PartOf(string token, int first, int count) => $"{token.Split('/')[0]}/{first}+{count}";

    private List<DeadLetter> DeadLettersOf(JournalBatch batch, SortedDictionary<int, string> refused)
    {
        var dead = new List<DeadLetter>();
        foreach (var placed in batch.Entries)
        {
            var entry = placed.Entry;
            for (var i = 0; i < entry.Rejected.Count; i++)
            {
                var item = entry.Rejected[i];
                dead.Add(letters.NewLetter(new DeadLetterKey(journal.Checkpoint.Journal, placed.Position, i), entry.Source, item.Reason, null, item));
            }

            for (var i = 0; i < entry.Events.Count && refused.Count > 0; i++)
            {
                if (refused.TryGetValue(placed.FirstEvent + i, out var why))
                {
                    var key = new DeadLetterKey(journal.Checkpoint.Journal, placed.Position, entry.Rejected.Count + i);
                    dead.Add(letters.NewLetter(key, entry.Source, why, entry.Events[i], null));
                    if (entry.Events[i].Identity is { } identity)
                    {
                        journal.Forget(identity);
                    }
                }
            }
        }

        return dead;
    }

    private void Settle(JournalBatch batch, SortedDictionary<int, string> refused)
    {
        foreach (var placed in batch.Entries)
        {
            var of = refused.Count == 0 ? 0 : placed.Entry.Events.Where((e, i) => !e.IsView && refused.ContainsKey(placed.FirstEvent + i)).Count();
            journal.Balance.Settle(placed.Entry, of);
        }
    }

    private void Settled(int stored, int refused)
    {
        Interlocked.Add(ref storedEvents, stored);
        Interlocked.Increment(ref storedBatches);
        if (refused > 0)
        {
            Interlocked.Add(ref refusedEvents, refused);
            options.Report($"the store refused {Counted.Of(refused, "event")}: they are dead letters (`saker deadletter list`)");
        }

        if (trouble is { } over)
        {
            trouble = null;
            options.Report($"the store takes events again, after {clock.GetElapsedTime(over.Since).TotalSeconds:#,0} s and {over.Attempts:#,0} attempts");
        }
    }

    private void Tell(Exception failure)
    {
        var before = trouble;
        trouble = new ShipperTrouble(failure.Message, before?.Since ?? clock.GetTimestamp(), (before?.Attempts ?? 0) + 1);
        if (before is null || before.Why != failure.Message)
        {
            options.Report($"nothing can be stored now, it is tried again until it can: {failure.Message}");
        }

        Debug.Assert(failure is not StoreRefusedException, "what is refused is not tried again");
    }
}

/// <summary>What was stored since the start, and what keeps it from going on.</summary>
/// <param name="StoredEvents">Events, second views included.</param>
/// <param name="StoredBatches">In so many batches.</param>
/// <param name="RefusedEvents">That became dead letters.</param>
/// <param name="Trouble">Null while all is well.</param>
internal sealed record ShipperStatus(long StoredEvents, long StoredBatches, long RefusedEvents, ShipperTrouble? Trouble);

/// <summary>Why nothing is stored.</summary>
/// <param name="Why">In words.</param>
/// <param name="Since">A timestamp of the clock.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record ShipperTrouble(string Why, long Since, long Attempts);
