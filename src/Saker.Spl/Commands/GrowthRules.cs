using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>Whether a condition, once true of a row, stays true when more events come.</summary>
internal static class GrowthRules
{
    /// <summary>Null if it does; else why not.</summary>
    public static string? WhyNot(SearchExpression expression, GrowthState state)
    {
        foreach (var part in expression.Subexpressions())
        {
            var reason = part switch
            {
                SearchComparison comparison => WhyNot(comparison, expression, state),
                SearchIn membership when !state.IsFixed(membership.Field) => Changes(membership.Field),
                SearchNetwork network when !state.IsFixed(network.Field) => Changes(network.Field),
                SearchTerm when state.Aggregated => "it searches the text of aggregated rows",
                SearchSubsearch => "it has a subsearch",
                _ => null,
            };
            if (reason is not null)
            {
                return reason;
            }
        }

        return null;
    }

    public static string Changes(string column) => $"`{column}` can change as events are added";

    /// <summary>Null if a comparison of a column with a constant stays true once it is.</summary>
    public static string? WhyNot(string column, ComparisonOperator op, double constant, GrowthState state)
    {
        if (state.IsFixed(column))
        {
            return null;
        }

        var isUp = op is ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual;
        if (state.Rising.Contains(column) && isUp)
        {
            return null;
        }

        return state.StaysPositive.Contains(column) && op == ComparisonOperator.Greater && constant == 0 ? null : Changes(column);
    }

    private static string? WhyNot(SearchComparison comparison, SearchExpression whole, GrowthState state)
    {
        var isNegated = whole.Subexpressions().OfType<SearchNot>().Any(n => n.Inner.Subexpressions().Contains(comparison));
        if (state.IsFixed(comparison.Field))
        {
            return null;
        }

        return !isNegated && Execution.NumberText.TryParse(comparison.Value, out var constant)
            ? WhyNot(comparison.Field, comparison.Operator, constant, state)
            : Changes(comparison.Field);
    }
}
