using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Spl.Scanning;

/// <summary>The distinct conditions of many predicates, numbered; those on fields by field, those on the text apart.</summary>
internal sealed class Conditions
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> slots = new(StringComparer.Ordinal);
    private readonly List<FieldConditions> fields = [];
    private readonly List<(int Condition, TermMatcher Matcher, int Literal)> terms = [];
    private readonly List<(string Literal, int Condition)> phrases = [];
    private int[] termOf = [];
    private ulong[] asked = [];
    private ulong[] phrasesSeen = [];
    private bool arePhrasesKnown;

    public int Count => numbers.Count;

    public PathTrie Names { get; } = new();

    public IReadOnlyList<FieldConditions> Fields => fields;

    public IReadOnlyList<(string Literal, int Condition)> Phrases => phrases;

    /// <summary>The event's text, for terms.</summary>
    public ArraySegment<byte> Text { get; set; }

    public FieldConditions Watch(string field) => Field(field);

    public Question Compile(SearchExpression expression) => expression switch
    {
        SearchAll or SearchTime => new Always(),
        SearchAnd and => new AllOf([.. and.Parts.Select(Compile)]),
        SearchOr or => new AnyOf([.. or.Parts.Select(Compile)]),
        SearchNot not => new Opposite(Compile(not.Inner)),
        SearchTerm term => Term(term),
        SearchIn list => new Condition(Number(list, n => Field(list.Field).Add(list.Values, n))),
        SearchComparison { Operator: ComparisonOperator.Equal } equal => Equal(equal.Field, equal.Value),
        SearchComparison { Operator: ComparisonOperator.NotEqual } other => new AllOf([Equal(other.Field, "*"), new Opposite(Equal(other.Field, other.Value))]),
        SearchComparison order => new Condition(Number(order, n => Field(order.Field).Add(order, n))),
        _ => throw new ArgumentException($"not a condition on one event: {expression}", nameof(expression)),
    };

    /// <summary>Makes ready to ask of the next event, once its fields are read.</summary>
    public void Begin(ReadOnlySpan<ulong> seen, ulong[] holds)
    {
        if (terms.Count == 0)
        {
            return;
        }

        if (termOf.Length != Count)
        {
            termOf = new int[Count];
            asked = new ulong[(Count + 63) / 64];
            phrasesSeen = new ulong[(phrases.Count + 63) / 64];
            for (var i = 0; i < terms.Count; i++)
            {
                termOf[terms[i].Condition] = i + 1;
            }
        }

        Array.Clear(asked);
        arePhrasesKnown = !seen.IsEmpty;
        if (arePhrasesKnown)
        {
            seen[..phrasesSeen.Length].CopyTo(phrasesSeen);
        }

        // A term may trigger the predicates that need it: it is asked where its literal stands.
        for (var i = 0; i < phrases.Count; i++)
        {
            if (arePhrasesKnown && (phrasesSeen[i >> 6] >> i & 1) != 0)
            {
                Holds(phrases[i].Condition, holds);
            }
        }

        if (!arePhrasesKnown)
        {
            foreach (var term in terms)
            {
                Holds(term.Condition, holds);
            }
        }
        else
        {
            foreach (var term in terms)
            {
                if (term.Literal < 0)
                {
                    Holds(term.Condition, holds);
                }
            }
        }
    }

    /// <summary>Whether a condition holds for the event; a term is sought when it is first asked for.</summary>
    public bool Holds(int condition, ulong[] holds)
    {
        var bit = 1UL << condition;
        if ((holds[condition >> 6] & bit) != 0)
        {
            return true;
        }

        if (termOf.Length == 0 || termOf[condition] == 0 || (asked[condition >> 6] & bit) != 0)
        {
            return false;
        }

        asked[condition >> 6] |= bit;
        var term = terms[termOf[condition] - 1];
        var isThere = !(arePhrasesKnown && term.Literal >= 0 && (phrasesSeen[term.Literal >> 6] >> term.Literal & 1) == 0) && term.Matcher.Matches(Text);
        holds[condition >> 6] |= isThere ? bit : 0;
        return isThere;
    }

    private Condition Equal(string field, string value) => new(Number(new SearchComparison(field, ComparisonOperator.Equal, value), n => Field(field).Add([value], n)));

    private Condition Term(SearchTerm term) => new(Number(term, n =>
    {
        var literal = -1;
        if (NecessaryLiterals.Of(term).Select(l => l[0]).MaxBy(l => l.Length) is { } text)
        {
            literal = phrases.Count;
            phrases.Add((text, n));
        }

        terms.Add((n, new TermMatcher(term.Text, term.Kind), literal));
    }));

    private int Number(SearchExpression condition, Action<int> add)
    {
        var text = condition.ToString();
        if (!numbers.TryGetValue(text, out var number))
        {
            number = numbers.Count;
            numbers.Add(text, number);
            add(number);
        }

        return number;
    }

    private FieldConditions Field(string name)
    {
        if (!slots.TryGetValue(name, out var slot))
        {
            slot = fields.Count;
            slots.Add(name, slot);
            fields.Add(new FieldConditions());
            Names.Add(name, slot);
        }

        return fields[slot];
    }
}
