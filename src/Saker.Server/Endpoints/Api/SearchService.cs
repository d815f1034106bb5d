using Saker.Content;
using Saker.Detections;
using Saker.Server.Configuration;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Server.Endpoints.Api;

/// <summary>Searches over the store within bounds: of time, rows, memory, and of how many run at once.</summary>
internal sealed class SearchService(IEventSource store, Func<ContentLibrary> content, SearchSettings settings, TimeProvider clock, CancellationToken stopping)
{
    private int running;

    public SearchSettings Settings => settings;

    /// <summary>Set when the server stops.</summary>
    public CancellationToken Stopping => stopping;

    public int Running => Volatile.Read(ref running);

    /// <summary>Throws <see cref="SplException"/> with every mistake in it.</summary>
    public SearchPlan Plan(SearchRequest request)
    {
        var plan = SearchPlanner.Plan(new SourceText("search", request.Search), content().Macros);
        var missing = plan.MissingLookups(new ContentLookups(content())).ToList();
        return missing.Count > 0 ? throw new SplException(missing) : plan;
    }

    public SearchResult Run(SearchPlan plan, SearchRequest request, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var bounds = new ScanSettings { Earliest = request.Earliest, Latest = request.Latest }.Bounds(now);
        var context = new SearchContext
        {
            Source = store,
            Now = now,
            Range = bounds,
            Lookups = new ContentLookups(content()),
            Memory = new MemoryBudget(settings.MemoryBytes),
            MostDiskBytes = settings.DiskBytes,
            Cancellation = cancellation,
        };
        return new SearchResult(plan.Run(context), context);
    }

    public bool TryBegin()
    {
        if (Interlocked.Increment(ref running) <= settings.AtOnce)
        {
            return true;
        }

        End();
        return false;
    }

    public void End() => Interlocked.Decrement(ref running);
}
