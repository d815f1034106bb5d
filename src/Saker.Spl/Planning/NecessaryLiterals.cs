using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>
/// Texts that stand in an event's JSON wherever an expression holds, in either case: of each list one, of all lists. For
/// <c>verb=create objectRef.namespace IN ("default", "kube-*")</c> they are <c>verb</c>, <c>"create"</c>, <c>objectRef</c>, and <c>"default"</c> or
/// <c>"kube-</c>. A value may still be written with escapes (<c>\u0063reate</c>): who seeks must look for those too.
/// Where no white space stands around colons, a key and its value are one text: <c>verb":"create"</c>, and <c>namespace":"default"</c> or <c>namespace":"kube-</c>.
/// </summary>
internal static class NecessaryLiterals
{
    /// <summary>Shorter ones stand everywhere.</summary>
    private const int Shortest = 3;

    /// <summary>From so many on, one of them is always there.</summary>
    private const int MostAlternatives = 64;

    /// <summary>Of a key that stands with its value no more is sought, where both are long.</summary>
    private const int LongestKey = 10;

    /// <param name="expression">What must hold.</param>
    /// <param name="isCompact">Whether the JSON has no white space around colons.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(SearchExpression expression, bool isCompact = false) => expression switch
    {
        SearchAnd and => [.. and.Parts.SelectMany(part => Of(part, isCompact))],
        SearchOr or => Any(or.Parts.Select(part => Of(part, isCompact))),
        SearchTerm term => Each(term.Text.Split('*').SelectMany(part => Runs(part, c => c <= '~'))),
        SearchIn { Field: var field, Values: var values } => [.. Name(field), .. Any(values.Select(value => Value(isCompact ? Key(field) : "", value)))],
        SearchComparison { Operator: ComparisonOperator.Equal } comparison => [.. Name(comparison.Field), .. Value(isCompact ? Key(comparison.Field) : "", comparison.Value)],

        // Whatever a field is compared with, the event has it.
        SearchComparison comparison => Name(comparison.Field),
        SearchNetwork network => Name(network.Field),
        _ => [],
    };

    /// <summary>
    /// The keys that lead to what an expression asks of fields, one of each path, in their own case: the first, which the largest parts of an event go by. For
    /// <c>requestObject.message="Pulling*"</c> it is <c>requestObject</c>.
    /// </summary>
    public static IReadOnlyList<string> Roots(SearchExpression expression) => expression switch
    {
        SearchAnd and => [.. and.Parts.SelectMany(Roots).Distinct()],
        SearchIn list => Root(list.Field),
        SearchComparison comparison => Root(comparison.Field),
        SearchNetwork network => Root(network.Field),
        _ => [],
    };

    /// <summary>The end of the key that stands before a field's value; empty if none surely does: before an array's elements there is none.</summary>
    public static string Key(string field)
    {
        var key = field[(field.LastIndexOf('.') + 1)..];
        return EventFields.All.Contains(field) || !key.All(c => IsPlain(c) && c is not ('{' or '}')) ? "" : key[^Math.Min(key.Length, LongestKey)..];
    }

    private static IReadOnlyList<string> Root(string field) =>
        !EventFields.All.Contains(field) && field.Split('.', '{')[0] is var root && root.Length < field.Length && root.Length >= Shortest && root.All(IsPlain) ? [root] : [];

    /// <summary>One list that holds for whichever part does: the best of each. None if a part has none.</summary>
    private static IReadOnlyList<IReadOnlyList<string>> Any(IEnumerable<IReadOnlyList<IReadOnlyList<string>>> parts)
    {
        var union = new List<string>();
        foreach (var part in parts)
        {
            if (part.MaxBy(list => list.Min(text => text.Length)) is not { } best || union.Count + best.Count > MostAlternatives)
            {
                return [];
            }

            union.AddRange(best.Except(union));
        }

        return union.Count == 0 ? [] : [union];
    }

    /// <summary>The longest part of a path: the key that leads to the value has it, with dots or without.</summary>
    private static IReadOnlyList<IReadOnlyList<string>> Name(string field) =>
        EventFields.All.Contains(field) ? [] : Each(Runs(field.Split('.', '{', '}').MaxBy(s => s.Length) ?? "", IsPlain).Take(1));

    /// <summary>The value's parts between its asterisks, with the quotes that stand around a text, and the key that stands before it.</summary>
    private static IReadOnlyList<IReadOnlyList<string>> Value(string key, string value)
    {
        var parts = value.Split('*');
        var found = new List<IReadOnlyList<string>>();
        for (var i = 0; i < parts.Length; i++)
        {
            var runs = Runs(parts[i], IsPlain, shortest: 1).ToList();
            var (isFirst, mayBeWord) = (runs.Count > 0 && i == 0 && parts[i].StartsWith(runs[0], StringComparison.Ordinal), MayBeWord(parts[i]));
            if (runs.Count > 0 && i == parts.Length - 1 && parts[i].EndsWith(runs[^1], StringComparison.Ordinal) && !mayBeWord)
            {
                runs[^1] += '"';
            }

            if (isFirst && key.Length > 0)
            {
                found.Add(mayBeWord ? [$"{key}\":{runs[0]}", $"{key}\":\"{runs[0]}"] : [$"{key}\":\"{runs[0]}"]);
                runs.RemoveAt(0);
            }
            else if (isFirst && !mayBeWord)
            {
                runs[0] = '"' + runs[0];
            }

            found.AddRange(Each(runs.Where(r => r.Length >= Shortest)));
        }

        return [.. found.DistinctBy(alternatives => string.Join('\n', alternatives))];
    }

    /// <summary>Whether this may be (part of) a number, true, false or null, which stand without quotes.</summary>
    private static bool MayBeWord(string part) =>
        part.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or '.' or 'e' or 'E')
        || ((string[])["true", "false", "null"]).Any(w => w.StartsWith(part, StringComparison.OrdinalIgnoreCase) || w.EndsWith(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>What JSON writes as it is, and a text in another case has too.</summary>
    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not ('"' or '\\' or '<' or '>' or '&');

    private static IReadOnlyList<IReadOnlyList<string>> Each(IEnumerable<string> texts) => [.. texts.Distinct().Select(t => (IReadOnlyList<string>)[t])];

    private static IEnumerable<string> Runs(string text, Func<char, bool> isPlain, int shortest = Shortest)
    {
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || !isPlain(text[at]))
            {
                if (at - start >= shortest)
                {
                    yield return text[start..at];
                }

                start = at + 1;
            }
        }
    }
}
