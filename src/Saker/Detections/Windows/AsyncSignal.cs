namespace Saker.Detections.Windows;

/// <summary>Wakes one waiter; a signal that nobody waited for is kept for the next.</summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource source = New();

    public void Set() => Volatile.Read(ref source).TrySetResult();

    /// <summary>Ends at the next signal, or at once for one that was not waited for.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var waited = Volatile.Read(ref source);
        await waited.Task.WaitAsync(cancellation).ConfigureAwait(false);
        Interlocked.CompareExchange(ref source, New(), waited);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
