using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning.Rules;

/// <summary>
/// What a <c>where</c> right after the leading searches demands of a field's text is asked of the source too: <c>where verb="create"</c> as
/// <c>verb="create"</c>, which lets through all that where does (it takes letters in any case), and which a store can prune by. The where stays.
/// </summary>
internal static class PushWhere
{
    public static SearchExpression Into(SearchExpression predicate, IEnumerable<ICommand> rest, PlanRules rules) =>
        !rules.HasFlag(PlanRules.PushWhere)
            ? predicate
            : rest.TakeWhile(c => c is Where).Cast<Where>().SelectMany(w => Conjuncts(w.Condition)).Select(Demand).OfType<SearchExpression>().Aggregate(predicate, (all, part) => all.And(part));

    private static IEnumerable<EvalExpression> Conjuncts(EvalExpression condition) =>
        condition is EvalBinary { Operator: BinaryOperator.And } both ? Conjuncts(both.Left).Concat(Conjuncts(both.Right)) : [condition];

    /// <summary>What holds for every event for which the condition is true, or null.</summary>
    private static SearchExpression? Demand(EvalExpression condition) => condition switch
    {
        EvalBinary { Operator: BinaryOperator.Equal, Left: EvalField field, Right: EvalLiteral literal } when IsPlain(field) && IsText(literal) => Equal(field, literal),
        EvalBinary { Operator: BinaryOperator.Equal, Right: EvalField field, Left: EvalLiteral literal } when IsPlain(field) && IsText(literal) => Equal(field, literal),
        EvalBinary { Operator: BinaryOperator.Or } either => Demand(either.Left) is { } left && Demand(either.Right) is { } right ? Or(left, right) : null,
        EvalCall { Function: "in" } call when call.Arguments[0] is EvalField field && IsPlain(field) && call.Arguments.Skip(1).All(v => v is EvalLiteral literal && IsText(literal)) =>
            new SearchIn(field.Name, [.. call.Arguments.Skip(1).Select(v => ((EvalLiteral)v).Value.Text)]),
        _ => null,
    };

    private static SearchComparison Equal(EvalField field, EvalLiteral literal) => new(field.Name, ComparisonOperator.Equal, literal.Value.Text);

    private static SearchOr Or(SearchExpression left, SearchExpression right) =>
        new([.. left is SearchOr l ? l.Parts : [left], .. right is SearchOr r ? r.Parts : [right]]);

    // Naming a sourcetype or a wrapping's field asks for views of events, and times are the request's own matter.
    private static bool IsPlain(EvalField field) =>
        !field.Name.StartsWith('_') && field.Name is not ("index" or "source" or "sourcetype" or "category") && !field.Name.StartsWith("properties.", StringComparison.Ordinal) && !field.Name.Contains('*');

    // where compares numbers by size (403 and 403.0), search by their text. A text that overlaps both is left alone.
    private static bool IsText(EvalLiteral literal) => literal.Value.Kind == ValueKind.Text && !literal.Value.TryGetNumber(out _);
}
