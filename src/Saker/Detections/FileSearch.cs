using Saker.Detections.Shares;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>
/// Runs one search over inputs: reads everything once, keeps what the search wants, then gives its rows. Where the search only groups, the groups
/// are all that is kept.
/// </summary>
internal sealed class FileSearch : IDisposable
{
    private readonly SearchPlan plan;
    private readonly ScanSettings settings;
    private readonly EventSpool spool;
    private readonly ScanReader reader;
    private readonly SearchContext begun;
    private readonly PartialSearch? partial;
    private readonly PartialReader? partialReader;

    public FileSearch(SearchPlan plan, ScanSettings settings)
    {
        (this.plan, this.settings) = (plan, settings);
        spool = new EventSpool(plan.Requests, settings.TemporaryDirectory);
        reader = new ScanReader(settings, plan.Requests, spool);
        begun = settings.NewContext(spool, default, TimeRange.All, CancellationToken.None);
        // Bounds may hang on the newest event, and a second view of an event on its wrapping.
        partial = settings is { InShares: true, Earliest: null, Latest: null } && ViewRequests.Wanted(plan.Requests).IsEmpty ? PartialSearch.Of(plan, begun) : null;
        partialReader = partial is null
            ? null
            : new PartialReader(settings with { Ingest = settings.Ingest with { Views = WrappedViews.None } }, partial, plan.Requests);
    }

    public IngestCounts Counts => partialReader?.Counts ?? reader.Counts;

    /// <summary>Whether it groups events as it reads them, and keeps none.</summary>
    public bool KeepsGroupsOnly => partial is not null;

    public long BytesRead => partialReader?.Bytes ?? reader.Bytes;

    private long Newest => partialReader?.Newest ?? reader.Newest;

    public Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation) =>
        partialReader?.ReadAsync(file, onBytes, cancellation) ?? reader.ReadAsync(file, onBytes, cancellation);

    /// <summary>The rows, computed as they are read. To be called once.</summary>
    public SearchResult Run(CancellationToken cancellation)
    {
        spool.Complete();
        var now = settings.Now ?? (Newest == long.MinValue ? settings.Ingest.Clock.GetUtcNow() : Scan.ToTime(Newest));
        var context = settings.NewContext(spool, now, settings.Bounds(now), cancellation, begun);
        return new SearchResult(partial?.Run(context) ?? plan.Run(context), context);
    }

    public void Dispose()
    {
        partialReader?.Dispose();
        partial?.Dispose();
        spool.Dispose();
    }
}

/// <summary>A search's rows, to be read once, and what they were computed with.</summary>
internal sealed record SearchResult(RowStream Stream, SearchContext Context)
{
    /// <summary>The columns of a row in the result's order; where they depend on the events: <c>_time</c>, then by name, <c>_raw</c> last.</summary>
    public IReadOnlyList<string> ColumnsOf(params IEnumerable<Row> rows) => Stream.Columns.IsOpen ? ColumnNames.Of(rows, Context.Fields) : Stream.Columns.Names;
}
