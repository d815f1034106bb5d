using System.Runtime.InteropServices;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>
/// The predicates of many requests for JSON events of the same names (<c>index</c>, <c>sourcetype</c> and the like): what they ask of names is answered once, the
/// rest is asked of an event's bytes all at once, so that the cost hardly grows with their number. One instance a thread.
/// </summary>
internal sealed class NamedHeads
{
    private readonly List<int> always = [];
    private readonly List<int[]> requests = [];
    private readonly PredicateSet predicates;
    private readonly ScanKernel kernel;
    private readonly LiteralSet? phrases;
    private readonly ulong[] seen = [];
    private readonly BlockMarks marks = new();
    private byte[] copy = [];
    private byte[] joined = [];

    /// <param name="heads">The predicates, each with the requests that have it. All of them can be settled.</param>
    /// <param name="names">An event with the names.</param>
    /// <param name="kernel">What to read with.</param>
    public NamedHeads(IEnumerable<AskedHead> heads, Event names, ScanKernel kernel)
    {
        this.kernel = kernel;
        var asked = new Dictionary<string, AskedHead>(StringComparer.Ordinal);
        foreach (var (predicate, wanting) in heads)
        {
            var settled = Settle(predicate, names);
            if (settled is SearchAll)
            {
                always.AddRange(wanting);
            }
            else if (settled is not null)
            {
                asked.TryAdd(settled.ToString(), new AskedHead(settled, []));
                asked[settled.ToString()].Requests.AddRange(wanting);
            }
        }

        requests = [.. asked.Values.Select(a => a.Requests.ToArray())];
        predicates = new PredicateSet([.. asked.Values.Select(a => a.Predicate)], kernel);
        if (predicates.Phrases.Count > 0)
        {
            phrases = new LiteralSet([.. predicates.Phrases.Select(p => new Literal(p.Text)), new Literal("\u017F", LiteralKind.Veil), new Literal("\u212A", LiteralKind.Veil)]);
            seen = new ulong[(phrases.Count + 63) / 64];
        }
    }

    /// <summary>Whether a predicate asks nothing but of names, of fields in the event's content, and of its text.</summary>
    public static bool CanSettle(SearchExpression predicate) => predicate.Subexpressions().All(e => e switch
    {
        SearchComparison comparison => CanSettle(comparison.Field),
        SearchIn list => CanSettle(list.Field),
        SearchSubsearch => false,
        _ => true,
    });

    /// <summary>Adds the requests that want the event; false, and none added, if it must be asked in another way.</summary>
    public bool TryMatch(Event e, List<int> matched)
    {
        if (!MemoryMarshal.TryGetArray(e.Raw, out var text) || !TryJoin(text, e.Extra.Span, out var json)
            || predicates.Match(json, text, Phrases(text), out var end) is not { } found || end != json.Count)
        {
            return false;
        }

        matched.AddRange(always);
        foreach (var predicate in found)
        {
            matched.AddRange(requests[predicate]);
        }

        return true;
    }

    /// <summary>Puts an event's members and the fields beside it into one object; false if it does not end as one.</summary>
    private bool TryJoin(ArraySegment<byte> text, ReadOnlySpan<byte> extra, out ArraySegment<byte> json)
    {
        json = text;
        if (extra.IsEmpty)
        {
            return true;
        }

        // {"a":1} and {"b":2} are {"a":1,"b":2}; a comma after nothing is not sound, and is asked in another way.
        var length = text.Count + extra.Length - 1;
        if (text[^1] != '}' || extra.Length < 3 || extra[0] != '{')
        {
            return false;
        }

        joined = joined.Length < length ? new byte[2 * length] : joined;
        text.AsSpan().CopyTo(joined);
        joined[text.Count - 1] = (byte)',';
        extra[1..].CopyTo(joined.AsSpan(text.Count));
        json = new ArraySegment<byte>(joined, 0, length);
        return true;
    }

    /// <summary>Which phrases stand in the text; empty if that is not known.</summary>
    private ReadOnlySpan<ulong> Phrases(ArraySegment<byte> json)
    {
        if (phrases is null)
        {
            return [];
        }

        var blocks = (json.Count + ScanKernel.BlockBytes - 1) / ScanKernel.BlockBytes;
        var needed = (blocks + 1) * ScanKernel.BlockBytes;
        ReadOnlySpan<byte> text = json.Array.AsSpan(json.Offset);
        if (text.Length < needed)
        {
            copy = copy.Length < needed ? new byte[2 * needed] : copy;
            json.AsSpan().CopyTo(copy);
            text = copy;
        }

        Array.Clear(seen);
        kernel.Marks(text, blocks, phrases, marks);
        return phrases.FindIn(text, 0, json.Count, marks, seen) ? seen : [];
    }

    private static bool CanSettle(string field) => !field.Contains('*') && field is not (EventFields.Time or EventFields.IndexTime or EventFields.Raw);

    private static bool IsName(string field) => EventFields.All.Contains(field);

    /// <summary>What a predicate comes to for events of these names; null if none of them is wanted.</summary>
    private static SearchExpression? Settle(SearchExpression predicate, Event names)
    {
        switch (predicate)
        {
            case SearchAnd and:
                var all = and.Parts.Select(p => Settle(p, names)).ToList();
                return all.Contains(null) ? null : all.Aggregate((SearchExpression)new SearchAll(), (a, b) => a.And(b!));
            case SearchOr or:
                var any = or.Parts.Select(p => Settle(p, names)).OfType<SearchExpression>().ToList();
                return any.Exists(p => p is SearchAll) ? new SearchAll() : any.Count switch { 0 => null, 1 => any[0], _ => new SearchOr(any) };
            case SearchNot not:
                return Settle(not.Inner, names) switch { null => new SearchAll(), SearchAll => null, var inner => new SearchNot(inner) };
            case SearchTime:
                return new SearchAll();
            case SearchComparison { Field: var field } when IsName(field):
            case SearchIn { Field: var named } when IsName(named):
                return Holds(predicate, names) ? new SearchAll() : null;
            default:
                return predicate;
        }
    }

    private static bool Holds(SearchExpression predicate, Event names)
    {
        var fields = new FieldTable();
        var holds = SearchPredicate.Compile(predicate, fields);
        var row = new Row();
        new FieldExtractor(FieldNeed.Of(predicate.FieldsRead()), fields).Extract(names, row);
        return holds(row);
    }
}
