using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>addtotals</c>: the sum of each row's numbers in a field, and with <c>col</c> the sums of the columns in a row of their own.</summary>
public sealed record Addtotals(bool Row, bool Column, string FieldName, string? LabelField, string Label, IReadOnlyList<FieldPattern> Names) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "addtotals", "addtotals [row=<bool>] [col=<bool>] [labelfield=<field>] [label=<text>] [fieldname=<field>] [<field>…]", "Adds the sum of each row's numbers.", "chart count over user.username by verb | addtotals col=true labelfield=user.username", Parse)
    {
        Options = ["row", "col", "labelfield", "label", "fieldname"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) =>
        Names.Count == 0 || Names.Any(n => n.IsWildcard) ? FieldNeed.All : (Row ? output.Without(FieldName) : output).With(Names.Select(n => n.Text));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(Row ? [FieldName] : []).Union(Column && LabelField is not null ? [LabelField] : []);

    public Operator Bind(BindContext context) => new AddtotalsOperator(this, context.Search);

    public override string ToString() =>
        "addtotals" + (Row ? "" : " row=false") + (Column ? " col=true" : "") + (LabelField is null ? "" : $" labelfield={Quote.Field(LabelField)}") + (Label == "Total" ? "" : $" label={Quote.SearchValue(Label)}")
        + (FieldName == "Total" ? "" : $" fieldname={Quote.Field(FieldName)}") + (Names.Count == 0 ? "" : " " + string.Join(", ", Names.Select(n => Quote.Field(n.Text))));

    private static Addtotals Parse(CommandReader reader)
    {
        var command = new Addtotals(true, false, "Total", null, "Total", []);
        var names = new List<FieldPattern>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var option, out var value))
            {
                command = option switch
                {
                    "row" => command with { Row = value.AsBoolean() },
                    "col" => command with { Column = value.AsBoolean() },
                    "labelfield" => command with { LabelField = value.Text },
                    "label" => command with { Label = value.Text },
                    _ => command with { FieldName = value.Text },
                };
                reader.TryTake(',');
                continue;
            }

            reader.RefuseUnknownOption("addtotals", Spec.Options);
            names.Add(new FieldPattern(reader.ReadName()));
            reader.TryTake(',');
        }

        return command with { Names = names, Span = reader.Span };
    }
}

internal sealed class AddtotalsOperator(Addtotals command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var rows = command.Row ? Sum(input.Rows) : input.Rows;
        var columns = command.Row ? input.Columns.With(command.FieldName) : input.Columns;
        return command.Column ? new ColumnTotals(command.Names, command.LabelField, command.Label, context).Run(new RowStream(columns, rows)) : new RowStream(columns, rows);
    }

    private IEnumerable<Row> Sum(IEnumerable<Row> rows)
    {
        var target = context.Fields.Slot(command.FieldName);
        foreach (var row in rows)
        {
            double sum = 0;
            for (var slot = 0; slot < row.Width && slot < context.Fields.Count; slot++)
            {
                if (slot != target && row[slot].TryGetNumber(out var number) && ColumnTotals.IsSummed(context.Fields.Name(slot), command.Names))
                {
                    sum += number;
                }
            }

            row[target] = Value.Of(sum);
            yield return row;
        }
    }
}

/// <summary>Adds a row with the sums of the columns' numbers.</summary>
internal sealed class ColumnTotals(IReadOnlyList<FieldPattern> names, string? labelField, string label, SearchContext context)
{
    public static bool IsSummed(string name, IReadOnlyList<FieldPattern> names) => names.Count == 0 ? !name.StartsWith('_') : names.Any(n => n.Matches(name));

    public RowStream Run(RowStream input) => new(labelField is null ? input.Columns : input.Columns.With(labelField), WithTotals(input.Rows));

    private IEnumerable<Row> WithTotals(IEnumerable<Row> rows)
    {
        var sums = new Dictionary<int, double>();
        var evidence = default(EvidenceBuilder);
        foreach (var row in rows)
        {
            for (var slot = 0; slot < row.Width && slot < context.Fields.Count; slot++)
            {
                if (row[slot].TryGetNumber(out var number) && IsSummed(context.Fields.Name(slot), names))
                {
                    sums[slot] = sums.GetValueOrDefault(slot) + number;
                }
            }

            context.Cancellation.ThrowIfCancellationRequested();
            evidence.Add(row.Evidence);
            yield return row;
        }

        var total = new Row(context.Fields.Count) { Evidence = evidence.Build() };
        foreach (var (slot, sum) in sums)
        {
            total[slot] = Value.Of(sum);
        }

        if (labelField is not null)
        {
            total[context.Fields.Slot(labelField)] = Value.Of(label);
        }

        yield return total;
    }
}
