using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>search</c>: events or rows for which an expression holds. At the start of a search it reads events.</summary>
public sealed record Search(SearchExpression Expression) : ICommand, IFilters, IGrowsOnly, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "search",
        "search <expression>",
        "Keeps events and rows for which an expression holds.",
        "search source=\"kubernetes\" verb=create (objectRef.resource=pods OR objectRef.resource=jobs)",
        Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => Expression.Pipelines();

    public FieldNeed Needs(FieldNeed output) => output.With(Expression.FieldsRead());

    public Operator Bind(BindContext context) => new SearchOperator(Expression, context);

    public string? WhyNot(GrowthState state) => GrowthRules.WhyNot(Expression, state);

    public override string ToString() => $"search {Expression}";

    private static Search Parse(CommandReader reader)
    {
        var expression = new SearchParser(reader).Parse();
        if (reader.Peek() == ')')
        {
            throw reader.Error("SPL0127", "this parenthesis was not opened");
        }

        return new Search(expression) { Span = reader.Span };
    }
}

internal sealed class SearchOperator(SearchExpression expression, BindContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var predicate = SearchPredicate.Compile(Subsearch.Resolve(expression, context.Inner, context.Search), context.Search.Fields);
        return input with { Rows = input.Rows.Where(row => predicate(row)) };
    }
}
