namespace Saker.Spl.Syntax;

/// <summary>Questions about a whole eval expression.</summary>
public static class EvalExpressionWalk
{
    public static IEnumerable<EvalExpression> Subexpressions(this EvalExpression expression) => expression switch
    {
        EvalBinary binary => binary.Left.Subexpressions().Concat(binary.Right.Subexpressions()).Prepend(binary),
        EvalNot not => not.Inner.Subexpressions().Prepend(not),
        EvalNegate negate => negate.Inner.Subexpressions().Prepend(negate),
        EvalCall call => call.Arguments.SelectMany(Subexpressions).Prepend(call),
        _ => [expression],
    };

    /// <summary>The pipelines of its subsearches, in their order.</summary>
    public static IEnumerable<Pipeline> Pipelines(this EvalExpression expression) => expression.Subexpressions().OfType<EvalSubsearch>().Select(s => s.Pipeline);

    /// <summary>The expression with each subsearch replaced by what <paramref name="answer"/> gives, asked in their order.</summary>
    public static EvalExpression WithAnswers(this EvalExpression expression, Func<EvalExpression> answer) => expression switch
    {
        EvalSubsearch => answer(),
        EvalBinary binary => binary with { Left = binary.Left.WithAnswers(answer), Right = binary.Right.WithAnswers(answer) },
        EvalNot not => not with { Inner = not.Inner.WithAnswers(answer) },
        EvalNegate negate => negate with { Inner = negate.Inner.WithAnswers(answer) },
        EvalCall call => call with { Arguments = [.. call.Arguments.Select(a => a.WithAnswers(answer))] },
        _ => expression,
    };

    /// <summary>Whether the result is a truth value: a comparison, AND/OR/NOT, or a function such as isnull.</summary>
    public static bool IsCondition(this EvalExpression expression) => expression switch
    {
        EvalLiteral literal => literal.Value.Kind == Execution.ValueKind.Boolean,
        EvalBinary binary => binary.Operator <= BinaryOperator.Like,
        EvalNot => true,
        EvalCall call => Functions.FunctionTable.Find(call.Function)?.IsCondition == true,
        _ => false,
    };

    public static IEnumerable<string> FieldsRead(this EvalExpression expression) =>
        expression.Subexpressions().SelectMany(e => (IEnumerable<string>)(e switch
        {
            EvalField field => [field.Name],
            EvalSubsearch subsearch => Planning.SubsearchColumns.Of(subsearch.Pipeline) ?? ["*"],
            EvalCall { Function: "searchmatch" } call => Functions.ComparisonFunctions.SearchIn(call)?.FieldsRead() ?? [],
            _ => [],
        })).Distinct();
}
