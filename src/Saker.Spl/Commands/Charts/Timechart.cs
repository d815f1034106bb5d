using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>timechart</c>: aggregates by buckets of time, and with BY a column for each value of a field. Buckets without events are rows too,
/// over the search's window where it has one.
/// </summary>
public sealed record Timechart(IReadOnlyList<ChartTerm> Terms, BinOptions Bins, SplitField? By, ChartOptions Options, SeriesFilter? Where) : ICommand, IForgetsOrder, IHasColumns, IHasExpressions
{
    private static readonly string[] OptionNames = [.. ChartOptions.Names, .. BinOptions.Names];

    public static CommandSpec Spec { get; } = new(
        "timechart",
        "timechart [span=<span>] [bins=<n>] [minspan=<span>] [aligntime=<time>] [limit=<n>] [agg=<aggregate>] [cont=<bool>] [partial=<bool>] [fixedrange=<bool>] [sep=<text>] [format=<text>] [usenull=<bool>] [useother=<bool>] [nullstr=<text>] [otherstr=<text>] <aggregate>… [BY <field> [<bin-options>]] [where <aggregate> in top<n>]",
        "Makes a table of aggregates by time.",
        "timechart span=1h count BY verb",
        Parse)
    { Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    private SplitField Time => new(EventFields.Time, Bins);

    public string? WhyOrdered => AggregateCall.WhyOrdered([.. Terms.SelectMany(t => t.Calls)]);

    public IEnumerable<EvalExpression> Expressions => Terms.SelectMany(t => t.Expressions);

    public FieldNeed Needs(FieldNeed output) => SeriesTable.Needs(Terms, [Time, By]);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => By is null ? Terms.Select(t => t.Column).Prepend(EventFields.Time) : null;

    public Operator Bind(BindContext context) => new SeriesTable(Terms, Time, By, Options, Where, context.Search) { IsTimechart = true };

    public override string ToString() => $"timechart{Bins}{Options} {string.Join(", ", Terms)}{(By is null ? "" : $" BY {By}")}{(Where is null ? "" : $" {Where}")}";

    private static Timechart Parse(CommandReader reader)
    {
        var parts = new ChartParts(reader, "timechart", OptionNames);
        var fields = parts.Read(hasOver: false, mostBy: 1);
        if (fields.FirstOrDefault() is { Bins: { Span.Time: not null } bins } by && parts.RowBins.IsEmpty)
        {
            // `timechart count BY x span=1h`: a span of time can only be meant for _time.
            return new Timechart(parts.Terms, bins, by with { Bins = new BinOptions() }, parts.Options, parts.Where) { Span = reader.Span };
        }

        return new Timechart(parts.Terms, parts.RowBins, fields.FirstOrDefault(), parts.Options, parts.Where) { Span = reader.Span };
    }
}
