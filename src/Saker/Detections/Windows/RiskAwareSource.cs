using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Stores;

namespace Saker.Detections.Windows;

/// <summary>Events of the store, and the risk events that stand to searches that ask for <c>index=risk</c> or <c>index=notable</c>; the ledger under <c>index=_saker</c>.</summary>
internal sealed class RiskAwareSource(IEventSource store, RiskEventLog log, IStateStore state) : IEventSource
{
    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        var events = store.Read(request, range, cancellation);
        if (!request.IsMetrics && MayWantLedger(request.Predicate))
        {
            events = events.Concat(state.ReadAsync(StateTable.Windows, range, cancellation).ToBlockingEnumerable(cancellation).Select(LedgerRow.EventOf));
        }

        if (request.IsMetrics || !MayWantRisk(request.Predicate))
        {
            return events;
        }

        var hasCanary = NamesIndex(request.Predicate, NamesCanary);
        return events.Concat(log.ReadAsync(range, cancellation).ToBlockingEnumerable(cancellation).Select(s => s.Indexed).Where(e => hasCanary || e.Index != Content.Canary.Index));
    }

    /// <summary>Whether a search names the index of risk events or of findings, or all of them by a pattern.</summary>
    public static bool MayWantRisk(SearchExpression predicate) => NamesIndex(predicate, Names);

    /// <summary>Whether a search names the index of the ledger; as with Splunk's own, a pattern must begin as it does: <c>index=*</c> leaves it out.</summary>
    public static bool MayWantLedger(SearchExpression predicate) => NamesIndex(predicate, pattern => pattern.StartsWith('_') && Content.Glob.Matches(pattern, LedgerRow.Index));

    private static bool NamesIndex(SearchExpression predicate, Func<string, bool> names) => predicate.Subexpressions().Any(e => e switch
    {
        SearchComparison { Field: "index" } comparison => names(comparison.Value),
        SearchIn { Field: "index" } list => list.Values.Any(names),
        _ => false,
    });

    private static bool NamesCanary(string pattern) => pattern.StartsWith('_') && Content.Glob.Matches(pattern, Content.Canary.Index);

    private static bool Names(string pattern) => NamesCanary(pattern) || Content.Glob.Matches(pattern, RiskIndex.Name) || Content.Glob.Matches(pattern, RiskIndex.Notable);
}
