using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>
/// Texts that stand in an event's JSON wherever an expression holds, in either case: of each list one, of all lists. For
/// <c>verb=create objectRef.namespace IN ("default", "kube-*")</c> they are <c>verb</c>, <c>"create"</c>, <c>namespace</c>, and <c>"default"</c> or
/// <c>"kube-</c>. A value may still be written with escapes (<c>\u0063reate</c>): who seeks must look for those too.
/// </summary>
internal static class NecessaryLiterals
{
    /// <summary>Shorter ones stand everywhere.</summary>
    private const int Shortest = 3;

    /// <summary>From so many on, one of them is always there.</summary>
    private const int MostAlternatives = 64;

    public static IReadOnlyList<IReadOnlyList<string>> Of(SearchExpression expression) => expression switch
    {
        SearchAnd and => [.. and.Parts.SelectMany(Of)],
        SearchOr or => Any(or.Parts.Select(Of)),
        SearchTerm term => Each(term.Text.Split('*').SelectMany(part => Runs(part, c => c <= '~'))),
        SearchIn { Field: var field, Values: var values } => [.. Name(field), .. Any(values.Select(Value))],
        SearchComparison { Operator: ComparisonOperator.Equal } comparison => [.. Name(comparison.Field), .. Value(comparison.Value)],

        // Whatever a field is compared with, the event has it.
        SearchComparison comparison => Name(comparison.Field),
        SearchNetwork network => Name(network.Field),
        _ => [],
    };

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

    /// <summary>The value's parts between its asterisks, with the quotes that stand around a text.</summary>
    private static IReadOnlyList<IReadOnlyList<string>> Value(string value)
    {
        var parts = value.Split('*');
        var found = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            var runs = Runs(parts[i], IsPlain, shortest: 1).ToList();
            if (runs.Count > 0 && i == 0 && parts[i].StartsWith(runs[0], StringComparison.Ordinal) && !MayBeWord(parts[i]))
            {
                runs[0] = '"' + runs[0];
            }

            if (runs.Count > 0 && i == parts.Length - 1 && parts[i].EndsWith(runs[^1].TrimStart('"'), StringComparison.Ordinal) && !MayBeWord(parts[i]))
            {
                runs[^1] += '"';
            }

            found.AddRange(runs.Where(r => r.Length >= Shortest));
        }

        return Each(found);
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
