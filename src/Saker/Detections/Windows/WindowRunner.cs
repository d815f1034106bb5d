using Saker.Risk;
using Saker.Risk.Exceptions;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores;

namespace Saker.Detections.Windows;

/// <summary>
/// Runs detections by their schedules over what is stored: early where rows stay, for good at their time, again when events come late. What is
/// done, owed and failed stands in the ledger, so that a restart goes on where it stopped.
/// </summary>
internal sealed partial class WindowRunner : IDisposable
{
    private readonly IEventSource store;
    private readonly IStateStore state;
    private readonly RiskEventLog log;
    private readonly WindowSettings settings;
    private readonly IReadOnlyList<SourceRequest> requests;
    private readonly DetectionWindows[] detections;
    private readonly int[] detectionOf;
    private readonly HeadMatcher matcher;
    private readonly MatchCache cache;
    private readonly SeenBefore seenBefore = new();
    private readonly Throttles throttles;
    private readonly ExceptionSet contentExceptions;
    private readonly SemaphoreSlim taking = new(1);
    private readonly SemaphoreSlim computing;
    private readonly GatheredPuts ledger;
    private readonly Lock guard = new();
    private readonly AsyncSignal changed = new();
    private DateTimeOffset lastForgotten;

    private WindowRunner(IEventSource store, IStateStore state, RiskEventLog log, WindowSettings settings, DetectionWindows[] detections)
    {
        (this.store, this.state, this.log, this.settings, this.detections) = (store, state, log, settings, detections);
        requests = [.. detections.SelectMany(d => d.Prepared.Plan.Requests)];
        detectionOf = [.. detections.SelectMany((d, i) => d.Prepared.Plan.Requests.Select(_ => i))];
        matcher = new HeadMatcher(requests);
        throttles = new Throttles(state);
        computing = new SemaphoreSlim(Math.Max(1, settings.Workers));
        ledger = new GatheredPuts(state, StateTable.Windows);
        contentExceptions = new ExceptionSet(settings.ContentExceptions);
        cache = new MatchCache(requests.Count, settings.CacheBytes);
        log.Kept = TakeRiskEventsAsync;
    }

    /// <summary>How many windows wait for their evaluation, those that failed included.</summary>
    public int OwedCount
    {
        get
        {
            lock (guard)
            {
                return detections.Sum(d => d.Pending.Count(e => e.Row.State != WindowState.Open));
            }
        }
    }

    /// <summary>
    /// Takes up the ledger and reads what open windows have matched so far. Call it before events are taken: what is stored then is known, what comes later is
    /// told to <see cref="TakeAsync"/>.
    /// </summary>
    /// <param name="prepared">The enabled detections, with the time since when they are.</param>
    /// <param name="store">Where events are.</param>
    /// <param name="state">Where the ledger is.</param>
    /// <param name="log">Where risk events go.</param>
    /// <param name="settings">Clock and bounds.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task<WindowRunner> StartAsync(
        IReadOnlyList<(PreparedDetection Detection, DateTimeOffset EnabledAt)> prepared, IEventSource store, IStateStore state, RiskEventLog log, WindowSettings settings, CancellationToken cancellation)
    {
        var now = settings.Clock.GetUtcNow();
        var range = new TimeRange(TimeRange.Nanoseconds(now - settings.Lateness - TimeSpan.FromDays(1)), long.MaxValue);
        var rows = new Dictionary<string, List<LedgerRow>>(StringComparer.Ordinal);
        await foreach (var row in state.ReadAsync(StateTable.Windows, range, cancellation).ConfigureAwait(false))
        {
            var read = LedgerRow.Read(row);
            (rows.TryGetValue(read.DetectionId, out var list) ? list : rows[read.DetectionId] = []).Add(read);
        }

        var windows = new List<DetectionWindows>();
        var first = 0;
        foreach (var (detection, enabledAt) in prepared)
        {
            windows.Add(Resume(detection, first, enabledAt, rows.GetValueOrDefault(detection.Detection.Id) ?? [], settings));
            first += detection.Plan.Requests.Count;
        }

        var runner = new WindowRunner(new RiskAwareSource(store, log, state), state, log, settings, [.. windows]);
        runner.Warm(cancellation);
        await runner.ResumeBackfillsAsync(cancellation).ConfigureAwait(false);
        return runner;
    }

    /// <summary>Events that are in the store: call it once they are, in any order, again after a crash. What must not be forgotten is in the ledger when it returns.</summary>
    /// <exception cref="StoreUnavailableException">The same events must be told again.</exception>
    public async Task TakeAsync(IReadOnlyList<ReceivedEvent> events, CancellationToken cancellation)
    {
        await taking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var late = new Dictionary<(int Detection, DateTimeOffset Run), (Window Window, long Count)>();
            foreach (var received in events)
            {
                Take(received.Event, received.Identity, late);
            }

            await ReopenAsync(late, cancellation).ConfigureAwait(false);
        }
        finally
        {
            taking.Release();
        }

        changed.Set();
    }

    /// <summary>Evaluates what is due until nothing is. Returns how many evaluations that were.</summary>
    public async Task<int> RunDueAsync(CancellationToken cancellation)
    {
        var count = 0;
        while (Next() is { } due)
        {
            await computing.WaitAsync(cancellation).ConfigureAwait(false);
            await EvaluateAsync(due.Detection, due.Entry, due.IsFinal, cancellation).ConfigureAwait(false);
            count++;
        }

        return count;
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var running = new List<Task>();
        while (!cancellation.IsCancellationRequested)
        {
            while (running.Count < settings.MostUnderWay && NextToCompute() is { } due)
            {
                running.Add(Task.Run(() => EvaluateAsync(due.Detection, due.Entry, due.IsFinal, cancellation), CancellationToken.None));
            }

            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            // Whoever has computed says so.
            var delay = running.Count < settings.MostUnderWay && computing.CurrentCount > 0 ? Delay() : Timeout.InfiniteTimeSpan;
            await Task.WhenAny([Task.Delay(delay, settings.Clock, timer.Token), changed.WaitAsync(timer.Token), .. running]).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            running.RemoveAll(t => t.IsCompleted);
            ForgetOld();
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Owes the windows of a detection that overlap a stretch of time, whether they are done or not. Returns how many.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<int> BackfillAsync(string detectionId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        if (!detections.Any(d => d.Prepared.Detection.Id == detectionId))
        {
            return 0;
        }

        var asked = new Backfill(detectionId, from, to, settings.Clock.GetUtcNow(), IsDone: false);
        await state.PutAsync(StateTable.Settings, [asked.ToState()], cancellation).ConfigureAwait(false);
        return await OweAsync(asked, cancellation).ConfigureAwait(false);
    }

    /// <summary>Goes on with what was asked for before the start.</summary>
    private async Task ResumeBackfillsAsync(CancellationToken cancellation)
    {
        var asked = await state.ReadGroupAsync(StateTable.Settings, Backfill.Group, cancellation).Select(Backfill.Read).Where(b => !b.IsDone).ToListAsync(cancellation).ConfigureAwait(false);
        foreach (var backfill in asked.Where(b => detections.Any(d => d.Prepared.Detection.Id == b.DetectionId)))
        {
            if (await OweAsync(backfill, cancellation).ConfigureAwait(false) == 0)
            {
                await state.PutAsync(StateTable.Settings, [(backfill with { IsDone = true }).ToState()], cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<int> OweAsync(Backfill backfill, CancellationToken cancellation)
    {
        var rows = new Dictionary<DateTimeOffset, LedgerRow>();
        await foreach (var row in state.ReadGroupAsync(StateTable.Windows, backfill.DetectionId, cancellation).ConfigureAwait(false))
        {
            var read = LedgerRow.Read(row);
            rows[read.ScheduledTime] = read;
        }

        var count = 0;
        lock (guard)
        {
            foreach (var detection in detections.Where(d => d.Prepared.Detection.Id == backfill.DetectionId))
            {
                count += detection.Owe(backfill.From, backfill.To, settings.Clock.GetUtcNow(), w => rows.GetValueOrDefault(w.ScheduledTime), backfill.Wants);
            }
        }

        changed.Set();
        return count;
    }

    public void Dispose()
    {
        taking.Dispose();
        computing.Dispose();
    }

    private static DetectionWindows Resume(PreparedDetection prepared, int firstRequest, DateTimeOffset enabledAt, List<LedgerRow> rows, WindowSettings settings)
    {
        // Every window up to the last one of which the ledger knows nothing bad is done or has a row that says otherwise.
        var done = rows.Where(r => r.State == WindowState.Done).Select(r => r.ScheduledTime).ToHashSet();
        var now = settings.Clock.GetUtcNow();
        var since = enabledAt > now - settings.Lateness ? enabledAt : now - settings.Lateness;
        var schedule = new WindowSchedule(prepared.Detection.Schedule, settings.Zone);
        var settled = since;
        foreach (var window in schedule.Runs(since, now))
        {
            if (!done.Contains(window.ScheduledTime) && window.Range.Latest > TimeRange.Nanoseconds(enabledAt))
            {
                break;
            }

            settled = window.ScheduledTime;
        }

        var windows = new DetectionWindows(prepared, firstRequest, enabledAt, settled, settings) { DoneBeforeStart = done };
        foreach (var row in rows.Where(r => r.State != WindowState.Done))
        {
            windows.Resume(row);
        }

        return windows;
    }

    /// <summary>The next window, and one of the places to compute, which its evaluation gives back; null if there is none of either.</summary>
    private (DetectionWindows Detection, WindowEntry Entry, bool IsFinal)? NextToCompute()
    {
        if (!computing.Wait(0))
        {
            return null;
        }

        var next = Next();
        if (next is null)
        {
            computing.Release();
        }

        return next;
    }

    private (DetectionWindows Detection, WindowEntry Entry, bool IsFinal)? Next()
    {
        var now = settings.Clock.GetUtcNow();
        lock (guard)
        {
            // The oldest first, so that one detection with much to do does not keep the others waiting.
            DetectionWindows? first = null;
            var oldest = DateTimeOffset.MaxValue;
            foreach (var detection in detections)
            {
                if (detection.Peek(now) is { } due && due < oldest)
                {
                    (first, oldest) = (detection, due);
                }
            }

            return first?.Take(now) is { } taken ? (first, taken.Entry, taken.IsFinal) : null;
        }
    }

    private TimeSpan Delay()
    {
        var now = settings.Clock.GetUtcNow();
        lock (guard)
        {
            var next = now + TimeSpan.FromMinutes(1);
            foreach (var detection in detections)
            {
                var due = detection.NextDue(now);
                next = due < next ? due : next;
            }

            return next > now ? next - now : TimeSpan.FromMilliseconds(1);
        }
    }

    private void ForgetOld()
    {
        var now = settings.Clock.GetUtcNow();
        lock (guard)
        {
            if (now - lastForgotten < TimeSpan.FromSeconds(30))
            {
                return;
            }

            lastForgotten = now;
            foreach (var detection in detections)
            {
                for (var i = 0; i < detection.Prepared.Plan.Requests.Count; i++)
                {
                    cache.Forget(detection.FirstRequest + i, detection.Reach(i, now));
                }
            }
        }
    }
}
