using System.Collections.Concurrent;

namespace Saker.Server.Endpoints.Hec;

/// <summary>
/// Acknowledgement ids, counted from 0 on each channel. A batch is given its id after it is on disk, so an id that was given out is true; it is told once, as Splunk does, and
/// then forgotten. Ids of before a restart are unknown: their batches are on disk nonetheless, and a client that sends them again stores audit events once.
/// </summary>
internal sealed class HecChannels(TimeProvider clock)
{
    private const int MostChannels = 10_000;
    private const int MostUntold = 100_000;
    private static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Token, Guid Channel), Channel> channels = [];
    private long swept = clock.GetTimestamp();

    /// <summary>An id for a batch that is on disk.</summary>
    public long Give(string token, Guid channel)
    {
        Sweep();
        return channels.GetOrAdd((token, channel), _ => new Channel()).Give(clock.GetTimestamp());
    }

    /// <summary>Whether an id was given out and not yet asked for.</summary>
    public bool Ask(string token, Guid channel, long id) => channels.TryGetValue((token, channel), out var known) && known.Ask(id, clock.GetTimestamp());

    /// <summary>Forgets channels that nobody used for ten minutes, and all older half if there are too many.</summary>
    private void Sweep()
    {
        var isFull = channels.Count >= MostChannels;
        if (!isFull && clock.GetElapsedTime(Volatile.Read(ref swept)) < TimeSpan.FromMinutes(1))
        {
            return;
        }

        Volatile.Write(ref swept, clock.GetTimestamp());
        foreach (var (key, channel) in channels)
        {
            if (clock.GetElapsedTime(channel.Used) > IdleFor)
            {
                channels.TryRemove(key, out _);
            }
        }

        if (channels.Count >= MostChannels)
        {
            foreach (var (key, _) in channels.OrderBy(c => c.Value.Used).Take(MostChannels / 2).ToList())
            {
                channels.TryRemove(key, out _);
            }
        }
    }

    private sealed class Channel
    {
        private readonly Lock gate = new();
        private readonly HashSet<long> untold = [];
        private readonly Queue<long> order = [];
        private long next;

        public long Used { get; private set; }

        public long Give(long now)
        {
            lock (gate)
            {
                Used = now;
                if (order.Count >= MostUntold)
                {
                    untold.Remove(order.Dequeue());
                }

                untold.Add(next);
                order.Enqueue(next);
                return next++;
            }
        }

        public bool Ask(long id, long now)
        {
            lock (gate)
            {
                Used = now;
                return untold.Remove(id);
            }
        }
    }
}
