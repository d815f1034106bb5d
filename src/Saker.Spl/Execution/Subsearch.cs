using Saker.Spl.Commands;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>Runs subsearches of a search expression and puts what they found in their place.</summary>
internal static class Subsearch
{
    /// <summary>As many rows of a subsearch as Splunk takes.</summary>
    public const int MostRows = 10_000;

    /// <summary>The expression without subsearches; <paramref name="inner"/> are the plans of its pipelines in their order.</summary>
    public static SearchExpression Resolve(SearchExpression expression, IReadOnlyList<SearchPlan> inner, SearchContext context)
    {
        if (inner.Count == 0)
        {
            return expression;
        }

        var plans = new Queue<SearchPlan>(inner);
        return Replace(expression, plans, context);
    }

    /// <summary>The request with its subsearches answered; times that they gave count as if written there.</summary>
    public static SourceRequest Resolve(SourceRequest request, IReadOnlyList<SearchPlan> inner, SearchContext context)
    {
        if (inner.Count == 0)
        {
            return request;
        }

        var predicate = Resolve(request.Predicate, inner, context);
        return request with { PlannedAs = request.PlannedAs ?? request, Predicate = predicate, Times = [.. predicate.Conjuncts().OfType<SearchTime>()] };
    }

    /// <summary>The expression without subsearches: what each gave, read as an expression; what is none is text, and no rows are null.</summary>
    public static EvalExpression Resolve(EvalExpression expression, Queue<SearchPlan> inner, SearchContext context) =>
        inner.Count == 0 ? expression : expression.WithAnswers(() => EvalAnswer(inner.Dequeue(), context));

    /// <summary>The rows of an inner search within its bounds, with a warning if there are more, or if it found them only later.</summary>
    public static IEnumerable<Row> Rows(SearchPlan plan, SearchContext context, SubsearchBounds bounds, string command, out ColumnSet columns)
    {
        var deadline = bounds.Time is { } time ? new Deadline(context.Clock, time, context.Deadline) : null;
        var result = context.Until(deadline, () => plan.Run(context));
        columns = result.Columns;
        return Limit(deadline is null ? result.Rows : InTime(result.Rows, deadline, command, context), bounds.MostRows, command, context);
    }

    /// <summary>What is found before time is up: then its events end, and what was made of those so far is given.</summary>
    private static IEnumerable<Row> InTime(IEnumerable<Row> rows, Deadline deadline, string command, SearchContext context)
    {
        using var found = rows.GetEnumerator();
        while (context.Until(deadline, found.MoveNext))
        {
            yield return found.Current;
        }

        if (deadline.HasCut)
        {
            context.Warn($"{command}: the subsearch was cut off after {deadline.Time.TotalSeconds:#,0} s; what it had not read by then is missing");
        }
    }

    public static IEnumerable<Row> Limit(IEnumerable<Row> rows, int most, string command, SearchContext context)
    {
        var taken = 0;
        foreach (var row in rows)
        {
            if (taken++ == most)
            {
                context.Warn($"{command}: the subsearch gave more than {most:#,0} rows; the rest was left out");
                yield break;
            }

            yield return row;
        }
    }

    private static SearchExpression Replace(SearchExpression expression, Queue<SearchPlan> plans, SearchContext context) => expression switch
    {
        SearchAnd and => And([.. and.Parts.Select(p => Replace(p, plans, context))], and),
        SearchOr or => or with { Parts = [.. or.Parts.Select(p => Replace(p, plans, context))] },
        SearchNot not => not with { Inner = Replace(not.Inner, plans, context) },
        SearchSubsearch => Answer(plans.Dequeue(), context),
        _ => expression,
    };

    private static SearchAnd And(IReadOnlyList<SearchExpression> parts, SearchAnd whole) => whole with { Parts = [.. parts.SelectMany(p => p.Conjuncts())] };

    private static SearchExpression Answer(SearchPlan plan, SearchContext context)
    {
        var rows = HeldRows.Hold(Rows(plan, context, new SubsearchBounds(MostRows), "search", out var told), context, "search");
        var columns = told.NamesOf(rows, context.Fields);
        var text = FormatOperator.Text(Format.Default, rows, columns, context.Fields);
        foreach (var row in HeldRows.Release(rows, context))
        {
            row.Clear();
        }

        return PipelineParser.Parse("search " + text).Commands is [Search search] ? AsList(search.Expression) : new SearchAll();
    }

    private static EvalExpression EvalAnswer(SearchPlan plan, SearchContext context)
    {
        var rows = HeldRows.Hold(Rows(plan, context, new SubsearchBounds(MostRows), "eval", out var told), context, "eval");
        var column = context.Fields.Slot(FormatOperator.Column);
        var text = rows is [var only] && !only[column].IsNull ? only[column].Text : FormatOperator.Text(Format.Default, rows, told.NamesOf(rows, context.Fields), context.Fields);
        foreach (var row in HeldRows.Release(rows, context))
        {
            row.Clear();
        }

        if (text == Format.Default.Empty)
        {
            context.Warn("a subsearch in an expression gave no rows; its value is null");
            return new EvalLiteral(Value.Null);
        }

        try
        {
            return EvalParser.Parse(ExpandedSource.Plain(new SourceText("subsearch", text)));
        }
        catch (SplException)
        {
            return new EvalLiteral(Value.Of(text is ['(', .. var inner, ')'] ? inner : text));
        }
    }

    /// <summary><c>a=1 OR a=2 …</c> as <c>a IN (1, 2, …)</c>, which thousands of values need.</summary>
    private static SearchExpression AsList(SearchExpression expression) =>
        expression is SearchOr or && or.Parts[0] is SearchComparison first
        && or.Parts.All(p => p is SearchComparison { Operator: ComparisonOperator.Equal } comparison && comparison.Field == first.Field)
            ? new SearchIn(first.Field, [.. or.Parts.Cast<SearchComparison>().Select(c => c.Value)])
            : expression;
}
