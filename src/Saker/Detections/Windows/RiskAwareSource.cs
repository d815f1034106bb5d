using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Windows;

/// <summary>Events of the store, and the risk events that stand to searches that ask for <c>index=risk</c> or <c>index=notable</c>.</summary>
internal sealed class RiskAwareSource(IEventSource store, RiskEventLog log) : IEventSource
{
    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        var events = store.Read(request, range, cancellation);
        return !request.IsMetrics && MayWantRisk(request.Predicate) ? events.Concat(log.ReadAsync(range, cancellation).ToBlockingEnumerable(cancellation).Select(s => s.Indexed)) : events;
    }

    /// <summary>Whether a search names the index of risk events or of findings, or all of them by a pattern.</summary>
    public static bool MayWantRisk(SearchExpression predicate) => predicate.Subexpressions().Any(e => e switch
    {
        SearchComparison { Field: "index" } comparison => Names(comparison.Value),
        SearchIn { Field: "index" } list => list.Values.Any(Names),
        _ => false,
    });

    private static bool Names(string pattern) => Content.Glob.Matches(pattern, RiskIndex.Name) || Content.Glob.Matches(pattern, RiskIndex.Notable);
}
