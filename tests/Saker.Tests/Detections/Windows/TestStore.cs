using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores;

namespace Saker.Tests.Detections.Windows;

/// <summary>A store in memory that gives each event with an identity once, as a real one does; it can be out of reach.</summary>
internal sealed class TestStore : IEventStore
{
    private readonly List<Event> events = [];
    private readonly HashSet<UInt128> identities = [];

    public bool IsDown { get; set; }

    /// <summary>What reading ends with.</summary>
    public Exception? Failure { get; set; }

    public int Reads { get; private set; }

    /// <summary>Happens once, behind the next read.</summary>
    public Action? BehindRead { get; set; }

    public Task InsertAsync(IReadOnlyList<ReceivedEvent> received, string deduplicationToken, CancellationToken cancellation)
    {
        foreach (var one in received)
        {
            if (one.Identity is not { } identity || identities.Add(identity))
            {
                events.Add(With(one.Event, one.Identity));
            }
        }

        return Task.CompletedTask;
    }

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        Reads++;
        IReadOnlyList<Event> read = IsDown ? throw new StoreUnavailableException("down")
            : Failure is not null ? throw Failure
            : [.. events.Where(e => e.IsMetric == request.IsMetrics && range.Contains(e.TimeNanoseconds))];
        var behind = BehindRead;
        BehindRead = null;
        behind?.Invoke();
        return read;
    }

    private static Event With(Event e, UInt128? identity) => new()
    {
        Raw = e.Raw.ToArray(),
        Extra = e.Extra.ToArray(),
        TimeNanoseconds = e.TimeNanoseconds,
        IndexTimeNanoseconds = e.IndexTimeNanoseconds,
        Index = e.Index,
        Source = e.Source,
        Sourcetype = e.Sourcetype,
        Host = e.Host,
        Cluster = e.Cluster,
        IsMetric = e.IsMetric,
        Identity = identity,
    };
}
