using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>A field that rows or columns are split by, with its bins.</summary>
public sealed record SplitField(string Field, BinOptions Bins)
{
    public override string ToString() => Quote.Field(Field) + Bins;
}

/// <summary>
/// <c>chart</c>: aggregates by one field (rows) or two (rows and columns). Columns beyond <c>limit</c> are together in OTHER, rows without
/// the second field in NULL.
/// </summary>
public sealed record Chart(IReadOnlyList<ChartTerm> Terms, SplitField? Over, SplitField? By, ChartOptions Options, SeriesFilter? Where) : ICommand, IForgetsOrder, IHasColumns, IHasExpressions
{
    private static readonly string[] OptionNames = [.. ChartOptions.Names, .. BinOptions.Names];

    public static CommandSpec Spec { get; } = new(
        "chart",
        "chart [limit=<n>|top<n>|bottom<n>] [agg=<aggregate>] [sep=<text>] [format=<text>] [usenull=<bool>] [useother=<bool>] [nullstr=<text>] [otherstr=<text>] <aggregate>… [OVER <field> [<bin-options>]] [BY <field> [<bin-options>] [<field> [<bin-options>]]] [where <aggregate> in top<n>] [dedup_splitvals=<bool>]",
        "Makes a table of aggregates by one or two fields.",
        "chart limit=5 count OVER user.username BY verb",
        Parse)
    { Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public string? WhyOrdered => AggregateCall.WhyOrdered([.. Terms.SelectMany(t => t.Calls)]);

    public IEnumerable<EvalExpression> Expressions => Terms.SelectMany(t => t.Expressions);

    public FieldNeed Needs(FieldNeed output) => SeriesTable.Needs(Terms, [Over, By]);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => By is null ? (Over is null ? [] : (string[])[Over.Field]).Concat(Terms.Select(t => t.Column)) : null;

    public Operator Bind(BindContext context) => new SeriesTable(Terms, Over, By, Options, Where, context.Search);

    public override string ToString() => $"chart{Options} {string.Join(", ", Terms)}{(Over is null ? "" : $" OVER {Over}")}{(By is null ? "" : $" BY {By}")}{(Where is null ? "" : $" {Where}")}";

    private static Chart Parse(CommandReader reader)
    {
        var parts = new ChartParts(reader, "chart", OptionNames);
        var fields = parts.Read(hasOver: true, mostBy: 2);
        return new Chart(parts.Terms, fields.ElementAtOrDefault(0), fields.ElementAtOrDefault(1), parts.Options, parts.Where) { Span = reader.Span };
    }
}

/// <summary>Reads what chart and timechart have in common: options may stand before, between and after the other parts.</summary>
internal sealed class ChartParts(CommandReader reader, string command, IReadOnlyList<string> optionNames)
{
    private readonly List<SplitField> fields = [];

    public List<ChartTerm> Terms { get; } = [];

    public ChartOptions Options { get; private set; } = new();

    public SeriesFilter? Where { get; private set; }

    /// <summary>Bins given before any field: of the rows.</summary>
    public BinOptions RowBins { get; private set; } = new();

    public List<SplitField> Read(bool hasOver, int mostBy)
    {
        var (wantsField, hasOverField, hasBy) = (false, false, false);
        while (!reader.AtEnd)
        {
            if (TryOption())
            {
                continue;
            }

            if (!hasBy && Terms.Count > 0 && hasOver && reader.TryKeyword("over"))
            {
                (hasOverField, wantsField) = (true, true);
            }
            else if (!hasBy && Terms.Count > 0 && reader.TryKeyword("by"))
            {
                (hasBy, wantsField) = (true, true);
            }
            else if (fields.Count > 0 && !wantsField && reader.TryKeyword("where"))
            {
                Where = SeriesFilter.Read(reader);
            }
            else if (hasOverField || hasBy)
            {
                ReadField(hasBy ? mostBy : 1);
                wantsField = false;
            }
            else
            {
                Terms.Add(reader.NextIs("by") || reader.NextIs("over") ? throw NoTerm() : ChartTerm.Read(reader));
            }

            reader.TryTake(',');
        }

        if (Terms.Count == 0)
        {
            throw NoTerm();
        }

        if (wantsField)
        {
            throw reader.Error("SPL0101", $"expected a field name after {(hasBy ? "BY" : "OVER")}");
        }

        if (Terms.SelectMany(t => t.Calls).FirstOrDefault(c => c.IsWildcard) is { } wildcard)
        {
            throw reader.Fail("SPL0156", $"{command} does not take patterns of fields", wildcard.Span, "name the fields, or use stats");
        }

        return hasOver && fields.Count > 0 && !RowBins.IsEmpty && fields[0].Bins.IsEmpty ? [fields[0] with { Bins = RowBins }, .. fields[1..]] : fields;
    }

    private Text.SplException NoTerm() => reader.Error("SPL0152", $"{command} needs an aggregate such as count, avg(field) or values(field)");

    private void ReadField(int most)
    {
        if (fields.Count >= most)
        {
            throw reader.Error("SPL0105", most == 1 ? $"{command} splits by one field" : $"{command} splits by two fields at most", "join fields first: eval key=a . \" \" . b");
        }

        fields.Add(new SplitField(reader.ReadName(), new BinOptions()));
    }

    private bool TryOption()
    {
        if (!reader.TryOption(optionNames, out var option, out var value))
        {
            reader.RefuseUnknownOption(command, optionNames);
            return false;
        }

        if (!BinOptions.Names.Contains(option))
        {
            Options = Options.With(option, value);
        }
        else if (fields.Count == 0)
        {
            RowBins = RowBins.With(option, value);
        }
        else
        {
            fields[^1] = fields[^1] with { Bins = fields[^1].Bins.With(option, value) };
        }

        return true;
    }
}
