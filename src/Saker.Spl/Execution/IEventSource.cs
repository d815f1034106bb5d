using Saker.Spl.Planning;

namespace Saker.Spl.Execution;

/// <summary>Where a search's events come from: files that were scanned, a store, a test's inline events.</summary>
public interface IEventSource
{
    /// <summary>
    /// The events that the request may want, in any order. May give more than asked (the engine filters again), never less.
    /// An event and its buffers must stay unchanged until the enumeration is disposed.
    /// </summary>
    IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation);
}

/// <summary>A stretch of time in nanoseconds since 1970: from <c>Earliest</c> up to, but without, <c>Latest</c>.</summary>
public readonly record struct TimeRange(long Earliest, long Latest)
{
    public static readonly TimeRange All = new(long.MinValue, long.MaxValue);

    public bool Contains(long time) => time >= Earliest && time < Latest;

    public TimeRange Intersect(TimeRange other) => new(Math.Max(Earliest, other.Earliest), Math.Min(Latest, other.Latest));

    public static long Nanoseconds(DateTimeOffset time)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        return ticks > long.MaxValue / 100 ? long.MaxValue : ticks < long.MinValue / 100 ? long.MinValue : ticks * 100;
    }
}

/// <summary>Events held in memory: for tests, and small inputs.</summary>
public sealed class MemoryEventSource(IReadOnlyList<Event> events) : IEventSource
{
    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation) =>
        events.Where(e => e.IsMetric == request.IsMetrics && range.Contains(e.TimeNanoseconds));
}
