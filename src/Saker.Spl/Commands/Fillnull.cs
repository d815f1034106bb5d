using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>fillnull</c>: a value (0 by default) for what is absent. With names it creates those fields. Without, it fills the fields seen in
/// the set and, other than Splunk, every field that the rest of the search reads: else <c>stats … by user.uid</c> would drop all
/// rows when no event of the set has a uid, and the detection would be blind.
/// </summary>
public sealed record Fillnull(string Filler, IReadOnlyList<FieldPattern> Names) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "fillnull", "fillnull [value=<text>] [<field>…]", "Gives absent fields a value.", "fillnull value=unknown user.uid, userAgent", Parse)
    { Options = ["value"], Differences = ["Without field names it also fills every field that the rest of the search reads, so that `stats … by` does not drop the rows of a set in which no event has it."] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool IsBare => Names.Count == 0;

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(Names.Where(n => !n.IsWildcard).Select(n => n.Text));

    public Operator Bind(BindContext context) => new FillnullOperator(this, context);

    public string? WhyNot(GrowthState state) => null;

    public override string ToString() => "fillnull" + (Filler == "0" ? "" : $" value={Quote.SearchValue(Filler)}") + (IsBare ? "" : " " + string.Join(", ", Names.Select(n => Quote.Field(n.Text))));

    private static Fillnull Parse(CommandReader reader)
    {
        var filler = "0";
        var names = new List<FieldPattern>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                filler = value.Text;
                continue;
            }

            reader.RefuseUnknownOption("fillnull", Spec.Options);
            names.Add(new FieldPattern(reader.ReadName()));
            reader.TryTake(',');
        }

        return new Fillnull(filler, names) { Span = reader.Span };
    }
}

internal sealed class FillnullOperator(Fillnull command, BindContext context) : Operator
{
    private readonly Value filler = Value.Of(command.Filler);

    public override RowStream Run(RowStream input)
    {
        if (!command.IsBare && !command.Names.Any(n => n.IsWildcard))
        {
            return Fill(input, command.Names.Select(n => n.Text));
        }

        // Where later commands read a known set of fields, filling those is all that shows, and each row can go its way at once.
        if (command.IsBare && !context.Output.IsAll)
        {
            return Fill(input, context.Output.Names.Where(n => !IsCommon(n)).Concat(input.Columns.IsOpen ? [] : input.Columns.Names));
        }

        var held = input.Rows.Hold(context.Search, "fillnull");
        var present = input.Columns.Names.Concat(ColumnNames.Of(held, context.Search.Fields)).Distinct();
        var names = command.IsBare ? present : present.Where(n => command.Names.Any(p => p.Matches(n)));
        return Fill(input with { Rows = held }, names.ToList());
    }

    private static bool IsCommon(string name) => name is EventFields.Time or EventFields.Raw or EventFields.IndexTime;

    private RowStream Fill(RowStream input, IEnumerable<string> names)
    {
        var all = names.ToList();
        var slots = all.Select(context.Slot).ToArray();
        return new RowStream(input.Columns.With(all), Fill(input.Rows, slots));
    }

    private IEnumerable<Row> Fill(IEnumerable<Row> rows, int[] slots)
    {
        foreach (var row in rows)
        {
            foreach (var slot in slots)
            {
                if (row[slot].IsNull)
                {
                    row[slot] = filler;
                }
            }

            yield return row;
        }
    }
}
