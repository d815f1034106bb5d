using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>reverse</c>: rows from the last to the first.</summary>
public sealed record Reverse : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new("reverse", "reverse", "Reverses the order of rows.", "head 100 | reverse", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new ReverseOperator(context.Search);

    public override string ToString() => "reverse";

    private static Reverse Parse(CommandReader reader)
    {
        reader.ExpectEnd("reverse");
        return new Reverse { Span = reader.Span };
    }
}

internal sealed class ReverseOperator(SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = Backwards(input.Rows) };

    private IEnumerable<Row> Backwards(IEnumerable<Row> rows)
    {
        var held = rows.Hold(context, "reverse");
        held.Reverse();
        foreach (var row in held)
        {
            yield return row;
        }
    }
}
