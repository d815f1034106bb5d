using Polly;
using Polly.Retry;
using Saker.Stores;

namespace Saker.Notify.Delivering;

/// <summary>Writes what became of deliveries into the store, in the background: while it is down, the newest version of each waits here.</summary>
internal sealed class DeliveryRecorder : IAsyncDisposable
{
    private const int BatchRows = 500;
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(5);

    private readonly IStateStore state;
    private readonly ResiliencePipeline retry;
    private readonly Lock guard = new();
    private readonly Dictionary<string, Delivery> waiting = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim signal = new(0, 1);
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public DeliveryRecorder(IStateStore state, TimeProvider clock, Action<string> report)
    {
        this.state = state;
        retry = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>(),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(10),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = arguments =>
                {
                    if (arguments.AttemptNumber == 0)
                    {
                        report($"notifications are sent but not recorded: {arguments.Outcome.Exception!.Message}");
                    }

                    return default;
                },
            })
            .Build();
        loop = Task.Run(RunAsync);
    }

    /// <summary>How many changes the store does not know yet.</summary>
    public int Waiting
    {
        get
        {
            lock (guard)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Records soon.</summary>
    public void Record(Delivery delivery)
    {
        Add(delivery);
        Signal();
    }

    /// <summary>Records now, with all that waits; what fails waits for later.</summary>
    /// <exception cref="StoreUnavailableException">It does not stand in the store yet.</exception>
    public async Task RecordNowAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellation)
    {
        foreach (var delivery in deliveries)
        {
            Add(delivery);
        }

        try
        {
            await state.PutAsync(StateTable.Deliveries, [.. deliveries.Select(d => d.ToState())], cancellation).ConfigureAwait(false);
            Forget(deliveries);
        }
        catch
        {
            Signal();
            throw;
        }
    }

    /// <summary>The version that the store does not know yet; null if it knows it.</summary>
    public Delivery? Find(string rowKey)
    {
        lock (guard)
        {
            return waiting.GetValueOrDefault(rowKey);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(ClosingTime);
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        try
        {
            await WriteAsync(soon.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            // What was sent is sent again after the start: at least once.
        }

        stop.Dispose();
        signal.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await signal.WaitAsync(stop.Token).ConfigureAwait(false);
                await retry.ExecuteAsync(async token => await WriteAsync(token).ConfigureAwait(false), stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        while (true)
        {
            List<Delivery> batch;
            lock (guard)
            {
                batch = [.. waiting.Values.Take(BatchRows)];
            }

            if (batch.Count == 0)
            {
                return;
            }

            await state.PutAsync(StateTable.Deliveries, [.. batch.Select(d => d.ToState())], cancellation).ConfigureAwait(false);
            Forget(batch);
        }
    }

    private void Add(Delivery delivery)
    {
        lock (guard)
        {
            if (waiting.GetValueOrDefault(delivery.RowKey) is not { } known || known.Version < delivery.Version)
            {
                waiting[delivery.RowKey] = delivery;
            }
        }
    }

    private void Forget(IReadOnlyList<Delivery> written)
    {
        lock (guard)
        {
            foreach (var delivery in written)
            {
                if (waiting.GetValueOrDefault(delivery.RowKey) is { } known && known.Version <= delivery.Version)
                {
                    waiting.Remove(delivery.RowKey);
                }
            }
        }
    }

    private void Signal()
    {
        lock (guard)
        {
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }
}
