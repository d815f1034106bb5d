using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Spl.Execution;

/// <summary>Gives rows of events the columns of a data model: <c>Processes.process_name</c> beside the event's own fields.</summary>
internal sealed class DatasetRows
{
    private readonly (int Slot, Evaluator Value)[] columns;

    /// <summary>The names that are fields of the model get values; others are the event's own.</summary>
    public DatasetRows(DataModel model, IEnumerable<string> names, SearchContext context)
        : this(names.Select(name => (name, model.FindField(name))).Where(f => f.Item2 is not null).Select(f => (f.name, f.Item2!)), context)
    {
    }

    public DatasetRows(IEnumerable<(string Column, DatasetField Field)> fields, SearchContext context) =>
        columns = [.. fields.Select(f => (context.Fields.Slot(f.Column), Evaluator(f.Field, context)))];

    public void Fill(Row row)
    {
        // All are computed before any is set: a column may be called as an event field that another reads.
        var values = new Value[columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = columns[i].Value(row);
        }

        for (var i = 0; i < values.Length; i++)
        {
            row[columns[i].Slot] = values[i];
        }
    }

    /// <summary>
    /// What can be asked of events before they are rows of the data set: never less than what the filter lets through. A comparison
    /// becomes one of the fields that the data set's field may come from.
    /// </summary>
    public static SearchExpression Push(SearchExpression filter, DataModel model) => filter switch
    {
        SearchAnd and => new SearchAnd([.. and.Parts.Select(p => Push(p, model))]) is var pushed && pushed.Parts.Any(p => p is not SearchAll)
            ? pushed.Parts.Where(p => p is not SearchAll).Aggregate((a, b) => a.And(b))
            : new SearchAll(),
        SearchOr or => or.Parts.Select(p => Push(p, model)).ToList() is var parts && parts.Any(p => p is SearchAll) ? new SearchAll() : new SearchOr(parts),
        SearchTime => filter,
        SearchComparison { Operator: ComparisonOperator.Equal } comparison => PushTo(comparison.Field, comparison.Value, model, source => comparison with { Field = source }),
        SearchIn membership => membership.Values.Select(v => PushTo(membership.Field, v, model, source => new SearchComparison(source, ComparisonOperator.Equal, v))).ToList() is var parts
            && parts.Any(p => p is SearchAll) ? new SearchAll() : parts.Count == 1 ? parts[0] : new SearchOr([.. parts.SelectMany(p => p is SearchOr or ? or.Parts : [p])]),
        _ => new SearchAll(),
    };

    private static SearchExpression PushTo(string name, string value, DataModel model, Func<string, SearchExpression> on)
    {
        if (model.FindField(name) is not { } field)
        {
            return EventFields.All.Contains(name) ? on(name) : new SearchAll();
        }

        if (field.Expression is not null || (field.HasDefault && new WildcardPattern(value).MatchesText(DatasetField.Default)))
        {
            return new SearchAll();
        }

        return field.Sources.Count == 1 ? on(field.Sources[0]) : new SearchOr([.. field.Sources.Select(on)]);
    }

    private static Evaluator Evaluator(DatasetField field, SearchContext context)
    {
        if (field.Expression is not null)
        {
            return new EvalCompiler(context).Compile(field.Expression);
        }

        var sources = field.Sources.Select(context.Fields.Slot).ToArray();
        var otherwise = field.HasDefault ? Value.Of(DatasetField.Default) : Value.Null;
        return row =>
        {
            foreach (var source in sources)
            {
                if (!row[source].IsNull)
                {
                    return row[source];
                }
            }

            return otherwise;
        };
    }
}
