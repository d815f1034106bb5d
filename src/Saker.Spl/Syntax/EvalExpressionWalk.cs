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
            EvalCall { Function: "searchmatch" } call => Functions.ComparisonFunctions.SearchIn(call)?.FieldsRead() ?? [],
            _ => [],
        })).Distinct();
}
