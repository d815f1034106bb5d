using Saker.Spl.Aggregates;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>stats</c>: aggregates over all rows, or over each combination of by-fields. Rows that lack a by-field are dropped; a multivalue
/// by-field fans out. Rows come in ascending order of the by-fields.
/// </summary>
public sealed record Stats(IReadOnlyList<AggregateCall> Calls, IReadOnlyList<string> By, bool AllNumeric, string? Delimiter) : ICommand, IGrowsOnly, IForgetsOrder, IHasColumns, IHasExpressions
{
    public static CommandSpec Spec { get; } = new(
        "stats",
        "stats [allnum=<bool>] [delim=<text>] [partitions=<count>] <aggregate>… [BY <field>…] [dedup_splitvals=<bool>]",
        "Aggregates rows, by fields if given.",
        "stats count, dc(userAgent) AS agents, values(verb) AS verbs BY user.username, sourceIPs{}",
        Parse)
    { Options = ["allnum", "delim", "partitions", "dedup_splitvals"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    /// <summary>Whether a value that a multivalue by-field has several times counts once.</summary>
    public bool DistinctSplits { get; init; }

    public string? WhyOrdered => AggregateCall.WhyOrdered(Calls);

    public IEnumerable<EvalExpression> Expressions => AggregateCall.ExpressionsOf(Calls);

    public FieldNeed Needs(FieldNeed output)
    {
        if (Calls.Any(c => c.IsWildcard))
        {
            return FieldNeed.All;
        }

        var fields = Calls.SelectMany(c => c.FieldsRead).Concat(By);
        return FieldNeed.Of(Calls.Any(c => c.NeedsTime) ? fields.Append(EventFields.Time) : fields);
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Calls.Any(c => c.IsWildcard) ? null : By.Concat(Calls.Select(c => c.Column));

    public Operator Bind(BindContext context) => new StatsOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        if (state.Aggregated)
        {
            return By.Concat(Calls.SelectMany(c => c.FieldsRead)).FirstOrDefault(f => !state.IsFixed(f) && !state.StaysPositive.Contains(f)) is { } changing
                ? GrowthRules.Changes(changing)
                : Describe(state);
        }

        return By.FirstOrDefault(f => !state.IsFixed(f)) is { } field ? GrowthRules.Changes(field) : Describe(state);
    }

    public override string ToString() =>
        "stats" + (AllNumeric ? " allnum=true" : "") + (Delimiter is null ? "" : $" delim={Quote.Always(Delimiter)}")
        + " " + string.Join(", ", Calls) + (By.Count == 0 ? "" : " BY " + string.Join(", ", By.Select(Quote.Field))) + (DistinctSplits ? " dedup_splitvals=true" : "");

    /// <summary>Joins the values of each aggregate's multivalue, where a delimiter was given.</summary>
    internal IEnumerable<Row> Delimit(IEnumerable<Row> rows, IReadOnlyList<AggregateCall> calls, SearchContext context)
    {
        if (Delimiter is null)
        {
            return rows;
        }

        var slots = calls.Select(c => context.Fields.Slot(c.Column)).ToArray();
        return rows.Select(row =>
        {
            foreach (var slot in slots)
            {
                if (row[slot].IsMulti)
                {
                    row[slot] = Value.Of(string.Join(Delimiter, row[slot].Values.ToArray().Select(v => v.Text)));
                }
            }

            return row;
        });
    }

    private string? Describe(GrowthState state)
    {
        var positive = Calls.Where(c => c.Field is not null && state.StaysPositive.Contains(c.Field)).Select(c => c.Column).ToHashSet();
        state.Rising.Clear();
        state.Changing.Clear();
        state.StaysPositive.Clear();
        foreach (var call in Calls)
        {
            var set = call.Growth switch
            {
                Growth.Rises when !state.Aggregated || call.Field is null => state.Rising,
                Growth.StaysPositiveIfNotNegative when positive.Contains(call.Column) => state.StaysPositive,
                _ => state.Changing,
            };
            set.Add(call.Column);
        }

        state.Aggregated = true;
        return By.Count == 0 && Calls.Count > 0 ? "without BY there is one row from the start, even with nothing found" : null;
    }

    private static Stats Parse(CommandReader reader)
    {
        var allNumeric = false;
        string? delimiter = null;
        var distinct = false;
        while (TryOption())
        {
        }

        reader.RefuseUnknownOption("stats", Spec.Options);
        var calls = AggregateCall.ReadAll(reader, "by");
        if (calls.Count == 0)
        {
            throw reader.Error("SPL0152", "stats needs an aggregate such as count, avg(field) or values(field)");
        }

        AggregateCall.CheckColumns(calls, reader);
        var by = reader.TryKeyword("by") ? reader.ReadNames("as", "dedup_splitvals") : [];
        TryOption();
        if (reader.NextIs("as"))
        {
            throw reader.Error("SPL0105", "a field after BY keeps its name", "rename it afterwards: | rename field AS name");
        }

        if (by.Count == 0 && reader.Span.End > 0 && reader.Text[..reader.End].TrimEnd().EndsWith(" by", StringComparison.OrdinalIgnoreCase))
        {
            throw reader.Error("SPL0101", "expected a field name after BY");
        }

        reader.ExpectEnd("stats");
        return new Stats(calls, by, allNumeric, delimiter) { Span = reader.Span, DistinctSplits = distinct };

        bool TryOption()
        {
            if (!reader.TryOption(Spec.Options, out var name, out var value))
            {
                return false;
            }

            switch (name)
            {
                case "allnum": allNumeric = value.AsBoolean(); break;
                case "delim": delimiter = value.Text; break;
                case "dedup_splitvals": distinct = value.AsBoolean(); break;
                default: value.AsInteger(); break;
            }

            return true;
        }
    }
}

/// <summary>Groups rows in memory; past half the budget the groups go to disk in sorted runs, which are merged at the end.</summary>
internal sealed class StatsOperator(Stats command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var calls = command.Calls;
        var rows = input.Rows;
        if (calls.Any(c => c.IsWildcard))
        {
            var held = rows.Hold(context, "stats");
            (calls, rows) = (AggregateCall.Expand(calls, held, command.By, context.Fields), held);
        }

        var grouping = new Grouping(calls, command.By, context, "stats", command.AllNumeric) { AlwaysOneRow = command.By.Count == 0, DistinctSplits = command.DistinctSplits };
        return new RowStream(new ColumnSet(false, [.. command.By, .. calls.Select(c => c.Column)]), command.Delimit(grouping.Run(rows), calls, context));
    }
}
