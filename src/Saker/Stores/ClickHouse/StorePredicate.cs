using System.Globalization;
using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Stores.ClickHouse;

/// <summary>
/// The part of a request that ClickHouse answers: a WHERE that holds for every event the request wants, and for as few others as can be said with
/// columns. The engine asks the whole predicate again, so this may only be too wide.
/// </summary>
/// <param name="Table">The table to read.</param>
/// <param name="Where">SQL; <c>1</c> where nothing can be said.</param>
internal sealed record StorePredicate(string Table, string Where)
{
    private const int MostValues = 1000;
    private const int MostCharacters = 100_000;

    /// <summary>Translates a request over a range of time.</summary>
    public static StorePredicate Of(SourceRequest request, TimeRange range)
    {
        var parts = TimeParts(range);
        var translation = new Translation(request.IsMetrics);
        foreach (var part in Wanted(request).Conjuncts())
        {
            var sql = translation.Print(part);
            if (sql != Translation.True && parts.Sum(p => p.Length) + sql.Length < MostCharacters)
            {
                parts.Add(sql);
            }
        }

        return new StorePredicate(request.IsMetrics ? "metrics" : "events", parts.Count == 0 ? Translation.True : string.Join(" AND ", parts));
    }

    public override string ToString() => $"{Table} WHERE {Where}";

    private static SearchExpression Wanted(SourceRequest request) => request.IsMetrics && request.Metrics.Count > 0
        ? request.Predicate.And(new SearchIn("metric_name", [.. request.Metrics.Select(m => m.Text)]))
        : request.Predicate;

    private static List<string> TimeParts(TimeRange range)
    {
        var parts = new List<string>();
        if (range.Earliest > long.MinValue)
        {
            parts.Add($"_time >= {Sql.Time(range.Earliest)}");
        }

        if (range.Latest < long.MaxValue)
        {
            parts.Add($"_time < {Sql.Time(range.Latest)}");
        }

        return parts;
    }

    /// <summary>
    /// Each expression has a wide form, which holds wherever the expression does, and a narrow one, which holds only where it does. They are the same
    /// where columns say it exactly; NOT exchanges them.
    /// </summary>
    private sealed class Translation(bool isMetric)
    {
        public const string True = "1";
        private const string False = "0";

        public string Print(SearchExpression part)
        {
            var usesColumns = part.Subexpressions().Any(e => e is SearchComparison or SearchIn);
            var wide = Wide(part);
            // Columns of an event with several values, or with letters whose case only the engine knows, do not say it all.
            return wide == True || !usesColumns ? wide : $"(is_exact = 0 OR {wide})";
        }

        private string Wide(SearchExpression expression) => expression switch
        {
            SearchAnd and => All(and.Parts.Select(Wide)),
            SearchOr or => Any(or.Parts.Select(Wide)),
            SearchNot not => Not(Narrow(not.Inner)),
            SearchComparison comparison => Leaf(comparison).Wide,
            SearchIn membership => Any(Leaves(membership).Select(l => l.Wide)),
            SearchTerm term => Contains(term),
            _ => True,
        };

        private string Narrow(SearchExpression expression) => expression switch
        {
            SearchAnd and => All(and.Parts.Select(Narrow)),
            SearchOr or => Any(or.Parts.Select(Narrow)),
            SearchNot not => Not(Wide(not.Inner)),
            SearchComparison comparison => Leaf(comparison).Narrow,
            SearchIn membership => Any(Leaves(membership).Select(l => l.Narrow)),
            _ => False,
        };

        private IEnumerable<(string Wide, string Narrow)> Leaves(SearchIn membership)
        {
            if (membership.Values.Count > MostValues || StoreColumn.Find(membership.Field, isMetric) is not { } column)
            {
                return [(True, False)];
            }

            var exact = membership.Values.Where(v => v.Length > 0 && !v.Contains('*') && Ascii.IsValid(v)).Select(v => Sql.Text(v.ToLowerInvariant())).ToList();
            var rest = membership.Values.Where(v => v.Length == 0 || v.Contains('*') || !Ascii.IsValid(v)).Select(v => Equal(column, v));
            return exact.Count == 0 ? rest : rest.Prepend(Unless(column, exact.Count == 1
                ? Matching(column, x => $"lower({x}) = {exact[0]}")
                : Matching(column, x => $"lower({x}) IN ({string.Join(", ", exact)})")));
        }

        private (string Wide, string Narrow) Leaf(SearchComparison comparison) => StoreColumn.Find(comparison.Field, isMetric) is not { } column
            ? (True, False)
            : comparison.Operator switch
            {
                ComparisonOperator.Equal => Equal(column, comparison.Value),
                ComparisonOperator.NotEqual => NotEqual(column, comparison.Value),
                _ => Order(column, comparison),
            };

        private static (string Wide, string Narrow) Equal(StoreColumn column, string value)
        {
            // Which letters beyond ASCII are equal but for case is the engine's to say.
            if (!Ascii.IsValid(value))
            {
                return (True, False);
            }

            var matchesEmpty = value.All(c => c == '*');
            if (value.Length > 0 && matchesEmpty)
            {
                return Present(column);
            }

            var matching = Matching(column, Match(value));
            return matchesEmpty && column.Kind == ColumnKind.Promoted ? (matching, False) : Unless(column, matching, matchesEmpty);
        }

        private static (string Wide, string Narrow) NotEqual(StoreColumn column, string value)
        {
            if (!Ascii.IsValid(value))
            {
                return (Present(column).Wide, False);
            }

            var matchesEmpty = value.All(c => c == '*');
            if (value.Length > 0 && matchesEmpty)
            {
                return (False, False);
            }

            var different = Not(Matching(column, Match(value)));
            var present = All([IsFilled(column), different]);
            return column.Kind switch
            {
                ColumnKind.Present => (different, different),
                ColumnKind.NullIfEmpty or ColumnKind.PromotedArray => (present, present),
                ColumnKind.UnknownIfEmpty => (Any([Not(IsFilled(column)), different]), present),
                _ => (different, present),
            };
        }

        /// <summary>As numbers, where both are small whole ones; how else values are ordered is the engine's to say.</summary>
        private static (string Wide, string Narrow) Order(StoreColumn column, SearchComparison comparison)
        {
            if (column.Kind != ColumnKind.Promoted || !(comparison.Value.Length is > 0 and < 10 && comparison.Value.All(char.IsAsciiDigit)))
            {
                return (True, False);
            }

            var isNumber = $"match({column.Name}, '^[0-9]{{1,9}}$')";
            var holds = $"toUInt32OrZero({column.Name}) {Symbol(comparison.Operator)} {int.Parse(comparison.Value, CultureInfo.InvariantCulture)}";
            return (Any([Not(isNumber), holds]), All([isNumber, holds]));
        }

        /// <summary>The field has a value.</summary>
        private static (string Wide, string Narrow) Present(StoreColumn column) => column.Kind switch
        {
            ColumnKind.Present => (True, True),
            ColumnKind.NullIfEmpty or ColumnKind.PromotedArray => (IsFilled(column), IsFilled(column)),
            _ => (True, IsFilled(column)),
        };

        /// <summary>Both forms of a test that holds for a filled column, or (<paramref name="matchesEmpty"/>) for an empty one.</summary>
        private static (string Wide, string Narrow) Unless(StoreColumn column, string matching, bool matchesEmpty = false) => column.Kind switch
        {
            ColumnKind.UnknownIfEmpty => (Any([Not(IsFilled(column)), matching]), All([IsFilled(column), matching])),
            ColumnKind.NullIfEmpty when matchesEmpty => (False, False),
            _ => (matching, matching),
        };

        private static string Matching(StoreColumn column, Func<string, string> test) =>
            column.Kind == ColumnKind.PromotedArray ? $"arrayExists(x -> {test("x")}, {column.Name})" : test(column.Name);

        private static Func<string, string> Match(string value)
        {
            var lower = value.ToLowerInvariant();
            return lower.Contains('*') ? x => $"lower({x}) LIKE {Sql.Like(lower)}" : x => $"lower({x}) = {Sql.Text(lower)}";
        }

        private static string IsFilled(StoreColumn column) => column.Kind == ColumnKind.PromotedArray ? $"notEmpty({column.Name})" : $"{column.Name} != ''";

        /// <summary>The longest run of the term's characters stands somewhere in the text; where it begins and ends is the engine's to say.</summary>
        private string Contains(SearchTerm term)
        {
            var longest = term.Text.Split('*').MaxBy(p => p.Length)!;
            return isMetric || longest.Length == 0 || !Ascii.IsValid(term.Text) ? True
                : term.Kind == TermKind.Case ? $"position(raw, {Sql.Text(longest)}) > 0" : $"positionCaseInsensitive(raw, {Sql.Text(longest)}) > 0";
        }

        private static string Symbol(ComparisonOperator order) => order switch
        {
            ComparisonOperator.Less => "<",
            ComparisonOperator.LessOrEqual => "<=",
            ComparisonOperator.Greater => ">",
            _ => ">=",
        };

        private static string All(IEnumerable<string> parts)
        {
            var left = parts.Where(p => p != True).ToList();
            return left.Contains(False) ? False : left.Count == 0 ? True : left.Count == 1 ? left[0] : $"({string.Join(" AND ", left)})";
        }

        private static string Any(IEnumerable<string> parts)
        {
            var left = parts.Where(p => p != False).ToList();
            return left.Contains(True) ? True : left.Count == 0 ? False : left.Count == 1 ? left[0] : $"({string.Join(" OR ", left)})";
        }

        private static string Not(string sql) => sql switch
        {
            True => False,
            False => True,
            _ => $"NOT ({sql})",
        };
    }
}
