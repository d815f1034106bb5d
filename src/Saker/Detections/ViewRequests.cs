using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>Which requests read a wrapping: they name a sourcetype that no event has which was taken out of one.</summary>
internal sealed class ViewRequests(IReadOnlyList<SourceRequest> requests)
{
    private static readonly string[] Own = ["_json", "kube:container:falco"];

    private readonly HashSet<string>[] names = [.. requests.Select(r => new HashSet<string>(Sourcetypes(r), StringComparer.OrdinalIgnoreCase))];

    public bool Names(int request, string sourcetype) => names[request].Contains(sourcetype);

    /// <summary>The views that these requests ask for.</summary>
    public static WrappedViews Wanted(IReadOnlyList<SourceRequest> requests)
    {
        var sent = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var aks = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        var entries = false;
        foreach (var request in requests.Where(r => !r.IsMetrics))
        {
            var named = Sourcetypes(request).ToList();
            sent.UnionWith(named);
            var readsRecords = request.Predicate.FieldsRead().Any(f => f == "category" || f.StartsWith("properties.", StringComparison.Ordinal));
            if (readsRecords)
            {
                aks.UnionWith(named);
            }
            else
            {
                entries |= named.Contains(WrappedViews.PubSub, StringComparer.OrdinalIgnoreCase);
            }
        }

        return sent.Count == 0 ? WrappedViews.None : new WrappedViews { Sent = sent, AksRecords = [.. aks], LogEntries = entries, CloudWatch = sent.Contains(WrappedViews.Eks) };
    }

    private static IEnumerable<string> Sourcetypes(SourceRequest request) => request.Predicate.Subexpressions().SelectMany(e => e switch
    {
        SearchComparison { Field: "sourcetype", Operator: ComparisonOperator.Equal } comparison => [comparison.Value],
        SearchIn { Field: "sourcetype" } list => list.Values,
        _ => (IReadOnlyList<string>)[],
    }).Where(s => !s.Contains('*', StringComparison.Ordinal) && !Own.Contains(s, StringComparer.OrdinalIgnoreCase));
}
