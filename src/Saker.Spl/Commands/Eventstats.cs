using Saker.Spl.Aggregates;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>eventstats</c>: what stats computes, written to every row of the group. Rows stay as they are and in their order; one that lacks a
/// by-field gets nothing. A row with several by-values gets the results of each.
/// </summary>
public sealed record Eventstats(IReadOnlyList<AggregateCall> Calls, IReadOnlyList<string> By, bool AllNumeric) : ICommand, IGrowsOnly, IHasColumns, IHasExpressions
{
    public static CommandSpec Spec { get; } = new(
        "eventstats",
        "eventstats [allnum=<bool>] <aggregate>… [BY <field>…]",
        "Adds aggregates of a row's group to the row.",
        "eventstats avg(count) AS usual, stdev(count) AS spread BY user.username | where count > usual + 3 * spread",
        Parse)
    { Options = ["allnum"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<EvalExpression> Expressions => AggregateCall.ExpressionsOf(Calls);

    public FieldNeed Needs(FieldNeed output) => AggregateCall.Needs(Calls, By, output);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Calls.Any(c => c.IsWildcard) ? null : input?.Union(Calls.Select(c => c.Column));

    public Operator Bind(BindContext context) => new EventstatsOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        if (By.Concat(Calls.SelectMany(c => c.FieldsRead)).FirstOrDefault(f => !state.IsFixed(f)) is { } changing)
        {
            return GrowthRules.Changes(changing);
        }

        foreach (var call in Calls)
        {
            state.Assign(call.Column, []);
            (call.Growth == Growth.Rises ? state.Rising : state.Changing).Add(call.Column);
        }

        return null;
    }

    public override string ToString() => "eventstats" + (AllNumeric ? " allnum=true" : "") + " " + AggregateCall.Print(Calls, By);

    private static Eventstats Parse(CommandReader reader)
    {
        var allNumeric = false;
        var (calls, by) = AggregateCall.ReadWithBy(reader, "eventstats", () =>
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                allNumeric = value.AsBoolean();
                return true;
            }

            reader.RefuseUnknownOption("eventstats", Spec.Options);
            return false;
        });
        return new Eventstats(calls, by, allNumeric) { Span = reader.Span };
    }
}

internal sealed class EventstatsOperator(Eventstats command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var calls = command.Calls;
        var rows = input.Rows;
        if (calls.Any(c => c.IsWildcard))
        {
            var held = rows.Hold(context, "eventstats");
            (calls, rows) = (AggregateCall.Expand(calls, held, command.By, context.Fields), held);
        }

        return new RowStream(input.Columns.With(calls.Select(c => c.Column)), Write(rows, new AggregateSet(calls, context, command.AllNumeric)));
    }

    private IEnumerable<Row> Write(IEnumerable<Row> rows, AggregateSet aggregates)
    {
        var by = command.By.Select(context.Fields.Slot).ToArray();
        var groups = new Dictionary<GroupKey, Accumulator[]>();
        var held = rows as List<Row> ?? rows.Hold(context, "eventstats");
        foreach (var row in held)
        {
            foreach (var key in ByKeys.Of(row, by))
            {
                if (!groups.TryGetValue(key, out var state))
                {
                    groups[key] = state = aggregates.Create();
                    context.Memory.Take(key.Size + 48 + (72 * aggregates.Count), "eventstats");
                }

                context.Memory.Take(aggregates.Add(state, row), "eventstats");
            }
        }

        // Results are computed once a group: values() of a large group must not be sorted again for each of its rows.
        var results = groups.ToDictionary(g => g.Key, g => Array.ConvertAll(g.Value, a => a.Result));
        foreach (var row in held)
        {
            var keys = ByKeys.Of(row, by);
            for (var i = 0; i < aggregates.Count && keys.Count > 0; i++)
            {
                row[aggregates.Outputs[i]] = keys.Count == 1
                    ? results[keys[0]][i]
                    : Value.OfMany([.. keys.SelectMany(k => results[k][i].Values.ToArray())]);
            }

            yield return row;
        }
    }
}
