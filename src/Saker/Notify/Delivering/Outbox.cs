using Polly;
using Polly.Retry;
using Saker.Notify.Outputs;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Notify.Delivering;

/// <summary>
/// Takes notices and gets them to outputs, each at least once: a row a notice and output stands in the store before an offer returns, and goes on after a crash. Each output has
/// its own queue and worker, so that none waits for another.
/// </summary>
internal sealed class Outbox : IAsyncDisposable
{
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(2);

    private readonly Router router;
    private readonly IStateStore state;
    private readonly TimeProvider clock;
    private readonly Action<string> report;
    private readonly DeliveryRecorder recorder;
    private readonly Dictionary<string, OutputWorker> workers;
    private readonly Groups groups = new();
    private readonly SemaphoreSlim gate = new(1);
    private readonly CancellationTokenSource stop = new();
    private readonly TimeSpan longestWait;
    private Task running = Task.CompletedTask;

    public Outbox(NotifySettings settings, IStateStore state, TimeProvider clock, Action<string> report, DeliveryTiming? timing = null, Func<OutputSettings, IOutput>? create = null)
    {
        (this.state, this.clock, this.report) = (state, clock, report);
        router = new Router(settings);
        recorder = new DeliveryRecorder(state, clock, report);
        var times = timing ?? new DeliveryTiming();
        workers = settings.Outputs.ToDictionary(
            o => o.Name,
            o => new OutputWorker(o, create?.Invoke(o) ?? OutputTypes.Create(o, clock), new DeliveryQueue(times.MostLoaded), recorder, state, times, clock, report),
            StringComparer.Ordinal);
        longestWait = settings.Outputs.Select(o => o.GiveUpAfter).Append(TimeSpan.FromDays(3)).Max();
    }

    public IReadOnlyList<OutputStatus> Status => [.. workers.Values.Select(w => w.Status)];

    /// <summary>Changes that the store does not know yet.</summary>
    public int Unrecorded => recorder.Waiting;

    /// <summary>Goes on with what was under way when the process ended before, and with what is offered.</summary>
    public void Start() => running = Task.WhenAll([Task.Run(() => ResumeAsync(stop.Token)), .. workers.Values.Select(w => Task.Run(() => w.RunAsync(stop.Token)))]);

    /// <summary>Takes notices. What was taken before is not sent again. Sending starts at once, even where the store is down.</summary>
    /// <exception cref="StoreUnavailableException">They are being sent but stand in memory alone: offer them again, until it returns.</exception>
    public async Task OfferAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var offer = new Offer(this, cancellation);
            await offer.LookAsync(notices).ConfigureAwait(false);
            foreach (var notice in notices)
            {
                await (notice.Kind == NoticeKind.Withdrawn ? offer.WithdrawAsync(notice) : offer.TakeAsync(notice)).ConfigureAwait(false);
            }

            await offer.EndAsync().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Rows of the outbox, the newest first: dead letters, what waits, what was sent.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task<IReadOnlyList<Delivery>> ReadAsync(IStateStore state, TimeRange range, DeliveryState? only, CancellationToken cancellation)
    {
        var rows = new List<Delivery>();
        await foreach (var row in state.ReadAsync(StateTable.Deliveries, range, cancellation).ConfigureAwait(false))
        {
            var delivery = Delivery.Read(row);
            if (only is null || delivery.State == only)
            {
                rows.Add(delivery);
            }
        }

        rows.Reverse();
        return rows;
    }

    /// <summary>Sends a dead letter again; false if the row is none, or its output is not set up.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<bool> ResendAsync(string rowKey, CancellationToken cancellation)
    {
        var found = recorder.Find(rowKey) ?? (await state.FindAsync(StateTable.Deliveries, rowKey, cancellation).ConfigureAwait(false) is { } row ? Delivery.Read(row) : null);
        if (found is not { State: DeliveryState.Dead, Notice: not null } || !workers.TryGetValue(found.Output, out var worker))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var again = found.Next() with { State = DeliveryState.Waiting, Tries = 0, Due = now, Since = now, Group = "" };
        await recorder.RecordNowAsync([again], cancellation).ConfigureAwait(false);
        worker.Queue.Add(again);
        return true;
    }

    /// <summary>Lets messages under way end for a moment, and records what became of them. What waits goes on after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(running, Task.Delay(EndingTime, clock)).ConfigureAwait(false);
        await recorder.DisposeAsync().ConfigureAwait(false);
        gate.Dispose();
        stop.Dispose();
    }

    private async Task ResumeAsync(CancellationToken cancellation)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>(),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(10),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
        try
        {
            await pipeline.ExecuteAsync(async token => await LoadAsync(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception mistake)
        {
            report($"notifications of before the start are not sent: {mistake}");
        }
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        // What waits is not older than the longest wait; the double of it covers quiet hours and clocks that were set.
        var since = TimeRange.Nanoseconds(clock.GetUtcNow() - (2 * longestWait) - TimeSpan.FromDays(2));
        await foreach (var row in state.ReadAsync(StateTable.Deliveries, new TimeRange(since, long.MaxValue), cancellation).ConfigureAwait(false))
        {
            var delivery = Delivery.Read(row);
            if (delivery.State == DeliveryState.Waiting && workers.TryGetValue(delivery.Output, out var worker))
            {
                worker.Queue.Add(delivery);
                worker.Queue.Unload(delivery.Key);
            }
        }
    }

    /// <summary>One call of <see cref="OfferAsync"/>.</summary>
    private sealed class Offer(Outbox outbox, CancellationToken cancellation)
    {
        private readonly Dictionary<string, Delivery> rows = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Delivery?> looked = new(StringComparer.Ordinal);
        private StoreUnavailableException? storeDown;

        /// <summary>Asks the store once for all rows that notices may have already.</summary>
        public async Task LookAsync(IReadOnlyList<Notice> notices)
        {
            var unknown = new HashSet<string>(StringComparer.Ordinal);
            foreach (var notice in notices)
            {
                var outputs = notice.Kind == NoticeKind.Withdrawn ? outbox.workers.Keys : outbox.router.Find(notice).Select(d => d.Output);
                unknown.UnionWith(outputs.Where(o => outbox.workers.TryGetValue(o, out var w) && w.Queue.Find(notice.Subject) is null).Select(o => Delivery.RowKeyOf(o, notice.Subject)));
            }

            try
            {
                foreach (var key in unknown)
                {
                    looked[key] = null;
                }

                foreach (var row in await outbox.state.FindAsync(StateTable.Deliveries, unknown, cancellation).ConfigureAwait(false))
                {
                    looked[row.Key] = Delivery.Read(row);
                }
            }
            catch (StoreUnavailableException down)
            {
                looked.Clear();
                storeDown = down;
            }
        }

        public async Task TakeAsync(Notice notice)
        {
            foreach (var destination in outbox.router.Find(notice))
            {
                if (outbox.workers.TryGetValue(destination.Output, out var worker))
                {
                    await TakeAsync(worker, destination, notice).ConfigureAwait(false);
                }
            }
        }

        public async Task WithdrawAsync(Notice notice)
        {
            foreach (var worker in outbox.workers.Values)
            {
                var known = storeDown;
                if (await LatestAsync(worker, notice.Subject).ConfigureAwait(false) is not { } told || storeDown != known)
                {
                    continue;
                }

                var withdrawal = $"withdrawn:{told.Key}";
                if (told.IsWithdrawn)
                {
                    Ensure(worker, withdrawal);
                    Ensure(worker, told.Key);
                    continue;
                }

                var withdrawn = worker.Queue.Withdraw(told.Key) ?? Withdraw(worker, told);
                rows[withdrawn.RowKey] = withdrawn;
                if (withdrawn.MayHaveArrived)
                {
                    var now = outbox.clock.GetUtcNow();
                    Add(worker, new Delivery { Output = told.Output, Key = withdrawal, NoticeKey = notice.Key, Created = now, Since = now, Due = now, Score = notice.Score, Title = TitleOf(notice), Notice = notice with { Key = withdrawal, ScoreBefore = told.Score } });
                }
            }
        }

        public async Task EndAsync()
        {
            if (rows.Count > 0)
            {
                await outbox.recorder.RecordNowAsync([.. rows.Values], cancellation).ConfigureAwait(false);
                foreach (var row in rows.Values)
                {
                    outbox.workers[row.Output].Queue.Unload(row.Key);
                }
            }

            if (storeDown is not null)
            {
                throw storeDown;
            }
        }

        private async Task TakeAsync(OutputWorker worker, Destination destination, Notice notice)
        {
            var latest = await LatestAsync(worker, notice.Subject).ConfigureAwait(false);
            var key = notice.Subject;
            if (latest is { IsWithdrawn: true })
            {
                key = NextOf(latest.Key);
            }
            else if (latest is not null)
            {
                if (notice.Key == notice.Subject || latest.NoticeKey == notice.Key)
                {
                    Ensure(worker, latest.Key);
                    return;
                }

                // Further news of the same subject.
                key = notice.Key;
                if (await FindAsync(worker, key).ConfigureAwait(false) is not null)
                {
                    Ensure(worker, key);
                    return;
                }
            }

            var now = outbox.clock.GetUtcNow();
            var (due, group) = (outbox.groups.DueOf(destination, now), destination.Group);
            if (destination.Quiet?.EndAt(now) is { } end && end > due)
            {
                (due, group) = (end, group.Length > 0 ? group : "quiet");
            }

            Add(worker, new Delivery { Output = destination.Output, Key = key, NoticeKey = notice.Key, Created = now, Since = due, Due = due, Group = group, Score = notice.Score, Title = TitleOf(notice), Notice = notice with { Key = key, ScoreBefore = latest is { IsWithdrawn: false } ? latest.Score : null } });
            if (latest is { IsWithdrawn: false, State: DeliveryState.Sent })
            {
                // The score that was told last stands with the subject's first row.
                var rescored = latest.Next() with { Score = notice.Score };
                worker.Queue.Remember(rescored);
                rows[rescored.RowKey] = rescored;
            }
        }

        /// <summary>The row of the subject's last telling: after a withdrawal the same may be told anew, as <c>…#2</c>.</summary>
        private async Task<Delivery?> LatestAsync(OutputWorker worker, string subject)
        {
            Delivery? latest = null;
            for (var key = subject; await FindAsync(worker, key).ConfigureAwait(false) is { } found; key = NextOf(key))
            {
                latest = found;
                if (!found.IsWithdrawn)
                {
                    break;
                }
            }

            return latest;
        }

        private async Task<Delivery?> FindAsync(OutputWorker worker, string key)
        {
            if (worker.Queue.Find(key) is { } known)
            {
                return known;
            }

            var rowKey = Delivery.RowKeyOf(worker.Settings.Name, key);
            if (outbox.recorder.Find(rowKey) is { } unrecorded)
            {
                return unrecorded;
            }

            try
            {
                if (storeDown is null && await AskAsync(rowKey).ConfigureAwait(false) is { } delivery)
                {
                    if (delivery.State == DeliveryState.Waiting)
                    {
                        worker.Queue.Add(delivery);
                    }
                    else
                    {
                        worker.Queue.Remember(delivery with { Notice = null });
                    }

                    return delivery;
                }
            }
            catch (StoreUnavailableException down)
            {
                storeDown = down;
            }

            return null;
        }

        private async Task<Delivery?> AskAsync(string rowKey) => looked.TryGetValue(rowKey, out var known) ? known
            : await outbox.state.FindAsync(StateTable.Deliveries, rowKey, cancellation).ConfigureAwait(false) is { } row ? Delivery.Read(row) : null;

        private static Delivery Withdraw(OutputWorker worker, Delivery told)
        {
            var withdrawn = told.Next() with { IsWithdrawn = true, State = told.State == DeliveryState.Dead ? DeliveryState.Cancelled : told.State, Notice = null };
            worker.Queue.Remember(withdrawn);
            return withdrawn;
        }

        private void Add(OutputWorker worker, Delivery delivery)
        {
            if (worker.Queue.Add(delivery))
            {
                rows[delivery.RowKey] = delivery;
            }
            else
            {
                Ensure(worker, delivery.Key);
            }
        }

        /// <summary>What is known already may not stand in the store yet.</summary>
        private void Ensure(OutputWorker worker, string key)
        {
            var rowKey = Delivery.RowKeyOf(worker.Settings.Name, key);
            if (outbox.recorder.Find(rowKey) is { } unrecorded)
            {
                rows[rowKey] = unrecorded;
            }
        }

        private static string TitleOf(Notice notice) => notice.Entity.Length > 0 ? $"{notice.Title}: {notice.EntityType} {notice.Entity}" : notice.Title;

        private static string NextOf(string key)
        {
            var at = key.LastIndexOf('#');
            return at > 0 && int.TryParse(key.AsSpan(at + 1), out var number) ? $"{key[..at]}#{number + 1}" : $"{key}#2";
        }
    }
}
