using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections.Windows;

/// <summary>The events of one evaluation, out of the cache: a list a request, as it stood when the evaluation began.</summary>
internal sealed class CachedWindow(IReadOnlyList<SourceRequest> requests, IReadOnlyList<IReadOnlyList<Event>> events) : IMatchedSource
{
    private readonly Dictionary<long, Event> byOrdinal = events.SelectMany(e => e).DistinctBy(e => e.Ordinal).ToDictionary(e => e.Ordinal);

    public long Matched => byOrdinal.Count;

    public Event Read(long ordinal) => byOrdinal[ordinal];

    public long TimeOf(long ordinal) => byOrdinal[ordinal].TimeNanoseconds;

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var wanted = request.PlannedAs ?? request;
        for (var i = 0; i < requests.Count; i++)
        {
            if (ReferenceEquals(requests[i], wanted))
            {
                return events[i].Where(e => range.Contains(e.TimeNanoseconds));
            }
        }

        throw new InvalidOperationException($"no events were collected for {request.Predicate}");
    }
}

/// <summary>The events of one evaluation, read from the store into a spool, each once.</summary>
internal static class StoredWindow
{
    /// <summary>Reads what a plan's requests want of a window.</summary>
    /// <exception cref="Stores.StoreUnavailableException">Try again later.</exception>
    public static EventSpool Read(IEventSource store, PreparedDetection prepared, Func<SourceRequest, TimeRange> rangeOf, string temporaryDirectory, CancellationToken cancellation)
    {
        var requests = prepared.Plan.Requests;
        var spool = new EventSpool(requests, temporaryDirectory);
        try
        {
            var matcher = new HeadMatcher(requests);
            var ranges = requests.Select(rangeOf).ToList();
            for (var i = 0; i < requests.Count; i++)
            {
                using var copies = new CopyBuffer();
                foreach (var e in store.Read(requests[i], ranges[i], cancellation))
                {
                    var wanted = matcher.Match(e).Where(r => ranges[r].Contains(e.TimeNanoseconds)).ToArray();
                    // What several requests want is one event: it is taken when the first of them is read.
                    if (wanted.Length > 0 && wanted[0] == i)
                    {
                        spool.Add(MatchedEvent.Copy(e, KindOf(e), wanted, copies));
                    }
                }
            }

            spool.Complete();
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>What decides whether a repeat of an event is the same event: a store that gives each event once does not care.</summary>
    private static EventKind KindOf(Event e) => e.IsMetric ? EventKind.Metric : EventKind.Other;
}
