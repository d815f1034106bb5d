using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>addcoltotals</c>: a last row with the sums of the columns.</summary>
public sealed record Addcoltotals(string? LabelField, string Label, IReadOnlyList<FieldPattern> Names) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "addcoltotals", "addcoltotals [labelfield=<field>] [label=<text>] [<field>…]", "Adds a row with the sums of the columns.", "stats count by verb | addcoltotals labelfield=verb", Parse)
    { Options = ["labelfield", "label"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(LabelField is null ? [] : [LabelField]);

    public Operator Bind(BindContext context) => new AddcoltotalsOperator(this, context.Search);

    public override string ToString() =>
        "addcoltotals" + (LabelField is null ? "" : $" labelfield={Quote.Field(LabelField)}") + (Label == "Total" ? "" : $" label={Quote.SearchValue(Label)}") + (Names.Count == 0 ? "" : " " + string.Join(", ", Names.Select(n => Quote.Field(n.Text))));

    private static Addcoltotals Parse(CommandReader reader)
    {
        string? labelField = null;
        var label = "Total";
        var names = new List<FieldPattern>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var option, out var value))
            {
                (labelField, label) = option == "label" ? (labelField, value.Text) : (value.Text, label);
                reader.TryTake(',');
                continue;
            }

            reader.RefuseUnknownOption("addcoltotals", Spec.Options);
            names.Add(new FieldPattern(reader.ReadName()));
            reader.TryTake(',');
        }

        return new Addcoltotals(labelField, label, names) { Span = reader.Span };
    }
}

internal sealed class AddcoltotalsOperator(Addcoltotals command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => new ColumnTotals(command.Names, command.LabelField, command.Label, context).Run(input);
}
