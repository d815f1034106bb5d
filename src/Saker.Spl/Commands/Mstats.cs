using Saker.Spl.Aggregates;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>mstats</c>: aggregates over metric data points as stored. A point that lacks a by-dimension is dropped unless <c>fillnull_value</c> is
/// given; with <c>span</c> each bucket of time is a row, with the bucket's start in <c>_time</c>.
/// </summary>
public sealed record Mstats(IReadOnlyList<AggregateCall> Calls, SearchExpression Filter, IReadOnlyList<string> By, MstatsOptions Options)
    : ICommand, IGenerates, IGrowsOnly, IHoldsPipelines, IHasColumns
{
    public const string MetricName = "metric_name";
    public const string MetricValue = "_value";

    public static CommandSpec Spec { get; } = new(
        "mstats",
        "mstats [chart=<bool>] [prestats=<bool>] [append=<bool>] [fillnull_value=<text>] <aggregate>(<metric>)… WHERE <filter> [BY <dimension>…] [span=<span>]",
        "Aggregates metric data points.",
        "| mstats avg(process.cpu.utilization) AS cpu WHERE index=kubernetes_metrics BY host.name span=10s",
        Parse)
    { Options = MstatsOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => !Options.Append;

    public SourceRequest Request(FieldNeed output)
    {
        var read = Filter.FieldsRead().Concat(By).Concat([MetricName, MetricValue]);
        return new SourceRequest(Filter, FieldNeed.Of(Options.Span is null && !Calls.Any(c => c.NeedsTime) ? read : read.Append(EventFields.Time)), IsMetrics: true)
        {
            Metrics = [.. Calls.Select(c => new FieldPattern(Metric(c))).Distinct()],
            Times = [.. Filter.Conjuncts().OfType<SearchTime>()],
        };
    }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public IEnumerable<Pipeline> Pipelines => Filter.Pipelines();

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Calls.Any(c => Metric(c).Contains('*'))
        ? null
        : (Options.Span is null ? By : By.Prepend(EventFields.Time)).Concat(Calls.Select(c => c.Column));

    public Operator Bind(BindContext context) => new MstatsOperator(this with { Filter = Subsearch.Resolve(Filter, context.Inner, context.Search) }, context);

    public string? WhyNot(GrowthState state)
    {
        if (Filter.Subexpressions().OfType<SearchTime>().Any())
        {
            return "its WHERE has times of its own";
        }

        if (Filter.Pipelines().Any())
        {
            return "its WHERE has a subsearch";
        }

        state.Aggregated = true;
        foreach (var call in Calls)
        {
            var set = call.Aggregate.Growth switch
            {
                Growth.Rises => state.Rising,
                Growth.RisesIfNotNegative when MetricTraits.IsNeverNegative(Metric(call)) => state.Rising,
                Growth.StaysPositiveIfNotNegative when MetricTraits.IsNeverNegative(Metric(call)) => state.StaysPositive,
                _ => state.Changing,
            };
            set.Add(call.Column);
        }

        return By.Count == 0 && Options.Span is null ? "without BY and span there is one row from the start" : null;
    }

    /// <summary>The metric that a call is about: <c>avg(_value) WHERE metric_name=m</c> names it in the filter.</summary>
    public string Metric(AggregateCall call) => call.Field is null or MetricValue ? NamedInFilter() : call.Field;

    public override string ToString() =>
        "mstats" + Options.Before + " " + string.Join(", ", Calls) + (Filter is SearchAll ? "" : $" WHERE {Filter}")
        + (By.Count == 0 ? "" : " BY " + string.Join(", ", By.Select(Quote.Field))) + Options.After;

    private string NamedInFilter() => Filter.Conjuncts().OfType<SearchComparison>().FirstOrDefault(c => c.Field == MetricName && c.Operator == ComparisonOperator.Equal)?.Value ?? "*";

    private static Mstats Parse(CommandReader reader)
    {
        var options = new MstatsOptions();
        while (options.TryRead(reader))
        {
        }

        reader.RefuseUnknownOption("mstats", MstatsOptions.Names);
        var calls = AggregateCall.ReadAll(reader, ["where", "by", "groupby", .. MstatsOptions.Names]);
        if (calls.Count == 0)
        {
            throw reader.Error("SPL0152", "mstats needs an aggregate such as avg(process.cpu.utilization)");
        }

        if (calls.FirstOrDefault(c => c.Expression is not null) is { } computed)
        {
            throw reader.Fail("SPL0154", "mstats cannot aggregate an eval", computed.Span, "aggregate the metric, then use eval");
        }

        while (options.TryRead(reader))
        {
        }

        SearchExpression filter = reader.TryKeyword("where") ? new SearchParser(reader).Parse("by", "groupby", "span", "fillnull_value") : new SearchAll();
        if (filter.Subexpressions().OfType<SearchTerm>().FirstOrDefault() is { } term)
        {
            throw reader.Fail("SPL0155", "metrics have no text to search: the filter takes dimension=value", term.Span);
        }

        var by = new List<string>();
        while (!reader.AtEnd)
        {
            if (options.TryRead(reader))
            {
                continue;
            }

            if (!reader.TryKeyword("by") && !reader.TryKeyword("groupby"))
            {
                throw reader.Error("SPL0105", "expected BY, span= or the end of mstats");
            }

            while (!reader.AtEnd && !options.TryRead(reader))
            {
                by.Add(reader.ReadName("a dimension"));
                reader.TryTake(',');
            }
        }

        return new Mstats(calls, filter, by, options) { Span = reader.Span };
    }
}

/// <summary>The options of mstats; they may stand before the aggregates, between, and at the end.</summary>
public sealed class MstatsOptions
{
    public static readonly IReadOnlyList<string> Names = ["chart", "prestats", "append", "backfill", "update_period", "fillnull_value", "span", "chart.limit", "chart.agg", "every"];

    public TimeSpanText? Span { get; private set; }

    public string? FillNull { get; private set; }

    public bool Append { get; private set; }

    internal string Before => (Append ? " append=true" : "") + (FillNull is null ? "" : $" fillnull_value={Quote.SearchValue(FillNull)}");

    internal string After => Span is { } span ? $" span={span}" : "";

    internal bool TryRead(CommandReader reader)
    {
        if (!reader.TryOption(Names, out var name, out var value))
        {
            return false;
        }

        switch (name)
        {
            case "span":
                Span = value.Text.Equals("auto", StringComparison.OrdinalIgnoreCase) ? null : value.AsSpan();
                break;
            case "fillnull_value":
                FillNull = value.Text;
                break;
            case "append":
                Append = value.AsBoolean();
                break;
            case "backfill":
                value.AsBoolean();
                break;
            case "update_period":
                value.AsInteger();
                break;
            case "chart" or "prestats" when !value.AsBoolean():
                break;
            default:
                throw value.Fail($"mstats: {name} is not supported yet", "aggregate with mstats, then use chart or timechart");
        }

        return true;
    }
}

/// <summary>Turns each point into a row with the metric as a column of its own, and groups those.</summary>
internal sealed class MstatsOperator(Mstats command, BindContext bind) : Operator
{
    private readonly SearchContext context = bind.Search;

    // The column of a metric's values; no dimension is called like this.
    private const string Prefix = "metric\0";

    // The start of a point's bucket, beside the point's own time, which latest() and its like go by.
    private const string Bucket = "bucket\0";

    public override RowStream Run(RowStream input)
    {
        // avg(_value) is one aggregate over whatever metric_name lets through; avg(cpu.*) is one for each metric.
        var calls = command.Calls.Any(c => c.IsWildcard) ? Expand(MetricNames()) : [.. command.Calls.Select(c => OnMetric(c, command.Metric(c)))];
        var isTimed = command.Options.Span is not null;
        IReadOnlyList<string> by = isTimed ? [Bucket, .. command.By] : command.By;
        var rows = new Grouping(calls, by, context, "mstats") { AlwaysOneRow = by.Count == 0 }.Run(Points(calls));
        rows = isTimed ? rows.Select(WithTime) : rows;
        var columns = new ColumnSet(false, [.. isTimed ? [EventFields.Time, .. command.By] : by, .. calls.Select(c => c.Column)]);
        return command.Options.Append ? new RowStream(input.Columns.With(columns.Names), input.Rows.Concat(rows)) : new RowStream(columns, rows);
    }

    private SourceRequest Request => command.Request(FieldNeed.None) with { PlannedAs = bind.Planned?.PlannedAs ?? bind.Planned };

    private Row WithTime(Row row)
    {
        var bucket = context.Fields.Slot(Bucket);
        row[context.Fields.Slot(EventFields.Time)] = row[bucket];
        row[bucket] = Value.Null;
        return row;
    }

    private static AggregateCall OnMetric(AggregateCall call, string metric) => call with { Field = Prefix + metric, As = call.As ?? call.Column };

    private List<AggregateCall> Expand(IReadOnlyCollection<string> names) =>
    [
        .. command.Calls.SelectMany(c => c.IsWildcard
            ? names.Where(new FieldPattern(c.Field!).Matches).Select(n => OnMetric(c.ForField(n), n))
            : [OnMetric(c, command.Metric(c))]),
    ];

    private SortedSet<string> MetricNames()
    {
        var slot = context.Fields.Slot(Mstats.MetricName);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var row in EventRows.Read(Request, context))
        {
            names.Add(row[slot].Text);
        }

        return names;
    }

    private IEnumerable<Row> Points(IReadOnlyList<AggregateCall> calls)
    {
        var (name, value, time) = (context.Fields.Slot(Mstats.MetricName), context.Fields.Slot(Mstats.MetricValue), context.Fields.Slot(EventFields.Time));
        var metrics = calls.Select(c => c.Field![Prefix.Length..]).Distinct().ToList();
        var columns = metrics.Where(m => !m.Contains('*')).ToDictionary(m => m, m => context.Fields.Slot(Prefix + m));
        var patterns = metrics.Where(m => m.Contains('*')).Select(m => (Pattern: new FieldPattern(m), Slot: context.Fields.Slot(Prefix + m))).ToArray();
        var bucket = context.Fields.Slot(Bucket);
        var dimensions = command.By.Select(context.Fields.Slot).ToArray();
        foreach (var row in EventRows.Read(Request, context))
        {
            var metric = row[name].Text;
            var wanted = columns.TryGetValue(metric, out var column);
            if (wanted)
            {
                row[column] = row[value];
            }

            foreach (var (pattern, slot) in patterns)
            {
                if (pattern.Matches(metric))
                {
                    (wanted, row[slot]) = (true, row[value]);
                }
            }

            if (!wanted)
            {
                continue;
            }

            if (command.Options.FillNull is { } filler)
            {
                foreach (var dimension in dimensions)
                {
                    row[dimension] = row[dimension].IsNull ? Value.Of(filler) : row[dimension];
                }
            }

            if (command.Options.Span is { } span)
            {
                row[bucket] = Value.Of(TimeBuckets.Start(row[time].Number, span, context.Zone));
            }

            yield return row;
        }
    }
}
