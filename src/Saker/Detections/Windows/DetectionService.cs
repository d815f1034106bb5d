using Saker.Content;
using Saker.Risk;
using Saker.Spl.Text;
using Saker.Stores;

namespace Saker.Detections.Windows;

/// <summary>
/// The enabled detections of a server at work: takes what was stored, evaluates windows, and begins anew when the content or the choice of detections
/// changes, without missing an event in between.
/// </summary>
/// <param name="content">The content as it is now.</param>
/// <param name="store">Where events are.</param>
/// <param name="state">Where the ledger and risk events are.</param>
/// <param name="followers">Who hears of risk events.</param>
/// <param name="settings">Clock and bounds; lookups are made for each content.</param>
/// <param name="lookupDirectory">Where searches write lookups.</param>
/// <param name="tell">Hears what people must know.</param>
internal sealed class DetectionService(
    Func<ContentLibrary> content,
    IEventStore store,
    IStateStore state,
    IReadOnlyList<IFollowsRiskEvents> followers,
    WindowSettings settings,
    string lookupDirectory,
    Action<string> tell) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim gate = new(1);
    private Work? work;

    /// <summary>How many detections run, baselines included.</summary>
    public int Count { get; private set; }

    /// <summary>Windows that wait for their evaluation.</summary>
    public int OwedCount => work?.Runner.OwedCount ?? 0;

    /// <summary>Events that are in the store.</summary>
    /// <exception cref="StoreUnavailableException">Tell the same again: the detections are not at work yet.</exception>
    public async Task TakeAsync(IReadOnlyList<ReceivedEvent> events, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await StartAsync(cancellation).ConfigureAwait(false);
            await work!.Runner.TakeAsync(events, cancellation).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Evaluates windows until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var wait = TimeSpan.Zero;
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(wait, settings.Clock, cancellation).ConfigureAwait(false);
            try
            {
                await RunOnceAsync(cancellation).ConfigureAwait(false);
                wait = TimeSpan.Zero;
            }
            catch (StoreUnavailableException failure)
            {
                tell($"detections wait for the store: {failure.Message}");
                wait = settings.StoreRetry;
            }
        }
    }

    /// <summary>Enables or disables a detection from now on: when it returns, nothing is at work any more that does not know it.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task ChooseAsync(string detectionId, bool isEnabled, CancellationToken cancellation)
    {
        await EnabledDetections.ChooseAsync(detectionId, isEnabled, state, settings.Clock, cancellation).ConfigureAwait(false);
        await EndAsync(null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Changes when a detection runs, from now on, likewise; null leaves it to the configuration and the content.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task ScheduleAsync(string detectionId, ScheduleOverride? schedule, CancellationToken cancellation)
    {
        await EnabledDetections.ScheduleAsync(detectionId, schedule, state, cancellation).ConfigureAwait(false);
        await EndAsync(null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Owes the windows of a detection over a stretch of time again. Returns how many; 0 if it does not run.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<int> BackfillAsync(string detectionId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await StartAsync(cancellation).ConfigureAwait(false);
            return await work!.Runner.BackfillAsync(detectionId, from, to, cancellation).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose()
    {
        work?.Dispose();
        gate.Dispose();
    }

    /// <summary>Runs until the content, or what people chose, changes.</summary>
    private async Task RunOnceAsync(CancellationToken cancellation)
    {
        Task evaluating;
        Work own;
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await StartAsync(cancellation).ConfigureAwait(false);
            own = work!;
            evaluating = own.Evaluate(cancellation);
        }
        finally
        {
            gate.Release();
        }

        while (ReferenceEquals(content(), own.Content) && !evaluating.IsCompleted)
        {
            await Task.WhenAny(evaluating, Task.Delay(LookEvery, settings.Clock, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }

        await EndAsync(own, cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends what is at work, if it is that (null for whatever it is): events wait at the gate until it has ended, and the next begins anew.</summary>
    private async Task EndAsync(Work? own, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (work is { } ended && (own ?? ended) == ended)
            {
                work = null;
                await ended.EndAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        if (work is not null)
        {
            return;
        }

        var library = content();
        if (settings.Exceptions is { } exceptions)
        {
            await exceptions.ReadAsync(cancellation).ConfigureAwait(false);
        }

        var mistakes = new List<Diagnostic>();
        var enabled = await EnabledDetections.ReadAsync(library, state, settings.Clock, mistakes, cancellation).ConfigureAwait(false);
        foreach (var mistake in mistakes)
        {
            tell(mistake.ToString());
        }

        var log = new RiskEventLog(state, settings.Clock, followers);
        var own = settings with { Lookups = new ContentLookups(library, lookupDirectory), ContentExceptions = library.Exceptions };
        work = new Work(await WindowRunner.StartAsync(enabled, store, state, log, own, cancellation).ConfigureAwait(false), library);
        Count = enabled.Count;
        tell($"{enabled.Count} detections are at work");
    }

    /// <summary>Detections at work, of one content and one choice of people's.</summary>
    private sealed class Work(WindowRunner runner, ContentLibrary content) : IDisposable
    {
        private readonly CancellationTokenSource until = new();
        private Task evaluating = Task.CompletedTask;

        public WindowRunner Runner => runner;

        public ContentLibrary Content => content;

        /// <summary>Evaluates windows until it is ended or cancelled.</summary>
        public Task Evaluate(CancellationToken cancellation)
        {
            var both = CancellationTokenSource.CreateLinkedTokenSource(until.Token, cancellation);
            return evaluating = runner.RunAsync(both.Token).ContinueWith(_ => both.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        public async Task EndAsync()
        {
            await until.CancelAsync().ConfigureAwait(false);
            await evaluating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Dispose();
        }

        public void Dispose()
        {
            runner.Dispose();
            until.Dispose();
        }
    }
}
