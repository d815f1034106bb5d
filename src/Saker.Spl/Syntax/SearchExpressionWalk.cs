namespace Saker.Spl.Syntax;

/// <summary>Questions about a whole search expression.</summary>
public static class SearchExpressionWalk
{
    /// <summary>The expression and everything in it.</summary>
    public static IEnumerable<SearchExpression> Subexpressions(this SearchExpression expression) => expression switch
    {
        SearchAnd and => and.Parts.SelectMany(Subexpressions).Prepend(and),
        SearchOr or => or.Parts.SelectMany(Subexpressions).Prepend(or),
        SearchNot not => Subexpressions(not.Inner).Prepend(not),
        _ => [expression],
    };

    /// <summary>The fields it reads; phrases read <c>_raw</c>, subsearches whose columns are not known before they run read everything (<c>*</c>).</summary>
    public static IEnumerable<string> FieldsRead(this SearchExpression expression) => expression.Subexpressions().SelectMany(e => (string[])(e switch
    {
        SearchComparison comparison => [comparison.Field],
        SearchIn membership => [membership.Field],
        SearchNetwork network => [network.Field],
        SearchTerm => [Execution.EventFields.Raw],
        SearchSubsearch subsearch => Planning.SubsearchColumns.Of(subsearch.Pipeline) ?? ["*"],
        _ => [],
    })).Distinct();

    /// <summary>The pipelines of its subsearches, in their order.</summary>
    public static IEnumerable<Pipeline> Pipelines(this SearchExpression expression) => expression.Subexpressions().OfType<SearchSubsearch>().Select(s => s.Pipeline);

    /// <summary>What can be asked while subsearches have no answer yet: never less than what holds with one.</summary>
    public static SearchExpression WithoutSubsearches(this SearchExpression expression) => expression switch
    {
        SearchSubsearch => new SearchAll(),
        SearchNot negated when negated.Pipelines().Any() => new SearchAll(),
        SearchOr any when any.Pipelines().Any() => any.Parts.Select(WithoutSubsearches).ToList() is var parts && parts.Exists(p => p is SearchAll) ? new SearchAll() : new SearchOr(parts),
        SearchAnd all when all.Pipelines().Any() => all.Parts.Select(WithoutSubsearches).Aggregate((a, b) => a.And(b)),
        _ => expression,
    };

    /// <summary>The parts that must all hold.</summary>
    public static IReadOnlyList<SearchExpression> Conjuncts(this SearchExpression expression) => expression switch
    {
        SearchAnd and => and.Parts,
        SearchAll => [],
        _ => [expression],
    };

    /// <summary>Both must hold.</summary>
    public static SearchExpression And(this SearchExpression left, SearchExpression right)
    {
        var parts = left.Conjuncts().Concat(right.Conjuncts()).ToList();
        return parts.Count switch { 0 => new SearchAll(), 1 => parts[0], _ => new SearchAnd(parts) };
    }
}
