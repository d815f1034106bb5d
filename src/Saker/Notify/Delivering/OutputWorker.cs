using Saker.Notify.Outputs;
using Saker.Stores;

namespace Saker.Notify.Delivering;

/// <summary>How an output is doing.</summary>
internal sealed record OutputStatus(string Name, string Type, int Waiting, long Sent, long Failed, long Dead, DateTimeOffset? LastSent, string LastError, DateTimeOffset? PausedUntil);

/// <summary>Sends what waits for one output, one message after the other; other outputs have their own.</summary>
internal sealed class OutputWorker(OutputSettings settings, IOutput output, DeliveryQueue queue, DeliveryRecorder recorder, IStateStore state, DeliveryTiming timing, TimeProvider clock, Action<string> report)
{
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);

    private DateTimeOffset pausedUntil;
    private int failures;
    private double tokens = Math.Max(1, settings.MostPerMinute / 4.0);
    private DateTimeOffset filled = clock.GetUtcNow();
    private long sent;
    private long failed;
    private long dead;
    private DateTimeOffset? lastSent;
    private string lastError = "";

    public OutputSettings Settings => settings;

    public DeliveryQueue Queue => queue;

    public OutputStatus Status => new(
        settings.Name, settings.Type, queue.Count, Interlocked.Read(ref sent), Interlocked.Read(ref failed), Interlocked.Read(ref dead), lastSent, lastError,
        pausedUntil > clock.GetUtcNow() ? pausedUntil : null);

    /// <summary>Works until it is cancelled; a message under way is ended or broken off.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await StepAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
            }
            catch (Exception mistake)
            {
                // One output's mistake stops no other, and not itself for good.
                report($"output {settings.Name}: {mistake}");
                await Task.Delay(timing.FirstPause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await output.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if ((pausedUntil - now is var pause && pause > TimeSpan.Zero) || (pause = UntilAllowed(now)) > TimeSpan.Zero)
        {
            await Task.Delay(pause < TimeSpan.FromMinutes(1) ? pause : TimeSpan.FromMinutes(1), clock, cancellation).ConfigureAwait(false);
            return;
        }

        var (batch, next) = queue.Take(now, output.MostAtOnce);
        if (batch.Count == 0)
        {
            await queue.WaitAsync(next - now, clock, cancellation).ConfigureAwait(false);
            return;
        }

        var (loaded, notices) = (new List<DeliveryQueue.Item>(), new List<Notice>());
        try
        {
            foreach (var item in batch)
            {
                if (await LoadAsync(item, cancellation).ConfigureAwait(false) is { } notice)
                {
                    loaded.Add(item);
                    notices.Add(notice);
                }
            }
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            queue.Return(batch);
            pausedUntil = now + StoreDown;
            return;
        }

        foreach (var lost in batch.Except(loaded))
        {
            recorder.Record(queue.Settle(lost, row => row with { State = DeliveryState.Dead, LastError = "the store does not have what it says" }));
        }

        if (loaded.Count > 0)
        {
            tokens--;
            Settle(loaded, notices, await TryAsync(notices, cancellation).ConfigureAwait(false), cancellation);
        }
    }

    /// <summary>What is to be told: from memory, or the store where there is too much of it.</summary>
    private async Task<Notice?> LoadAsync(DeliveryQueue.Item item, CancellationToken cancellation)
    {
        if (item.Row.Notice is { } held)
        {
            return held;
        }

        var rowKey = item.Row.RowKey;
        var notice = recorder.Find(rowKey)?.Notice
            ?? (await state.FindAsync(StateTable.Deliveries, rowKey, cancellation).ConfigureAwait(false) is { } found ? Delivery.Read(found).Notice : null);
        queue.Load(item, notice);
        return notice;
    }

    /// <summary>Null if it was taken.</summary>
    private async Task<DeliveryException?> TryAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await output.SendAsync(notices, either.Token).ConfigureAwait(false);
            return null;
        }
        catch (DeliveryException failure)
        {
            return failure;
        }
        catch (OperationCanceledException)
        {
            return new DeliveryException(cancellation.IsCancellationRequested ? "broken off: saker stops" : $"no answer within {settings.TimeoutSeconds} s");
        }
        catch (Exception mistake)
        {
            report($"output {settings.Name}: {mistake}");
            return new DeliveryException(mistake.Message, mistake);
        }
    }

    private void Settle(IReadOnlyList<DeliveryQueue.Item> batch, List<Notice> notices, DeliveryException? failure, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (failure is null)
        {
            if (failures > 0)
            {
                report($"output {settings.Name}: is back");
            }

            failures = 0;
            lastSent = now;
            Interlocked.Add(ref sent, batch.Count);
            foreach (var item in batch)
            {
                recorder.Record(queue.Settle(item, row => row with { State = DeliveryState.Sent, Tries = row.Tries + 1, SentAt = now, LastError = "", MayHaveArrived = true, Notice = null }));
            }

            return;
        }

        lastError = failure.Message;
        Interlocked.Increment(ref failed);
        var isAlone = batch.Count == 1;
        if (!failure.IsRefused && !cancellation.IsCancellationRequested)
        {
            if (failures++ == 0)
            {
                report($"output {settings.Name}: {failure.Message}; it is tried again");
            }

            var pause = DeliveryTiming.BackOff(timing.FirstPause, timing.LongestOutputPause, failures);
            pausedUntil = now + (failure.RetryAfter is { } asked && asked > pause ? asked : pause);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            var (item, notice) = (batch[i], notices[i]);
            recorder.Record(queue.Settle(item, row => Failed(row with { Notice = notice }, failure, isAlone, now), goesAlone: failure.IsRefused && !isAlone));
        }
    }

    private Delivery Failed(Delivery row, DeliveryException failure, bool isAlone, DateTimeOffset now)
    {
        var tried = row with { Tries = row.Tries + 1, LastError = failure.Message, MayHaveArrived = row.MayHaveArrived || !failure.CannotHaveArrived };
        if (tried.IsWithdrawn)
        {
            return tried with { State = DeliveryState.Cancelled, Notice = null };
        }

        if (failure.IsRefused && !isAlone)
        {
            return tried;
        }

        if (failure.IsRefused || tried.Tries >= settings.MostTries || now - tried.Since > settings.GiveUpAfter)
        {
            Interlocked.Increment(ref dead);
            report($"output {settings.Name}: given up after {tried.Tries} tr{(tried.Tries == 1 ? "y" : "ies")}: {failure.Message}");
            return tried with { State = DeliveryState.Dead };
        }

        return tried with { Due = now + DeliveryTiming.BackOff(timing.FirstPause, timing.LongestPause, tried.Tries) };
    }

    /// <summary>How long until the rate limit lets another message through. A quarter of a minute's share may go at once.</summary>
    private TimeSpan UntilAllowed(DateTimeOffset now)
    {
        if (settings.MostPerMinute == 0)
        {
            return TimeSpan.Zero;
        }

        var passed = Math.Max(0, (now - filled).TotalMinutes);
        filled = now;
        tokens = Math.Min(Math.Max(1, settings.MostPerMinute / 4.0), tokens + (passed * settings.MostPerMinute));
        return tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromMinutes((1 - tokens) / settings.MostPerMinute);
    }
}
