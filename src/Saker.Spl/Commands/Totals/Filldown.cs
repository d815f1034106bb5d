using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>filldown</c>: the last value that a field had, where it has none.</summary>
public sealed record Filldown(IReadOnlyList<FieldPattern> Names) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new("filldown", "filldown [<field>…]", "Repeats the last value of a field where it has none.", "sort 0 _time | filldown user.username", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new FilldownOperator(this, context.Search);

    public override string ToString() => "filldown" + (Names.Count == 0 ? "" : " " + string.Join(", ", Names.Select(n => Quote.Field(n.Text))));

    private static Filldown Parse(CommandReader reader) => new([.. reader.ReadNames().Select(n => new FieldPattern(n))]) { Span = reader.Span };
}

internal sealed class FilldownOperator(Filldown command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = Fill(input.Rows) };

    private IEnumerable<Row> Fill(IEnumerable<Row> rows)
    {
        var last = new Dictionary<int, Value>();
        foreach (var row in rows)
        {
            foreach (var (slot, value) in last)
            {
                row[slot] = row[slot].IsNull ? value : row[slot];
            }

            for (var slot = 0; slot < row.Width && slot < context.Fields.Count; slot++)
            {
                if (!row[slot].IsNull && (command.Names.Count == 0 || command.Names.Any(n => n.Matches(context.Fields.Name(slot)))))
                {
                    last[slot] = row[slot].Detached;
                }
            }

            yield return row;
        }
    }
}
