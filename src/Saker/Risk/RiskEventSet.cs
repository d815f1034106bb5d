using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>
/// Risk events by id: those of the same id are one. Any number of them in bounded memory; read once, in the order of the time of
/// their first event.
/// </summary>
internal sealed class RiskEventSet(IReadOnlyList<Detection> detections, string temporaryDirectory) : IDisposable
{
    private const long MostHeldBytes = 8 << 20;

    private readonly SortedRuns<Key128, RiskEvent> byId = new(temporaryDirectory, (w, _, e) => new RiskEventCodec(detections).Write(w, e), r => Keyed(detections, r), (a, b) => a.Merge(b));
    private readonly Dictionary<Key128, RiskEvent> held = [];
    private SortedRuns<TimeKey, RiskEvent>? byTime;
    private long heldBytes;

    /// <summary>How many were added, those that merged into others included.</summary>
    public long Added { get; private set; }

    public void Add(RiskEvent e)
    {
        Added++;
        if (held.TryGetValue(e.Id, out var present))
        {
            held[e.Id] = present.Merge(e);
            return;
        }

        held[e.Id] = e;
        heldBytes += Size(e);
        if (heldBytes > MostHeldBytes)
        {
            byId.Add(held.OrderBy(h => h.Key));
            held.Clear();
            heldBytes = 0;
            MemoryPressure.Relieve();
        }
    }

    /// <summary>All of them, in order; to be enumerated once.</summary>
    public IEnumerable<RiskEvent> InOrder()
    {
        if (byId.Count == 0)
        {
            var events = held.Values.ToList();
            events.Sort((a, b) => TimeKey.Of(a).CompareTo(TimeKey.Of(b)));
            return events;
        }

        var codec = new RiskEventCodec(detections);
        byTime = new(temporaryDirectory, (w, _, e) => codec.Write(w, e), r => codec.Read(r) is var e ? (TimeKey.Of(e), e) : default, (a, _) => a);
        var batch = new List<KeyValuePair<TimeKey, RiskEvent>>();
        long bytes = 0;
        foreach (var (_, e) in byId.Merge(held.OrderBy(h => h.Key)))
        {
            batch.Add(new(TimeKey.Of(e), e));
            bytes += Size(e);
            if (bytes > MostHeldBytes)
            {
                byTime.Add(batch.OrderBy(b => b.Key));
                batch.Clear();
                bytes = 0;
                MemoryPressure.Relieve();
            }
        }

        held.Clear();
        return byTime.Merge(batch.OrderBy(b => b.Key)).Select(m => m.State);
    }

    public void Dispose()
    {
        byId.Dispose();
        byTime?.Dispose();
    }

    private static (Key128, RiskEvent) Keyed(IReadOnlyList<Detection> detections, BinaryReader reader)
    {
        var e = new RiskEventCodec(detections).Read(reader);
        return (e.Id, e);
    }

    private static long Size(RiskEvent e) =>
        800 + (2 * e.Message.Length) + (8 * e.Evidence.Named.Length) + e.Fields.Sum(f => 80 + f.Value.Sum(v => 40 + (2 * v.Length))) + e.Context.Sum(f => 80 + f.Value.Sum(v => 40 + (2 * v.Length))) + e.ThreatObjects.Sum(t => 96 + (2 * t.Value.Length));

    private readonly record struct TimeKey(long Time, string Detection, Key128 Id) : IComparable<TimeKey>
    {
        public static TimeKey Of(RiskEvent e) => new(e.FirstNanoseconds, e.Detection.Name, e.Id);

        public int CompareTo(TimeKey other)
        {
            var order = Time.CompareTo(other.Time);
            order = order != 0 ? order : string.CompareOrdinal(Detection, other.Detection);
            return order != 0 ? order : Id.CompareTo(other.Id);
        }
    }
}
