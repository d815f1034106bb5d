using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>
/// Asks every request of every enabled detection of an event at once: the fields that any of them reads are taken from the bytes in one
/// pass, equal predicates are asked once. One instance a thread.
/// </summary>
internal sealed class HeadMatcher
{
    private readonly FieldTable fields = new();
    private readonly FieldExtractor forEvents;
    private readonly FieldExtractor forMetrics;
    private readonly (RowPredicate Holds, int[] Requests)[] onEvents;
    private readonly (RowPredicate Holds, int[] Requests)[] onMetrics;
    private readonly Row row = new(64);
    private readonly List<int> matched = [];

    public HeadMatcher(IReadOnlyList<SourceRequest> requests)
    {
        onEvents = Compile(requests, metrics: false, out forEvents);
        onMetrics = Compile(requests, metrics: true, out forMetrics);
    }

    /// <summary>The indexes of the requests that want this event, ascending; valid until the next call.</summary>
    public IReadOnlyList<int> Match(Event e)
    {
        matched.Clear();
        var predicates = e.IsMetric ? onMetrics : onEvents;
        if (predicates.Length == 0)
        {
            return matched;
        }

        row.Clear();
        (e.IsMetric ? forMetrics : forEvents).Extract(e, row);
        foreach (var (holds, requests) in predicates)
        {
            if (holds(row))
            {
                matched.AddRange(requests);
            }
        }

        if (matched.Count > 1)
        {
            matched.Sort();
        }

        return matched;
    }

    private (RowPredicate, int[])[] Compile(IReadOnlyList<SourceRequest> requests, bool metrics, out FieldExtractor extractor)
    {
        var mine = requests.Select((request, index) => (request, index)).Where(r => r.request.IsMetrics == metrics).ToList();
        var needed = mine.SelectMany(r => Predicate(r.request).FieldsRead()).Distinct();
        extractor = new FieldExtractor(FieldNeed.Of(needed), fields);
        return
        [
            .. mine.GroupBy(r => Predicate(r.request).ToString(), StringComparer.Ordinal)
                .Select(g => (SearchPredicate.Compile(Predicate(g.First().request), fields), g.Select(r => r.index).ToArray())),
        ];
    }

    /// <summary>A metrics request wants its metrics only, besides what its filter says.</summary>
    internal static SearchExpression Predicate(SourceRequest request) => request.IsMetrics && request.Metrics.Count > 0
        ? request.Predicate.WithoutSubsearches().And(new SearchIn(Spl.Commands.Mstats.MetricName, [.. request.Metrics.Select(m => m.Text)]))
        : request.Predicate.WithoutSubsearches();
}
