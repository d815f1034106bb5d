using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Spl.Execution;

/// <summary>Makes rows of events. Holds scratch: one a thread.</summary>
internal sealed class EventReader(SourceRequest request, TimeRange range, FieldTable fields)
{
    private readonly FieldExtractor extractor = new(request.Fields, fields);
    private readonly RowPredicate predicate = SearchPredicate.Compile(request.Predicate, fields);
    private readonly int width = Math.Max(8, fields.Count);

    /// <summary>The row of an event with the fields that the request names; null if the request does not want it.</summary>
    public Row? Read(Event e)
    {
        if (!range.Contains(e.TimeNanoseconds) || e.IsMetric != request.IsMetrics)
        {
            return null;
        }

        var row = new Row(width) { Evidence = Evidence.Of(e.Ordinal) };
        extractor.Extract(e, row);
        return predicate(row) ? row : null;
    }
}
