using Saker.Spl.Commands;
using Saker.Spl.Execution;

namespace Saker.Spl.Planning;

/// <summary>
/// A search whose <c>stats</c> is computed a stretch of events at a time, by several threads: no event need be kept for it. The rows are those that the
/// search gives over all events at once.
/// </summary>
public sealed class PartialSearch : IDisposable
{
    private readonly SearchPlan plan;
    private readonly Stats stats;
    private readonly SearchContext context;
    private readonly Grouping groups;

    private PartialSearch(SearchPlan plan, Stats stats, SearchContext context)
    {
        (this.plan, this.stats, this.context) = (plan, stats, context);
        groups = new Grouping(stats.Calls, stats.By, context, "stats") { AlwaysOneRow = stats.By.Count == 0, DistinctSplits = stats.DistinctSplits };
    }

    /// <summary>
    /// Null where the search needs its events together: their order shows, it reads them more than once, its filter asks what time it is, or sums of
    /// fractions would end in other digits. <paramref name="context"/> gives memory and disk; its source is not read.
    /// </summary>
    public static PartialSearch? Of(SearchPlan plan, SearchContext context) =>
        plan is { IsEventSearch: true, Request: { IsMetrics: false, Times.Count: 0, Fields.IsAll: false }, WhyNewestFirst: null, Inner.Count: 0, Requests.Count: 1, Steps: [{ Command: Stats stats }, ..] }
        && !stats.AllNumeric && stats.Calls.All(c => c.Aggregate.MergesExactly && c is { IsWildcard: false, Sparkline: null, Expression: null })
            ? new PartialSearch(plan, stats, context)
            : null;

    /// <summary>The fields that it reads of its events.</summary>
    public FieldNeed Fields => plan.Request!.Fields;

    /// <summary>What reads events for one thread.</summary>
    public EventGroups NewReader() => new(plan.Request!, stats, context.Cancellation);

    /// <summary>Takes what a stretch of events came to; stretches in the order of their events.</summary>
    /// <exception cref="Text.SplException">The groups need more memory or disk than the search may use.</exception>
    public void Take(GroupStates states)
    {
        foreach (var (key, accumulators, bytes) in states.Groups)
        {
            groups.Take(key, accumulators, bytes);
        }
    }

    /// <summary>The rows of the search: of what was taken, and of the events that its source still gives, which came later. To be called once.</summary>
    /// <param name="last">The context for the rows, with the fields and memory of that given at the start.</param>
    public RowStream Run(SearchContext last)
    {
        var rest = EventRows.Read(plan.Request!, last);
        var columns = new ColumnSet(false, [.. stats.By, .. stats.Calls.Select(c => c.Column)]);
        return plan.Run(last, new RowStream(columns, stats.Delimit(groups.Run(rest), stats.Calls, last)), done: 1);
    }

    public void Dispose() => groups.Dispose();
}
