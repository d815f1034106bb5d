using System.Collections.Concurrent;
using Saker.Server.Receiving;

namespace Saker.Server.Auth;

/// <summary>
/// How much each token may send: a bucket that fills by its bytes a second and holds four seconds' worth. A body is paid for when it has been read, so a bucket may go below zero,
/// and the next request waits until it is filled again.
/// </summary>
internal sealed class RateLimits(TimeProvider clock)
{
    private const int SecondsHeld = 4;
    private readonly ConcurrentDictionary<string, Bucket> buckets = [];

    /// <summary>The limit of tokens that have none of their own; 0 for none.</summary>
    public long BytesPerSecond { get; set; }

    /// <summary>Throws <see cref="BodyRefusedException"/> if the caller has to wait.</summary>
    public void Check(Caller caller)
    {
        if (RateOf(caller) is var rate and > 0 && BucketOf(caller, rate).Wait(rate, clock) is var wait && wait > TimeSpan.Zero)
        {
            throw new BodyRefusedException(BodyFault.OverRate, "this token sent more than its share; try again later") { RetryAfter = wait };
        }
    }

    public void Pay(Caller caller, long bytes)
    {
        if (RateOf(caller) is var rate and > 0)
        {
            BucketOf(caller, rate).Take(bytes);
        }
    }

    private long RateOf(Caller caller) => caller.Rules.BytesPerSecond > 0 ? caller.Rules.BytesPerSecond : BytesPerSecond;

    private Bucket BucketOf(Caller caller, long rate) => buckets.GetOrAdd(caller.Name, _ => new Bucket(rate * SecondsHeld, clock.GetTimestamp()));

    private sealed class Bucket(long full, long now)
    {
        private readonly Lock gate = new();
        private double left = full;
        private long filled = now;

        public TimeSpan Wait(long rate, TimeProvider clock)
        {
            lock (gate)
            {
                var now = clock.GetTimestamp();
                left = Math.Min(rate * SecondsHeld, left + (clock.GetElapsedTime(filled, now).TotalSeconds * rate));
                filled = now;
                return left > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-left / rate) + TimeSpan.FromMilliseconds(1);
            }
        }

        public void Take(long bytes)
        {
            lock (gate)
            {
                left -= bytes;
            }
        }
    }
}
