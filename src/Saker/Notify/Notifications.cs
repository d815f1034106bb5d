using System.Text.Json;
using Saker.Notify.Delivering;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Notify;

/// <summary>
/// The notifications of a running server: what makes notices, and the outbox that delivers them. New settings are taken while it runs, as a restart would take them: what waits stands in the store, and the
/// outbox of the new settings goes on with it.
/// </summary>
internal sealed class Notifications : IAsyncDisposable
{
    private readonly IStateStore state;
    private readonly TimeProvider clock;
    private readonly Action<string> report;
    private readonly DeliveryTiming? timing;
    private readonly SemaphoreSlim gate = new(1);
    private readonly Lock guard = new();
    private NotifySettings wanted;
    private NotifySettings current;
    private Outbox outbox;
    private Task changing = Task.CompletedTask;

    public Notifications(NotifySettings settings, IStateStore state, TimeProvider clock, Action<string> report, DeliveryTiming? timing = null)
    {
        (this.state, this.clock, this.report, this.timing) = (state, clock, report, timing);
        (current, wanted) = (settings, settings);
        outbox = NewOutbox(settings);
        Canaries = new CanaryOutputs(clock);
        Source = new NoticeSource(OfferAsync, state, Canaries);
    }

    /// <summary>Makes notices of risk events and findings, and offers them.</summary>
    public NoticeSource Source { get; }

    /// <summary>Who hears of marked events.</summary>
    public CanaryOutputs Canaries { get; }

    /// <summary>How each output is doing.</summary>
    public IReadOnlyList<OutputStatus> Status => Volatile.Read(ref outbox).Status;

    /// <summary>Changes that the store does not know yet.</summary>
    public int Unrecorded => Volatile.Read(ref outbox).Unrecorded;

    public void Start() => outbox.Start();

    /// <summary>Takes notices, as <see cref="Outbox.OfferAsync"/> does.</summary>
    /// <exception cref="StoreUnavailableException">They are being sent but stand in memory alone: offer them again, until it returns.</exception>
    public async Task OfferAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await outbox.OfferAsync(notices, cancellation).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes other settings, soon; equal ones change nothing. Offers wait meanwhile.</summary>
    public void Use(NotifySettings settings)
    {
        lock (guard)
        {
            if (JsonSerializer.Serialize(settings) != JsonSerializer.Serialize(wanted))
            {
                wanted = settings;
                changing = changing.ContinueWith(_ => ChangeAsync(settings), TaskScheduler.Default).Unwrap();
            }
        }
    }

    /// <summary>Ends when settings that were given are in use.</summary>
    public Task ChangedAsync()
    {
        lock (guard)
        {
            return changing;
        }
    }

    /// <summary>Rows of the outbox of a time, the newest first: at most so many of those that come after a place in that order.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<IReadOnlyList<StateRow>> LatestAsync(TimeRange range, (long Time, string Key)? after, int most, CancellationToken cancellation) =>
        state.ReadLatestAsync(StateTable.Deliveries, range, after, most, cancellation);

    /// <summary>The outbox's rows in one state, the newest first.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<IReadOnlyList<Delivery>> ReadAsync(DeliveryState only, CancellationToken cancellation) => Outbox.ReadAsync(state, TimeRange.All, only, cancellation);

    /// <summary>Sends a dead letter again; false if the row is none, or its output is not set up.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<bool> ResendAsync(string rowKey, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await outbox.ResendAsync(rowKey, cancellation).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Tries an output; null if none is called so.</summary>
    public async Task<(TimeSpan Took, string? Failure)?> TestAsync(string name, CancellationToken cancellation) =>
        current.Outputs.FirstOrDefault(o => o.Name == name) is { } output ? await OutputTrial.RunAsync(output, clock, cancellation).ConfigureAwait(false) : null;

    public async ValueTask DisposeAsync()
    {
        await ChangedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await outbox.DisposeAsync().ConfigureAwait(false);
        gate.Dispose();
    }

    private Outbox NewOutbox(NotifySettings settings) => new(settings, state, clock, report, timing);

    private async Task ChangeAsync(NotifySettings settings)
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            // The old one ends first: no row may have two senders.
            await outbox.DisposeAsync().ConfigureAwait(false);
            var started = NewOutbox(settings);
            started.Start();
            Volatile.Write(ref outbox, started);
            current = settings;
            report($"{settings.Outputs.Count} outputs are at work");
        }
        catch (Exception mistake)
        {
            report($"the outputs' new settings are not in use: {mistake}");
            throw;
        }
        finally
        {
            gate.Release();
        }
    }
}
