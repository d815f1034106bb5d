using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>
/// The events that matched, each once, for the searches to read: in memory up to a bound, past it in a temporary file. An event that
/// came twice is there once.
/// </summary>
internal sealed class EventSpool : IMatchedSource, IDisposable
{
    public const int DefaultMemoryBytes = 32 << 20;

    private readonly IReadOnlyList<SourceRequest> requests;
    private readonly RequestEntries[] entries;
    private readonly SpoolStorage storage;
    private readonly DuplicateFinder duplicates;

    public EventSpool(IReadOnlyList<SourceRequest> requests, string temporaryDirectory, int memoryBytes = DefaultMemoryBytes)
    {
        this.requests = requests;
        entries = [.. requests.Select(_ => new RequestEntries())];
        storage = new SpoolStorage(temporaryDirectory, memoryBytes);
        duplicates = new DuplicateFinder(temporaryDirectory);
    }

    /// <summary>How many events matched, those that came twice included.</summary>
    public long Count => storage.Count;

    /// <summary>How many were dropped because the same event was there before. Known after <see cref="Complete"/>.</summary>
    public long DuplicateCount => duplicates.Count;

    /// <summary>How many cannot be told from a repeat of themselves: lines of text, data points.</summary>
    public long WithoutIdentity { get; private set; }

    /// <summary>How many matched data points name no cluster: a search that groups by it leaves them out.</summary>
    public long WithoutCluster { get; private set; }

    public void Add(MatchedEvent matched)
    {
        WithoutCluster += matched.Event.IsMetric && matched.Event.Cluster.Length == 0 ? 1 : 0;
        var ordinal = storage.Add(matched.Event);
        if (matched.Identity is { } identity)
        {
            duplicates.Add(identity, ordinal);
        }
        else
        {
            WithoutIdentity++;
        }

        foreach (var request in matched.Requests)
        {
            entries[request].Add(ordinal, matched.Event.TimeNanoseconds);
        }
    }

    /// <summary>To be called once, after the last event and before the first read.</summary>
    public void Complete()
    {
        storage.Complete();
        duplicates.Complete();
    }

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        foreach (var e in storage.Read(Unrepeated(request, range)))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return e;
        }
    }

    /// <summary>One event, by the number that its rows carry as evidence.</summary>
    public Event Read(long ordinal) => storage.Read(ordinal);

    public long TimeOf(long ordinal) => storage.TimeOf(ordinal);

    /// <summary>Whether the same event was there before.</summary>
    public bool IsDuplicate(long ordinal) => duplicates.IsDuplicate(ordinal);

    /// <summary>Whether any event that the request wants lies in the range.</summary>
    public bool Any(SourceRequest request, TimeRange range) => Entries(request).In(range).Any();

    /// <summary>How many events the request wants, duplicates left out.</summary>
    public long CountOf(SourceRequest request) => Unrepeated(request, TimeRange.All).LongCount();

    public void Dispose()
    {
        storage.Dispose();
        duplicates.Dispose();
    }

    private IEnumerable<long> Unrepeated(SourceRequest request, TimeRange range)
    {
        foreach (var ordinal in Entries(request).In(range))
        {
            if (!duplicates.IsDuplicate(ordinal))
            {
                yield return ordinal;
            }
        }
    }

    private RequestEntries Entries(SourceRequest request)
    {
        request = request.PlannedAs ?? request;
        for (var i = 0; i < requests.Count; i++)
        {
            if (ReferenceEquals(requests[i], request) || requests[i] == request)
            {
                return entries[i];
            }
        }

        // A plan made anew for the same search asks with an equal request that is another object.
        var text = Describe(request);
        for (var i = 0; i < requests.Count; i++)
        {
            if (Describe(requests[i]) == text)
            {
                return entries[i];
            }
        }

        throw new InvalidOperationException($"no events were collected for {text}");
    }

    private static string Describe(SourceRequest request) => $"{request.IsMetrics} {string.Join(' ', request.Metrics.Select(m => m.Text))} {request.Predicate}";

    /// <summary>The events of one request: ordinal and time, in the order they came until a range asks for the order of time.</summary>
    private sealed class RequestEntries
    {
        private readonly ChunkedList<(long Time, long Ordinal)> list = new();
        private (long Time, long Ordinal)[]? byTime;

        public void Add(long ordinal, long time) => list.Add((time, ordinal));

        public IEnumerable<long> In(TimeRange range) => range == TimeRange.All ? AsTheyCame() : FromTo(ByTime(), range);

        private IEnumerable<long> AsTheyCame()
        {
            for (var i = 0; i < list.Count; i++)
            {
                yield return list[i].Ordinal;
            }
        }

        private (long Time, long Ordinal)[] ByTime()
        {
            if (byTime is null)
            {
                byTime = [.. list.All()];
                Array.Sort(byTime);
            }

            return byTime;
        }

        private static IEnumerable<long> FromTo((long Time, long Ordinal)[] byTime, TimeRange range)
        {
            var start = Array.BinarySearch(byTime, (range.Earliest, long.MinValue));
            for (var i = start < 0 ? ~start : start; i < byTime.Length && byTime[i].Time < range.Latest; i++)
            {
                yield return byTime[i].Ordinal;
            }
        }
    }
}
