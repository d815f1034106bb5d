namespace Saker.Detections.Windows;

/// <summary>Wakes one waiter; a signal that nobody waited for is kept for the next.</summary>
internal sealed class AsyncSignal
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Set()
    {
        try
        {
            semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set.
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => semaphore.WaitAsync(cancellation);
}
