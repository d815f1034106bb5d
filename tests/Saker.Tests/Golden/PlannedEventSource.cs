using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Xunit;

namespace Saker.Tests.Golden;

/// <summary>
/// Gives a search only the events that its plan's requests, asked before it ran, let through, as a scan that collects events in one pass does.
/// A request that the plan does not tell of fails the test.
/// </summary>
internal sealed class PlannedEventSource(SearchPlan plan, IReadOnlyList<Event> events) : IEventSource
{
    private readonly IReadOnlyList<SourceRequest> requests = plan.Requests;

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        var told = request.PlannedAs ?? request;
        Assert.Contains(requests, r => r.IsMetrics == told.IsMetrics && r.Predicate.ToString() == told.Predicate.ToString());
        var fields = new FieldTable();
        var predicate = told.Predicate.WithoutSubsearches();
        var extractor = new FieldExtractor(FieldNeed.Of(predicate.FieldsRead()), fields);
        var holds = SearchPredicate.Compile(predicate, fields);
        foreach (var e in events.Where(e => e.IsMetric == request.IsMetrics && range.Contains(e.TimeNanoseconds)))
        {
            var row = new Row();
            extractor.Extract(e, row);
            if (holds(row))
            {
                yield return e;
            }
        }
    }
}
