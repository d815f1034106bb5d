using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Tests.Server;

/// <summary>Events to search, which can be held back until the search is cancelled.</summary>
internal sealed class HeldEvents : IEventSource
{
    public List<Event> Items { get; } = [];

    public bool Wait { get; set; }

    public bool IsWaiting { get; private set; }

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        if (Wait)
        {
            IsWaiting = true;
            cancellation.WaitHandle.WaitOne();
            cancellation.ThrowIfCancellationRequested();
        }

        return Items.Where(e => e.IsMetric == request.IsMetrics && range.Contains(e.TimeNanoseconds));
    }
}
