using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>inputlookup</c>: the rows of a lookup.</summary>
public sealed record Inputlookup(LookupReference Reference, SearchExpression Filter, bool IsAppended, int Start, int Max)
    : ICommand, IGenerates, IUsesLookup, IHoldsPipelines
{
    private static readonly string[] OptionNames = ["append", "strict", "start", "max"];

    public static CommandSpec Spec { get; } = new(
        "inputlookup",
        "inputlookup [append=<bool>] [strict=<bool>] [start=<count>] [max=<count>] <lookup> [where <expression>]",
        "Reads the rows of a lookup.",
        "| inputlookup known_images where owner=platform",
        Parse)
    { Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    LookupReference IUsesLookup.Lookup => Reference;

    public bool CreatesLookup => false;

    public bool MustBeFirst => !IsAppended;

    public IEnumerable<Pipeline> Pipelines => Filter.Pipelines();

    public SourceRequest? Request(FieldNeed output) => null;

    public FieldNeed Needs(FieldNeed output) => IsAppended ? output : FieldNeed.None;

    public Operator Bind(BindContext context) => new InputlookupOperator(this with { Filter = Subsearch.Resolve(Filter, context.Inner, context.Search) }, context.Search);

    public override string ToString() =>
        "inputlookup" + (IsAppended ? " append=true" : "") + (Start > 0 ? $" start={Start}" : "") + (Max > 0 ? $" max={Max}" : "") + $" {Quote.SearchValue(Reference.Name)}"
        + (Filter is SearchAll ? "" : $" where {Filter}");

    private static Inputlookup Parse(CommandReader reader)
    {
        var (append, start, max) = (false, 0, 0);
        LookupReference? reference = null;
        while (!reader.AtEnd && !reader.NextIs("where"))
        {
            if (!reader.TryOption(OptionNames, out var name, out var value))
            {
                reader.RefuseUnknownOption("inputlookup", OptionNames);
                reference = reference is null ? LookupName.Read(reader) : throw reader.Error("SPL0105", "inputlookup takes one lookup");
                continue;
            }

            switch (name)
            {
                case "append": append = value.AsBoolean(); break;
                case "strict": value.AsBoolean(); break;
                case "start": start = value.AsInteger(); break;
                default: max = value.AsInteger(); break;
            }
        }

        if (reference is null)
        {
            throw reader.Error("SPL0101", "expected the lookup's name");
        }

        SearchExpression filter = reader.TryKeyword("where") ? new SearchParser(reader).Parse() : new SearchAll();
        reader.ExpectEnd("inputlookup");
        return new Inputlookup(reference, filter, append, start, max) { Span = reader.Span };
    }
}

internal sealed class InputlookupOperator(Inputlookup command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var definition = Lookup.Find(command.Reference, context);
        var table = context.Lookups!.Read(definition);
        var columns = table.Columns.Count > 0 ? table.Columns : definition.Fields;
        var shown = columns.Where(c => c != LookupKeys.KeyColumn || definition.Fields.Contains(c)).ToList();
        var rows = Rows(table).Skip(command.Start);
        rows = command.Max > 0 ? rows.Take(command.Max) : rows;
        return command.IsAppended ? new RowStream(input.Columns.With(shown), input.Rows.Concat(rows)) : new RowStream(new ColumnSet(false, shown), rows);
    }

    private IEnumerable<Row> Rows(LookupTable table)
    {
        var slots = table.Columns.Select(context.Fields.Slot).ToArray();
        var predicate = SearchPredicate.Compile(command.Filter, context.Fields);
        foreach (var values in table.Rows)
        {
            var row = new Row(slots.DefaultIfEmpty(0).Max() + 1);
            for (var i = 0; i < slots.Length; i++)
            {
                row[slots[i]] = values[i];
            }

            if (predicate(row))
            {
                yield return row;
            }
        }
    }
}
