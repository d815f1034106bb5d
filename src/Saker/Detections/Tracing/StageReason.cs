using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Tracing;

/// <summary>Says why a command did not let a row through.</summary>
internal static class StageReason
{
    public static (IReadOnlyList<ConditionTrace> Conditions, string? Why) Of(PlanStep step, Row row, SearchContext context) => step.Command switch
    {
        IFilters filter => ([.. filter.Expression.Conjuncts().Select(c => Ask(c, row, context.Fields))], null),
        // Asked with the subsearches' answers in their place: without them every comparison would seem to fail.
        Where where => ([.. Conjuncts(where.Answered(new BindContext(context, step.Output) { Inner = step.Inner })).Select(c => Ask(c, row, context))], null),
        Stats stats when Absent(stats.By, row, context.Fields) is { Count: > 0 } absent => ([], Lacks(absent)),
        Stats or Mstats => ([], "more than the first hundred events stand behind its row, or it has no row: whether this one is among them is not kept"),
        Tstats or Eventcount => ([], "its rows are of counts: which events stand behind them is known of the first hundred at most"),
        Head => ([], "enough rows came before"),
        Dedup => ([], "a row with the same values came before, or the row lacks a field that it compares"),
        _ => ([], null),
    };

    private static List<string> Absent(IEnumerable<string> by, Row row, FieldTable fields) => [.. by.Where(f => row[fields.Slot(f)].IsNull)];

    private static string Lacks(List<string> absent) => $"rows that lack a by-field are dropped, and it has no {string.Join(", no ", absent)}; `fillnull` before keeps them";

    private static ConditionTrace Ask(SearchExpression condition, Row row, FieldTable fields)
    {
        bool? holds = condition.Subexpressions().Any(s => s is SearchSubsearch) ? null : SearchPredicate.Compile(condition, fields)(row);
        return ConditionTrace.Of(condition.ToString(), holds, condition.FieldsRead(), row, fields);
    }

    private static ConditionTrace Ask(EvalExpression condition, Row row, SearchContext context) =>
        ConditionTrace.Of(condition.ToString()!, EvalCompiler.IsTrue(new EvalCompiler(context).Compile(condition)(row)), condition.FieldsRead(), row, context.Fields);

    private static IEnumerable<EvalExpression> Conjuncts(EvalExpression condition) => condition is EvalBinary { Operator: BinaryOperator.And } both
        ? Conjuncts(both.Left).Concat(Conjuncts(both.Right))
        : [condition];
}
