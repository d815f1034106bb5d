using System.Collections.Concurrent;

namespace Saker.Detections;

/// <summary>Workers with scratch of their own, as many as there are threads that ask for one at a time.</summary>
internal sealed class WorkerPool<T>(Func<T> create)
{
    private readonly ConcurrentBag<T> idle = [];

    public Rented Rent() => new(this, idle.TryTake(out var worker) ? worker : create());

    public readonly struct Rented(WorkerPool<T> pool, T worker) : IDisposable
    {
        public T Value => worker;

        public void Dispose() => pool.idle.Add(worker);
    }
}
