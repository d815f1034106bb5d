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
    private WindowRunner? runner;
    private ContentLibrary? running;
    private volatile bool isChanged;

    /// <summary>How many detections run, baselines included.</summary>
    public int Count { get; private set; }

    /// <summary>Windows that wait for their evaluation.</summary>
    public int OwedCount => runner?.OwedCount ?? 0;

    /// <summary>Events that are in the store.</summary>
    /// <exception cref="StoreUnavailableException">Tell the same again: the detections are not at work yet.</exception>
    public async Task TakeAsync(IReadOnlyList<ReceivedEvent> events, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await StartAsync(cancellation).ConfigureAwait(false);
            await runner!.TakeAsync(events, cancellation).ConfigureAwait(false);
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

    /// <summary>Enables or disables a detection from now on.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task ChooseAsync(string detectionId, bool isEnabled, CancellationToken cancellation)
    {
        await EnabledDetections.ChooseAsync(detectionId, isEnabled, state, settings.Clock, cancellation).ConfigureAwait(false);
        isChanged = true;
    }

    /// <summary>Changes when a detection runs, from now on; null leaves it to the configuration and the content.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task ScheduleAsync(string detectionId, ScheduleOverride? schedule, CancellationToken cancellation)
    {
        await EnabledDetections.ScheduleAsync(detectionId, schedule, state, cancellation).ConfigureAwait(false);
        isChanged = true;
    }

    /// <summary>Owes the windows of a detection over a stretch of time again. Returns how many; 0 if it does not run.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<int> BackfillAsync(string detectionId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        runner?.BackfillAsync(detectionId, from, to, cancellation) ?? Task.FromResult(0);

    public void Dispose()
    {
        runner?.Dispose();
        gate.Dispose();
    }

    /// <summary>Runs until the content changes.</summary>
    private async Task RunOnceAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await StartAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }

        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var evaluating = runner!.RunAsync(until.Token);
        while (!isChanged && ReferenceEquals(content(), running) && !evaluating.IsCompleted)
        {
            await Task.WhenAny(evaluating, Task.Delay(LookEvery, settings.Clock, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }

        // Events wait at the gate until the new ones are at work.
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await until.CancelAsync().ConfigureAwait(false);
            await evaluating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            runner.Dispose();
            (runner, running) = (null, null);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        if (runner is not null)
        {
            return;
        }

        isChanged = false;
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
        runner = await WindowRunner.StartAsync(enabled, store, state, log, own, cancellation).ConfigureAwait(false);
        (running, Count) = (library, enabled.Count);
        tell($"{enabled.Count} detections are at work");
    }
}
