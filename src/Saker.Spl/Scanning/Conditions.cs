using System.Runtime.CompilerServices;
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
    private readonly List<AskedTerm> terms = [];
    private readonly List<Phrase> phrases = [];
    private Func<bool>?[] later = [];
    private ulong[] asked = [];
    private ulong[] phrasesSeen = [];
    private ulong[] withoutPhrase = [];
    private ulong[][] withPhrase = [];
    private ulong[] possible = [];
    private bool arePhrasesKnown;

    public int Count => numbers.Count;

    public PathTrie Names { get; } = new();

    public List<FieldConditions> Fields => fields;

    public IReadOnlyCollection<string> FieldNames => slots.Keys;

    public IReadOnlyList<Phrase> Phrases => phrases;

    /// <summary>The event's text, for terms.</summary>
    public ArraySegment<byte> Text { get; set; }

    public FieldConditions Watch(string field) => Field(field);

    /// <summary>What is asked of a field that is among <see cref="FieldNames"/>.</summary>
    public FieldConditions Of(string field) => fields[slots[field]];

    public Question Compile(SearchExpression expression) => expression switch
    {
        SearchAll or SearchTime => new Always(),
        SearchAnd and => new AllOf([.. and.Parts.Select(Compile)]),
        SearchOr or => new AnyOf([.. or.Parts.Select(Compile)]),
        SearchNot not => new Opposite(Compile(not.Inner)),
        SearchTerm term => Term(term),
        SearchIn list => new Condition(Number(list, n => Field(list.Field).Add(list.Values, n))),
        SearchNetwork { Differs: true } other => new AllOf([Equal(other.Field, "*"), new Opposite(Compile(other with { Differs = false }))]),
        SearchNetwork network => new Condition(Number(network, n => Field(network.Field).Add(SearchPredicate.NetworkOf(network), n))),
        SearchComparison { Operator: ComparisonOperator.Equal } equal => Equal(equal.Field, equal.Value),
        SearchComparison { Operator: ComparisonOperator.NotEqual } other => new AllOf([Equal(other.Field, "*"), new Opposite(Equal(other.Field, other.Value))]),
        SearchComparison order => new Condition(Number(order, n => Field(order.Field).Add(SearchPredicate.OrderOf(order), n))),
        _ => throw new ArgumentException($"not a condition on one event: {expression}", nameof(expression)),
    };

    /// <summary>To be called once all are compiled: learns which predicates cannot do without which condition.</summary>
    public void Build(IReadOnlyList<Question> predicates)
    {
        var needing = Needing(predicates);
        later = new Func<bool>?[Count];
        asked = new ulong[(Count + 63) / 64];
        phrasesSeen = new ulong[(phrases.Count + 63) / 64];
        foreach (var field in fields)
        {
            field.Build(predicates.Count, needing);
            foreach (var asked in field.AskedLater)
            {
                later[asked.Condition] = () => field.Holds(asked.Condition);
            }
        }

        foreach (var term in terms)
        {
            later[term.Condition] = () => !(arePhrasesKnown && term.Phrase >= 0 && (phrasesSeen[term.Phrase >> 6] >> term.Phrase & 1) == 0) && term.Matcher.Matches(Text);
        }

        withPhrase = [.. phrases.Select(p => needing[p.Condition])];
        withoutPhrase = PredicateMask.All(predicates.Count);
        foreach (var with in withPhrase)
        {
            PredicateMask.Remove(withoutPhrase, with);
        }

        possible = new ulong[withoutPhrase.Length];
    }

    /// <summary>For each condition the predicates that cannot do without it.</summary>
    private ulong[][] Needing(IReadOnlyList<Question> predicates)
    {
        var needing = new ulong[Count][];
        for (var condition = 0; condition < needing.Length; condition++)
        {
            needing[condition] = PredicateMask.None(predicates.Count);
        }

        for (var predicate = 0; predicate < predicates.Count; predicate++)
        {
            predicates[predicate].MarkNecessary(predicate, needing);
        }

        return needing;
    }

    /// <summary>
    /// Makes ready to ask of the event whose fields are taken. Returns the predicates that are still possible, a bit each; the others do not hold.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong[] Begin(ReadOnlySpan<ulong> seen)
    {
        Array.Clear(asked);
        arePhrasesKnown = !seen.IsEmpty;
        if (arePhrasesKnown)
        {
            seen[..phrasesSeen.Length].CopyTo(phrasesSeen);
            withoutPhrase.CopyTo(possible.AsSpan());
            for (var i = 0; i < phrasesSeen.Length; i++)
            {
                for (var bits = phrasesSeen[i]; bits != 0; bits &= bits - 1)
                {
                    PredicateMask.Or(possible, withPhrase[(i * 64) + System.Numerics.BitOperations.TrailingZeroCount(bits)]);
                }
            }
        }
        else
        {
            possible.AsSpan().Fill(~0UL);
        }

        foreach (var field in fields)
        {
            PredicateMask.And(possible, field.Possible);
        }

        return possible;
    }

    /// <summary>Whether a condition holds for the event; what its values did not tell is sought when it is first asked for.</summary>
    public bool Holds(int condition, ulong[] holds)
    {
        var bit = 1UL << condition;
        if ((holds[condition >> 6] & bit) != 0)
        {
            return true;
        }

        if (later[condition] is not { } ask || (asked[condition >> 6] & bit) != 0)
        {
            return false;
        }

        asked[condition >> 6] |= bit;
        var isThere = ask();
        holds[condition >> 6] |= isThere ? bit : 0;
        return isThere;
    }

    private Condition Equal(string field, string value) => new(Number(new SearchComparison(field, ComparisonOperator.Equal, value), n => Field(field).Add([value], n)));

    private Condition Term(SearchTerm term) => new(Number(term, n =>
    {
        var longest = "";
        foreach (var alternatives in NecessaryLiterals.Of(term))
        {
            longest = alternatives[0].Length > longest.Length ? alternatives[0] : longest;
        }

        var phrase = -1;
        if (longest.Length > 0)
        {
            phrase = phrases.Count;
            phrases.Add(new Phrase(longest, n));
        }

        terms.Add(new AskedTerm(n, new TermMatcher(term.Text, term.Kind), phrase));
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

    /// <summary>A term sought in the text once it is asked for, and the number of its phrase; -1 if it has none.</summary>
    private sealed record AskedTerm(int Condition, TermMatcher Matcher, int Phrase);
}

/// <summary>A literal that stands in the text wherever a condition holds.</summary>
internal sealed record Phrase(string Text, int Condition);
