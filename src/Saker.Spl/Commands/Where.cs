using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>where</c>: rows for which an eval expression is true; a missing field makes it false.</summary>
public sealed record Where(EvalExpression Condition) : ICommand, IRowWise, IGrowsOnly, IHoldsPipelines, IHasExpressions
{
    public static CommandSpec Spec { get; } = new(
        "where",
        "where <eval-expression>",
        "Keeps rows for which an eval expression is true.",
        "stats count by src_ip | where count > 5 AND like(src_ip, \"10.%\")",
        Parse)
    { Differences = ["A subsearch in the condition that gives no rows is null, with a note; Splunk reports a mistake."] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => Condition.Pipelines();

    public IEnumerable<EvalExpression> Expressions => [Condition];

    public FieldNeed Needs(FieldNeed output) => output.With(Condition.FieldsRead());

    /// <summary>The condition with what its subsearches give in their place; they run for it.</summary>
    public EvalExpression Answered(BindContext context) => Subsearch.Resolve(Condition, new Queue<SearchPlan>(context.Inner), context.Search);

    public Operator Bind(BindContext context) => new WhereOperator(new EvalCompiler(context.Search).Compile(Answered(context)));

    public string? WhyNot(GrowthState state) => Pipelines.Any() ? "it has a subsearch" : WhyNot(Condition, state);

    public override string ToString() => $"where {Condition}";

    private static string? WhyNot(EvalExpression condition, GrowthState state)
    {
        if (condition is EvalBinary { Operator: BinaryOperator.And or BinaryOperator.Or } both)
        {
            return WhyNot(both.Left, state) ?? WhyNot(both.Right, state);
        }

        if (condition is EvalBinary { Left: EvalField field, Right: EvalLiteral { Value.Kind: ValueKind.Number } literal } comparison
            && comparison.Operator is BinaryOperator.Greater or BinaryOperator.GreaterOrEqual)
        {
            var op = comparison.Operator == BinaryOperator.Greater ? ComparisonOperator.Greater : ComparisonOperator.GreaterOrEqual;
            return GrowthRules.WhyNot(field.Name, op, literal.Value.Number, state);
        }

        return condition.FieldsRead().FirstOrDefault(f => !state.IsFixed(f)) is { } changing ? GrowthRules.Changes(changing) : null;
    }

    private static Where Parse(CommandReader reader)
    {
        var condition = EvalParser.ParseWithSubsearches(reader);
        reader.ExpectEnd("where");
        return new Where(condition) { Span = reader.Span };
    }
}

internal sealed class WhereOperator(Evaluator condition) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = input.Rows.Where(row => EvalCompiler.IsTrue(condition(row))) };
}
