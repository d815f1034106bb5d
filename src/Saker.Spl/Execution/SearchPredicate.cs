using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>A search expression made ready to be asked of rows.</summary>
public delegate bool RowPredicate(Row row);

/// <summary>Makes predicates of search expressions. Times inside the expression bound the window and hold for every row here.</summary>
public static class SearchPredicate
{
    /// <summary>From so many values on (a subsearch gives thousands) a hash set is faster than trying each.</summary>
    private const int ManyValues = 16;

    public static RowPredicate Compile(SearchExpression expression, FieldTable fields)
    {
        switch (expression)
        {
            case SearchAll or SearchTime:
                return static _ => true;
            case SearchAnd and:
                return All([.. and.Parts.Where(p => p is not (SearchTime or SearchAll)).Select(p => Compile(p, fields))]);
            case SearchOr or:
                return Any([.. or.Parts.Select(p => Compile(p, fields))]);
            case SearchNot not:
                var inner = Compile(not.Inner, fields);
                return row => !inner(row);
            case SearchTerm term:
                return Term(term, fields.Slot(EventFields.Raw));
            case SearchIn membership:
                return Membership(membership, fields.Slot(membership.Field));
            case SearchNetwork network:
                return Network(network, fields.Slot(network.Field));
            case SearchComparison comparison:
                return Comparison(comparison, fields.Slot(comparison.Field));
            default:
                throw new SplException(new Diagnostic(
                    "SPL0112", Severity.Error, "a subsearch cannot be run here", new SourceText("search", expression.ToString()), default, "run the inner search first and write its values into the outer one"));
        }
    }

    private static RowPredicate All(RowPredicate[] parts) => parts.Length == 1 ? parts[0] : row =>
    {
        foreach (var part in parts)
        {
            if (!part(row))
            {
                return false;
            }
        }

        return true;
    };

    private static RowPredicate Any(RowPredicate[] parts) => row =>
    {
        foreach (var part in parts)
        {
            if (part(row))
            {
                return true;
            }
        }

        return false;
    };

    private static RowPredicate Term(SearchTerm term, int raw)
    {
        var matcher = new TermMatcher(term.Text, term.Kind);
        return row => matcher.Matches(row[raw]);
    }

    private static RowPredicate Membership(SearchIn membership, int slot)
    {
        var patterns = membership.Values.Select(v => new WildcardPattern(v)).ToArray();
        if (patterns.Length > ManyValues && Array.TrueForAll(patterns, p => p.IsExact))
        {
            return ManyExact(membership, slot);
        }

        return row =>
        {
            var value = row[slot];
            foreach (var pattern in patterns)
            {
                if (pattern.Matches(value))
                {
                    return true;
                }
            }

            return false;
        };
    }

    private static RowPredicate ManyExact(SearchIn membership, int slot)
    {
        var values = membership.Values.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return row =>
        {
            foreach (var value in row[slot].Values)
            {
                if (values.Contains(value.Text))
                {
                    return true;
                }
            }

            return false;
        };
    }

    private static RowPredicate Comparison(SearchComparison comparison, int slot)
    {
        var pattern = new WildcardPattern(comparison.Value);
        return comparison.Operator switch
        {
            ComparisonOperator.Equal when pattern.MatchesEverything => row => !row[slot].IsNull,
            ComparisonOperator.Equal => row => pattern.Matches(row[slot]),
            ComparisonOperator.NotEqual => row => !row[slot].IsNull && !pattern.Matches(row[slot]),
            _ => Order(comparison, slot),
        };
    }

    private static RowPredicate Network(SearchNetwork network, int slot)
    {
        var holds = NetworkOf(network);
        return row =>
        {
            foreach (var value in row[slot].Values)
            {
                if (holds(value))
                {
                    return !network.Differs;
                }
            }

            return network.Differs && !row[slot].IsNull;
        };
    }

    /// <summary>Whether a value is an address of the range, or written as the range is.</summary>
    internal static Func<Value, bool> NetworkOf(SearchNetwork network)
    {
        var range = AddressRange.Parse(network.Range);
        return value => range?.Contains(value.Text) == true || value.Text.Equals(network.Range, StringComparison.OrdinalIgnoreCase);
    }

    private static RowPredicate Order(SearchComparison comparison, int slot)
    {
        var holds = OrderOf(comparison);
        return row =>
        {
            foreach (var value in row[slot].Values)
            {
                if (holds(value))
                {
                    return true;
                }
            }

            return false;
        };
    }

    /// <summary>As numbers where both sides are numbers, else as text; any value of a multivalue suffices.</summary>
    internal static Func<Value, bool> OrderOf(SearchComparison comparison)
    {
        var wanted = Value.Of(comparison.Value);
        var isNumber = wanted.TryGetNumber(out var number);
        return value =>
        {
            var order = isNumber && value.TryGetNumber(out var actual)
                ? actual.CompareTo(number)
                : string.Compare(value.Text, comparison.Value, StringComparison.OrdinalIgnoreCase);
            return comparison.Operator switch
            {
                ComparisonOperator.Less => order < 0,
                ComparisonOperator.LessOrEqual => order <= 0,
                ComparisonOperator.Greater => order > 0,
                _ => order >= 0,
            };
        };
    }
}
