using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>xyseries</c>: a table of rows: the first field's values become rows, the second's columns, the others' cells.</summary>
public sealed record Xyseries(string X, string Name, IReadOnlyList<string> Data, bool Grouped, SeriesName Naming) : ICommand
{
    public static CommandSpec Spec { get; } = new(
        "xyseries", "xyseries [grouped=<bool>] <x-field> <name-field> <value-field>… [sep=<text>] [format=<text>]", "Makes a table of rows.", "stats count by user.username verb | xyseries user.username verb count", Parse)
    {
        Options = ["grouped", "sep", "format"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.Of([X, Name, .. Data]);

    public Operator Bind(BindContext context) => new XyseriesOperator(this, context.Search);

    public override string ToString() =>
        "xyseries" + (Grouped ? " grouped=true" : "") + $" {Quote.Field(X)} {Quote.Field(Name)} {string.Join(" ", Data.Select(Quote.Field))}" + Naming;

    private static Xyseries Parse(CommandReader reader)
    {
        var names = new List<string>();
        var grouped = false;
        var naming = new SeriesName();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var option, out var value))
            {
                grouped = option == "grouped" ? value.AsBoolean() : grouped;
                naming = naming.With(option, value);
                continue;
            }

            reader.RefuseUnknownOption("xyseries", Spec.Options);
            names.Add(reader.ReadName());
            reader.TryTake(',');
        }

        return names.Count >= 3
            ? new Xyseries(names[0], names[1], names[2..], grouped, naming) { Span = reader.Span }
            : throw reader.Fail("SPL0105", "xyseries takes at least three fields: for rows, for columns and for cells", reader.Span);
    }
}

internal sealed class XyseriesOperator(Xyseries command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = new ColumnSet(false, [command.X]);
        // The columns are known when all rows are: commands after this one ask for them before they read.
        return new RowStream(columns, Table(input.Rows, columns));
    }

    private IEnumerable<Row> Table(IEnumerable<Row> rows, ColumnSet columns)
    {
        var (x, name) = (context.Fields.Slot(command.X), context.Fields.Slot(command.Name));
        var data = command.Data.Select(d => (Name: d, Slot: context.Fields.Slot(d))).ToArray();
        var table = new List<(Value X, Row Row)>();
        var known = new Dictionary<Value, Row>();
        var series = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var row in rows.Hold(context, "xyseries"))
        {
            if (row[x].IsNull || row[name].IsNull)
            {
                continue;
            }

            // Grouped: rows of one x come together, and an x that comes again later is a row of its own.
            if (command.Grouped && table.Count > 0 && table[^1].X != row[x])
            {
                known.Clear();
            }

            if (!known.TryGetValue(row[x], out var target))
            {
                known[row[x]] = target = new Row(8) { [x] = row[x] };
                table.Add((row[x], target));
            }

            series.Add(row[name].Text);
            foreach (var (field, slot) in data)
            {
                target[context.Fields.Slot(Column(field, row[name].Text))] = row[slot];
            }

            target.Evidence = target.Evidence.Union(row.Evidence);
        }

        foreach (var column in data.SelectMany(d => series.Select(s => Column(d.Name, s))))
        {
            columns.Add(column);
        }

        return command.Grouped ? table.Select(t => t.Row) : table.OrderBy(t => t.X, ValueOrder.Instance).Select(t => t.Row);
    }

    private string Column(string field, string value) => command.Data.Count == 1 ? value : command.Naming.Of(field, value);
}
