using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>accum</c>: the running sum of a field. A row whose value is no number keeps what it has.</summary>
public sealed record Accum(string Field, string? As) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new("accum", "accum <field> [AS <field>]", "Makes the running sum of a field.", "sort 0 _time | accum bytes AS total", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union([As ?? Field]);

    public Operator Bind(BindContext context) => new AccumOperator(this, context.Search.Fields);

    public override string ToString() => $"accum {Quote.Field(Field)}{(As is null ? "" : $" AS {Quote.Field(As)}")}";

    private static Accum Parse(CommandReader reader)
    {
        var field = reader.ReadName();
        var alias = reader.TryKeyword("as") ? reader.ReadName("the new field's name") : null;
        reader.ExpectEnd("accum");
        return new Accum(field, alias) { Span = reader.Span };
    }
}

internal sealed class AccumOperator(Accum command, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input) => new(input.Columns.With(command.As ?? command.Field), Add(input.Rows));

    private IEnumerable<Row> Add(IEnumerable<Row> rows)
    {
        var (from, to) = (fields.Slot(command.Field), fields.Slot(command.As ?? command.Field));
        double sum = 0;
        foreach (var row in rows)
        {
            if (row[from].TryGetNumber(out var number))
            {
                sum += number;
                row[to] = Value.Of(sum);
            }

            yield return row;
        }
    }
}
