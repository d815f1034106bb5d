using Saker.Spl.Aggregates;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;

namespace Saker.Spl.Commands;

/// <summary>Runs chart and timechart: a state for each row and series; then chooses series, and fills time that had no events.</summary>
internal sealed class SeriesTable(IReadOnlyList<ChartTerm> terms, SplitField? over, SplitField? by, ChartOptions options, SeriesFilter? filter, SearchContext context) : Operator
{
    private const int MostRows = 50_000;
    private readonly AggregateCall[] calls = [.. terms.SelectMany(t => t.Calls)];
    private readonly AggregateSet aggregates = new([.. terms.SelectMany(t => t.Calls)], context);
    private readonly Evaluator?[] expressions = [.. terms.Select(t => t.Expression is null ? null : new EvalCompiler(context).Compile(t.Expression))];
    private readonly Dictionary<Value, SeriesRow> table = [];
    private readonly HashSet<Value> series = [];

    public bool IsTimechart { get; init; }

    private sealed class SeriesRow
    {
        public EvidenceBuilder Evidence;

        public Dictionary<Value, Accumulator[]> Cells { get; } = [];
    }

    public static FieldNeed Needs(IReadOnlyList<ChartTerm> terms, IEnumerable<SplitField?> splits)
    {
        var calls = terms.SelectMany(t => t.Calls).ToList();
        var fields = calls.SelectMany(c => c.FieldsRead).Concat(splits.OfType<SplitField>().Select(s => s.Field));
        return FieldNeed.Of(calls.Any(c => c.NeedsTime) ? fields.Append(EventFields.Time) : fields);
    }

    public override RowStream Run(RowStream input)
    {
        var columns = new ColumnSet(false, over is null ? [] : [over.Field]);
        // The columns are known when all rows are: commands after this one ask for them before they read.
        return new RowStream(columns, Fill(input.Rows, columns));
    }

    private IEnumerable<Row> Fill(IEnumerable<Row> rows, ColumnSet columns)
    {
        var (xBins, rest) = BinningOf(over, rows);
        var (yBins, all) = BinningOf(by, rest);
        foreach (var row in all)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Add(row, xBins, yBins);
        }

        var shown = Choose();
        var hasOther = by is not null && options.UseOther && shown.Count < series.Count;
        foreach (var term in terms)
        {
            foreach (var name in by is null ? [null] : shown.Select(NameOf).Append(hasOther ? options.Other : null).Where(n => n is not null))
            {
                columns.Add(Column(term, name));
            }
        }

        return Keys(xBins).Select(x => ToRow(x, shown, hasOther, LengthOf(x, xBins)));
    }

    private (Binning?, IEnumerable<Row>) BinningOf(SplitField? split, IEnumerable<Row> rows)
    {
        if (split is null || (split.Bins.IsEmpty && !(IsTimechart && split == over)))
        {
            return (null, rows);
        }

        if (split.Bins.Span is { } span && split.Bins.AlignTime is null)
        {
            return (new Binning(span, split.Field, context), rows);
        }

        var held = rows as List<Row> ?? rows.Hold(context, IsTimechart ? "timechart" : "chart");
        var slot = context.Fields.Slot(split.Field);
        var numbers = held.SelectMany(r => r[slot].Values.ToArray()).Select(v => v.TryGetNumber(out var n) ? n : double.NaN).Where(n => !double.IsNaN(n)).ToList();
        var (least, most) = numbers.Count > 0 ? (numbers.Min(), numbers.Max()) : (double.PositiveInfinity, double.NegativeInfinity);
        return (new Binning(Binning.Choose(split.Bins, split.Field, least, most, context), split.Field, context, Binning.Origin(split.Bins, least, most, context)), held);
    }

    private IEnumerable<Value> Splits(IEnumerable<Value> values) => options.DistinctSplits ? values.Distinct() : values;

    private void Add(Row row, Binning? xBins, Binning? yBins)
    {
        var xs = over is null ? Value.Empty : row[context.Fields.Slot(over.Field)];
        var ys = by is null ? [Value.Empty] : row[context.Fields.Slot(by.Field)].Values.ToArray();
        if (ys.Length == 0)
        {
            if (!options.UseNull)
            {
                return;
            }

            ys = [Value.Null];
        }

        foreach (var x in Splits(xs.Values.ToArray().Select(v => xBins?.Of(v) ?? v)))
        {
            if (!table.TryGetValue(x, out var cells))
            {
                table[x.Detached] = cells = new SeriesRow();
                context.Memory.Take(ValueCodec.Size(x) + 200, IsTimechart ? "timechart" : "chart");
            }

            foreach (var y in Splits(ys.Select(v => v.IsNull ? v : yBins?.Of(v) ?? v)))
            {
                AddTo(cells, y.Detached, row);
            }

            cells.Evidence.Add(row.Evidence);
        }
    }

    private void AddTo(SeriesRow cells, Value y, Row row)
    {
        var grown = 0;
        if (!cells.Cells.TryGetValue(y, out var state))
        {
            cells.Cells[y] = state = aggregates.Create();
            grown = ValueCodec.Size(y) + 64 + (72 * aggregates.Count);
            series.Add(y);
        }

        context.Memory.Take(grown + aggregates.Add(state, row), IsTimechart ? "timechart" : "chart");
    }

    /// <summary>The series that are shown, in the order of their columns; NULL last.</summary>
    private List<Value> Choose()
    {
        var ordered = series.OrderBy(s => s.IsNull).ThenBy(s => s, BinOrder.Instance).ToList();
        if (by is null || (filter is null && (options.Limit == 0 || series.Count <= options.Limit)))
        {
            return ordered;
        }

        var scores = ordered.Where(s => !s.IsNull).Select(s => (Series: s, Score: Score(s, filter?.Aggregate ?? options.Agg))).ToList();
        var kept = filter switch
        {
            null => Ranked(scores, options.LimitIsBottom, options.Limit),
            { Comparison: ">" } => scores.Where(s => s.Score > filter.Number).Select(s => s.Series).ToHashSet(),
            { Comparison: "<" } => scores.Where(s => s.Score < filter.Number).Select(s => s.Series).ToHashSet(),
            { Comparison: "in top" or "in bottom" } => Ranked(scores, filter.Comparison == "in bottom", (int)filter.Number),
            _ => [.. scores.Select(s => s.Series).Except(Ranked(scores, filter.Comparison == "notin bottom", (int)filter.Number))],
        };
        return [.. ordered.Where(s => s.IsNull || kept.Contains(s))];
    }

    private static HashSet<Value> Ranked(List<(Value Series, double Score)> scores, bool isBottom, int count) =>
        [.. (isBottom ? scores.OrderBy(s => s.Score) : scores.OrderByDescending(s => s.Score)).Take(count).Select(s => s.Series)];

    /// <summary>What a series' cells of the first aggregate come to: their sum, or another aggregate.</summary>
    private double Score(Value name, string? aggregate)
    {
        AggregateTable.TryFind(aggregate is null or "count" or "c" ? "sum" : aggregate, out var spec, out var percent);
        var state = spec.Create(percent);
        foreach (var row in table.Values)
        {
            if (row.Cells.TryGetValue(name, out var cell) && Results(cell, 1)[0] is { IsNull: false } value)
            {
                state.Add(value.First, 0);
            }
        }

        return state.Result.TryGetNumber(out var score) ? score : double.NegativeInfinity;
    }

    private IEnumerable<Value> Keys(Binning? bins)
    {
        if (!IsTimechart)
        {
            return over is null && table.Count == 0 ? [Value.Empty] : table.Keys.Order(BinOrder.Instance);
        }

        var times = table.Keys.Select(k => k.TryGetNumber(out var t) ? t : double.NaN).Where(t => !double.IsNaN(t)).Order().ToList();
        return (options.Continuous ? Continuous(times, bins!) : times).Where(t => options.Partial || bins!.IsWhole(t)).Select(Value.Of);
    }

    private IEnumerable<double> Continuous(List<double> times, Binning bins)
    {
        var (least, most) = times.Count > 0 ? (times[0], times[^1]) : (double.PositiveInfinity, double.NegativeInfinity);
        var (from, to) = options.FixedRange ? TimeBuckets.Extent(context.Range, least, most) : (least, most);
        if (!double.IsFinite(from) || !double.IsFinite(to))
        {
            yield break;
        }

        var count = 0;
        for (var time = bins.StartOf(from); time <= to; time = bins.Next(time))
        {
            if (++count > MostRows)
            {
                context.Warn($"timechart gave the first {MostRows:#,0} buckets of time; take a longer span");
                yield break;
            }

            yield return time;
        }
    }

    private Row ToRow(Value x, List<Value> shown, bool hasOther, double seconds)
    {
        var row = new Row(context.Fields.Count);
        if (over is not null)
        {
            row[context.Fields.Slot(over.Field)] = x;
        }

        var cells = table.GetValueOrDefault(x);
        row.Evidence = cells?.Evidence.Build() ?? default;
        if (by is null)
        {
            Write(row, null, cells?.Cells.GetValueOrDefault(Value.Empty), seconds);
            return row;
        }

        foreach (var name in shown)
        {
            Write(row, NameOf(name), cells?.Cells.GetValueOrDefault(name), seconds);
        }

        if (hasOther)
        {
            var others = cells?.Cells.Where(c => !c.Key.IsNull && !shown.Contains(c.Key)).Select(c => c.Value) ?? [];
            var sum = aggregates.Create();
            foreach (var other in others)
            {
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i].Merge(other[i]);
                }
            }

            Write(row, options.Other, sum, seconds);
        }

        return row;
    }

    private void Write(Row row, string? name, Accumulator[]? state, double seconds)
    {
        var results = Results(state ?? aggregates.Create(), seconds);
        for (var i = 0; i < terms.Count; i++)
        {
            row[context.Fields.Slot(Column(terms[i], name))] = results[i];
        }
    }

    private Value[] Results(Accumulator[] state, double seconds)
    {
        var results = new Value[terms.Count];
        var (at, inner) = (0, new Row(context.Fields.Count));
        for (var i = 0; i < terms.Count; i++)
        {
            var count = terms[i].Calls.Count;
            for (var j = at; j < at + count; j++)
            {
                inner[aggregates.Outputs[j]] = ResultOf(state, j, seconds);
            }

            results[i] = expressions[i] is { } expression ? expression(inner) : ResultOf(state, at, seconds);
            at += count;
        }

        return results;
    }

    private Value ResultOf(Accumulator[] state, int index, double seconds) =>
        calls[index].Aggregate.PerSeconds is > 0 and var unit && state[index].Result.TryGetNumber(out var sum) ? Value.Of(sum * unit / seconds) : state[index].Result;

    /// <summary>How many seconds the bucket of time that begins here has.</summary>
    private double LengthOf(Value start, Binning? bins) => IsTimechart && start.TryGetNumber(out var time) ? bins!.Next(time) - time : 1;

    private string NameOf(Value value) => value.IsNull ? options.Null : value.Text;

    private string Column(ChartTerm term, string? name) => name is null ? term.Column : terms.Count == 1 ? name : options.Naming.Of(term.Column, name);
}

/// <summary>The order of values that may be ranges: <c>10-20</c> before <c>100-200</c>.</summary>
internal sealed class BinOrder : IComparer<Value>
{
    public static readonly BinOrder Instance = new();

    public int Compare(Value x, Value y)
    {
        var (xIsNumber, yIsNumber) = (TryStart(x, out var a), TryStart(y, out var b));
        var order = xIsNumber && yIsNumber ? a.CompareTo(b) : yIsNumber.CompareTo(xIsNumber);
        return order != 0 ? order : string.CompareOrdinal(x.Text, y.Text);
    }

    private static bool TryStart(Value value, out double start)
    {
        if (value.TryGetNumber(out start))
        {
            return true;
        }

        var text = value.Text;
        var dash = text.IndexOf('-', Math.Min(1, text.Length));
        return dash > 0 && NumberText.TryParse(text.AsSpan(0, dash), out start) && NumberText.TryParse(text.AsSpan(dash + 1), out _);
    }
}
