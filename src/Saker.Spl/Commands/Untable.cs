using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>untable</c>: the opposite of xyseries: a row for each other column's value, with the column's name and the value.</summary>
public sealed record Untable(string X, string Name, string Data) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new("untable", "untable <x-field> <name-field> <value-field>", "Makes a row of each value of a table.", "timechart count by verb | untable _time verb count", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => [X, Name, Data];

    public Operator Bind(BindContext context) => new UntableOperator(this, context.Search);

    public override string ToString() => $"untable {Quote.Field(X)} {Quote.Field(Name)} {Quote.Field(Data)}";

    private static Untable Parse(CommandReader reader)
    {
        var names = reader.ReadNames();
        return names.Count == 3 ? new Untable(names[0], names[1], names[2]) { Span = reader.Span } : throw reader.Fail("SPL0105", "untable takes three fields: the rows', the new name's and the new value's", reader.Span);
    }
}

internal sealed class UntableOperator(Untable command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => new(new ColumnSet(false, [command.X, command.Name, command.Data]), Cells(input));

    private IEnumerable<Row> Cells(RowStream input)
    {
        var (x, name, data) = (context.Fields.Slot(command.X), context.Fields.Slot(command.Name), context.Fields.Slot(command.Data));
        var width = Math.Max(x, Math.Max(name, data)) + 1;
        foreach (var row in input.Rows)
        {
            if (row[x].IsNull)
            {
                continue;
            }

            foreach (var column in input.Columns.NamesOf([row], context.Fields).Where(c => c != command.X && !c.StartsWith('_')))
            {
                if (row[context.Fields.Slot(column)] is { IsNull: false } value)
                {
                    yield return new Row(width) { [x] = row[x], [name] = Value.Of(column), [data] = value, Evidence = row.Evidence };
                }
            }
        }
    }
}
