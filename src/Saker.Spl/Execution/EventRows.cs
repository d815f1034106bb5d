using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Spl.Execution;

/// <summary>Makes rows of the events that a request asks for.</summary>
internal static class EventRows
{
    /// <summary>One row an event, with the fields the request names; each row is the reader's own.</summary>
    public static IEnumerable<Row> Read(SourceRequest request, SearchContext context)
    {
        var extractor = new FieldExtractor(request.Fields, context.Fields);
        var predicate = SearchPredicate.Compile(request.Predicate, context.Fields);
        var range = request.Resolve(context.Range, context.Now, context.Zone);
        var width = Math.Max(8, context.Fields.Count);
        foreach (var e in context.Source.Read(request, range, context.Cancellation))
        {
            if (!range.Contains(e.TimeNanoseconds) || e.IsMetric != request.IsMetrics)
            {
                continue;
            }

            var row = new Row(width) { Evidence = Evidence.Of(e.Ordinal) };
            extractor.Extract(e, row);
            if (predicate(row))
            {
                yield return row;
            }
        }
    }
}
