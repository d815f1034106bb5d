using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>transpose</c>: columns become rows, the first rows columns.</summary>
public sealed record Transpose(int Count, string ColumnName, string? HeaderField, bool IncludeEmpty) : ICommand
{
    private const int DefaultCount = 5;

    public static CommandSpec Spec { get; } = new(
        "transpose", "transpose [<count>] [column_name=<text>] [header_field=<field>] [include_empty=<bool>]", $"Makes columns of the first {DefaultCount} rows (0: of all).", "stats count by verb | transpose 0 header_field=verb", Parse)
    {
        Options = ["column_name", "header_field", "include_empty"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public Operator Bind(BindContext context) => new TransposeOperator(this, context.Search);

    public override string ToString() =>
        $"transpose {Count}" + (ColumnName == "column" ? "" : $" column_name={Quote.Field(ColumnName)}") + (HeaderField is null ? "" : $" header_field={Quote.Field(HeaderField)}") + (IncludeEmpty ? "" : " include_empty=false");

    private static Transpose Parse(CommandReader reader)
    {
        var (count, columnName, includeEmpty) = (DefaultCount, "column", true);
        string? header = null;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var option, out var value))
            {
                switch (option)
                {
                    case "column_name": columnName = value.Text; break;
                    case "header_field": header = value.Text; break;
                    default: includeEmpty = value.AsBoolean(); break;
                }

                continue;
            }

            reader.RefuseUnknownOption("transpose", Spec.Options);
            var start = reader.Position;
            count = int.TryParse(reader.ReadValue(), out var number) && number >= 0 ? number : throw reader.Fail("SPL0102", "expected an integer of at least 0", SourceSpan.Between(start, reader.Position));
        }

        return new Transpose(count, columnName, header, includeEmpty) { Span = reader.Span };
    }
}

internal sealed class TransposeOperator(Transpose command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = new ColumnSet(false, [command.ColumnName]);
        // The columns are known when all rows are: commands after this one ask for them before they read.
        return new RowStream(columns, Turn(input, columns).ToList());
    }

    private IEnumerable<Row> Turn(RowStream input, ColumnSet columns)
    {
        var held = (command.Count == 0 ? input.Rows : input.Rows.Take(command.Count)).Hold(context, "transpose");
        var header = command.HeaderField is null ? -1 : context.Fields.Slot(command.HeaderField);
        var titles = held.Select((row, i) => header < 0 || row[header].IsNull ? $"row {i + 1}" : row[header].Text).ToList();
        var name = context.Fields.Slot(command.ColumnName);
        var targets = titles.Select(context.Fields.Slot).ToArray();
        titles.ForEach(columns.Add);
        foreach (var column in input.Columns.NamesOf(held, context.Fields).Where(c => c != command.HeaderField))
        {
            var slot = context.Fields.Slot(column);
            if (!command.IncludeEmpty && held.TrueForAll(r => r[slot].IsNull || r[slot].Text.Length == 0))
            {
                continue;
            }

            var turned = new Row(targets.Append(name).Max() + 1) { [name] = Value.Of(column) };
            for (var i = 0; i < held.Count; i++)
            {
                turned[targets[i]] = held[i][slot];
                turned.Evidence = turned.Evidence.Union(held[i].Evidence);
            }

            yield return turned;
        }
    }
}
