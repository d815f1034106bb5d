using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Detections.Sieving;

/// <summary>
/// What is known beforehand of an audit event that stands alone on its line as API servers write it, and what a search's predicate comes to for
/// such events. <c>{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",…}</c>
/// </summary>
internal static class PlainAudit
{
    /// <summary>Fields that decoding leaves as they are, wherever secrets are masked: a predicate on them holds for the line as for the event.</summary>
    private static readonly HashSet<string> AsWritten =
    [
        "verb", "level", "stage", "auditID", "kind", "apiVersion", "userAgent", "sourceIPs{}", "user.username", "user.uid", "user.groups{}", "impersonatedUser.username",
        "impersonatedUser.uid", "impersonatedUser.groups{}", "objectRef.resource", "objectRef.namespace", "objectRef.name", "objectRef.uid", "objectRef.apiGroup",
        "objectRef.apiVersion", "objectRef.subresource", "objectRef.resourceVersion", "responseStatus.code", "responseStatus.reason", "responseStatus.message",
        "requestReceivedTimestamp", "stageTimestamp",
    ];

    /// <summary>Whether a field is in the event as it is in the line, or is the same in all such events.</summary>
    public static bool IsAsWritten(string field) => AsWritten.Contains(field) || IsNamed(field) || field == EventFields.Time;

    /// <summary>
    /// What a predicate comes to for plain audit lines: never less than what holds for the event that the line is decoded to, which may be named,
    /// dated, masked. Null if no such event is wanted.
    /// </summary>
    public static SearchExpression? Weaken(SearchExpression predicate, IngestOptions options)
    {
        switch (predicate)
        {
            case SearchAnd and:
                var all = and.Parts.Select(p => Weaken(p, options)).ToList();
                return all.Contains(null) ? null : all.Aggregate((SearchExpression)new SearchAll(), (a, b) => a.And(b!));
            case SearchOr or:
                var any = or.Parts.Select(p => Weaken(p, options)).OfType<SearchExpression>().ToList();
                return any.Exists(p => p is SearchAll) ? new SearchAll() : any.Count switch { 0 => null, 1 => any[0], _ => new SearchOr(any) };
            case SearchNot not:
                return not.Subexpressions().All(e => IsSure(e, options)) ? Opposite(Weaken(not.Inner, options)) : new SearchAll();
            case SearchTerm term:
                return MaskedText.MayHold(term.Text, isWord: term.Kind != TermKind.Term) ? new SearchAll() : term;
            case SearchIn { Field: var field } list:
                return Compare(list, field, list.Values, options);
            case SearchComparison { Operator: ComparisonOperator.Equal } equal:
                return Compare(equal, equal.Field, [equal.Value], options);
            case SearchComparison comparison:
                return Compare(comparison, comparison.Field, null, options);
            default:
                return new SearchAll();
        }
    }

    private static SearchExpression? Compare(SearchExpression comparison, string field, IReadOnlyList<string>? values, IngestOptions options)
    {
        if (IsNamed(field))
        {
            return HoldsForNames(comparison, options) ? new SearchAll() : null;
        }

        return AsWritten.Contains(field) || (IsInBody(field) && values is not null && !values.Any(v => MaskedText.MayMatch(v))) ? comparison : new SearchAll();
    }

    private static SearchExpression? Opposite(SearchExpression? inner) => inner switch
    {
        null => new SearchAll(),
        SearchAll => null,
        _ => new SearchNot(inner),
    };

    /// <summary>Whether what the line says of it is what the event says, both if it holds and if it does not.</summary>
    private static bool IsSure(SearchExpression part, IngestOptions options) => part switch
    {
        SearchAnd or SearchOr or SearchNot => true,
        SearchIn list => IsNamed(list.Field) || AsWritten.Contains(list.Field),
        SearchComparison comparison => IsNamed(comparison.Field) || AsWritten.Contains(comparison.Field),
        _ => false,
    };

    private static bool IsNamed(string field) => field is EventFields.Index or EventFields.Source or EventFields.Sourcetype or EventFields.Host or EventFields.Cluster;

    /// <summary>Other common fields, and those that ingest adds, are not in the line.</summary>
    private static bool IsInBody(string field) =>
        !EventFields.All.Contains(field) && field != "truncated" && !field.StartsWith("origin", StringComparison.Ordinal) && !field.Contains('*');

    private static bool HoldsForNames(SearchExpression comparison, IngestOptions options)
    {
        var fields = new FieldTable();
        var holds = SearchPredicate.Compile(comparison, fields);
        var row = new Row();
        new Spl.Scanning.FieldExtractor(Spl.Planning.FieldNeed.Of(comparison.FieldsRead()), fields).Extract(Event(options), row);
        return holds(row);
    }

    private static Event Event(IngestOptions options) =>
        new() { Index = RecordDecoder.KubernetesIndex, Source = RecordDecoder.KubernetesSource, Sourcetype = RecordDecoder.AuditSourcetype, Cluster = options.Cluster };
}
