using Saker.Spl.Execution;

namespace Saker.Detections.Windows;

/// <summary>
/// The latest events that each request of the enabled detections wants, in memory, so that an open window is evaluated without asking the store.
/// For each request it says from which time on it has all of them; what is older is read from the store. Thread-safe.
/// </summary>
internal sealed class MatchCache
{
    private const int OverheadBytes = 240;

    /// <summary>
    /// A request that fills the memory wants too much for it: nothing of it is kept for as long as it took to fill, within these bounds, and windows read the store meanwhile. To copy everything
    /// that comes and to forget it again would cost more than it could ever give.
    /// </summary>
    private static readonly (TimeSpan Shortest, TimeSpan Longest) Resting = (TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));

    private readonly Lock guard = new();
    private readonly RequestCache[] requests;
    private readonly long mostBytes;
    private long bytes;
    private long lastOrdinal;

    /// <param name="count">The number of requests.</param>
    /// <param name="mostBytes">Past this the request that holds most gives up all it holds, and rests.</param>
    public MatchCache(int count, long mostBytes)
    {
        this.mostBytes = mostBytes;
        requests = [.. Enumerable.Range(0, count).Select(_ => new RequestCache())];
    }

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Says that from a time on all events of a request will be told to <see cref="Add"/>.</summary>
    public void Cover(int request, long from)
    {
        lock (guard)
        {
            requests[request].CoveredFrom = from;
        }
    }

    /// <summary>Keeps an event for the requests that want it. An event with an identity that is here already is kept once.</summary>
    /// <param name="e">Copied where it is kept.</param>
    /// <param name="identity">Null where equal events are legitimate repeats.</param>
    /// <param name="wanted">The requests.</param>
    /// <returns>Whether it was new to any of them.</returns>
    public bool Add(Event e, UInt128? identity, IReadOnlyList<int> wanted)
    {
        var isNew = false;
        lock (guard)
        {
            Entry? kept = null;
            foreach (var index in wanted)
            {
                if (requests[index].Wants(e, identity))
                {
                    kept ??= new Entry(e.TimeNanoseconds, ++lastOrdinal, e.Copied().WithOrdinal(lastOrdinal), identity);
                    requests[index].Add(kept.Value);
                    isNew = true;
                    bytes += SizeOf(kept.Value);
                }
            }

            while (bytes > mostBytes)
            {
                var largest = requests.MaxBy(r => r.Bytes)!;
                if (largest.Bytes == 0)
                {
                    break;
                }

                bytes -= largest.Rest();
            }
        }

        return isNew;
    }

    /// <summary>Forgets what is older than a time: no window that is still open reaches so far back.</summary>
    public void Forget(int request, long before)
    {
        lock (guard)
        {
            bytes -= requests[request].Forget(before);
        }
    }

    /// <summary>The events of a request in a range, in the order of time; a copy of the list, not of the events. Null if not all of them are here.</summary>
    public IReadOnlyList<Event>? Read(int request, TimeRange range)
    {
        lock (guard)
        {
            return range.Earliest >= requests[request].CoveredFrom ? requests[request].In(range) : null;
        }
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private static long SizeOf(Entry entry) => entry.Event.Raw.Length + entry.Event.Extra.Length + OverheadBytes;

    private readonly record struct Entry(long Time, long Ordinal, Event Event, UInt128? Identity);

    private sealed class RequestCache
    {
        private static readonly Comparer<Entry> ByTime = Comparer<Entry>.Create((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Ordinal.CompareTo(b.Ordinal));

        private readonly List<Entry> entries = [];
        private readonly HashSet<UInt128> identities = [];
        private bool isSorted = true;

        public long CoveredFrom { get; set; } = long.MaxValue;

        public long Bytes { get; private set; }

        /// <summary>Whether the event belongs here and is not here yet.</summary>
        public bool Wants(Event e, UInt128? identity) => e.TimeNanoseconds >= CoveredFrom && !(identity is { } known && identities.Contains(known));

        public void Add(Entry entry)
        {
            if (entry.Identity is { } identity)
            {
                identities.Add(identity);
            }

            isSorted &= entries.Count == 0 || ByTime.Compare(entries[^1], entry) <= 0;
            entries.Add(entry);
            Bytes += SizeOf(entry);
        }

        public IReadOnlyList<Event> In(TimeRange range)
        {
            Sort();
            var (start, end) = (FirstAtOrAfter(range.Earliest), FirstAtOrAfter(range.Latest));
            var found = new Event[Math.Max(0, end - start)];
            for (var i = 0; i < found.Length; i++)
            {
                found[i] = entries[start + i].Event;
            }

            return found;
        }

        public long Forget(long before)
        {
            Sort();
            var end = FirstAtOrAfter(before);
            long forgotten = 0;
            for (var i = 0; i < end; i++)
            {
                forgotten += SizeOf(entries[i]);
                if (entries[i].Identity is { } identity)
                {
                    identities.Remove(identity);
                }
            }

            entries.RemoveRange(0, end);
            Bytes -= forgotten;
            CoveredFrom = CoveredFrom == long.MaxValue ? CoveredFrom : Math.Max(CoveredFrom, before);
            return forgotten;
        }

        /// <summary>Forgets everything, and keeps nothing that happens before the rest is over.</summary>
        public long Rest()
        {
            Sort();
            var (first, last) = (entries[0].Time, entries[^1].Time);
            var forgotten = Forget(last + 1);
            entries.TrimExcess();
            identities.TrimExcess();
            CoveredFrom = last + Math.Clamp(last - first, Nanoseconds(Resting.Shortest), Nanoseconds(Resting.Longest));
            return forgotten;
        }

        private void Sort()
        {
            if (!isSorted)
            {
                entries.Sort(ByTime);
                isSorted = true;
            }
        }

        private int FirstAtOrAfter(long time)
        {
            var (low, high) = (0, entries.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = entries[middle].Time < time ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }
}
