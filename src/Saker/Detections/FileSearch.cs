using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>Runs one search over inputs: reads everything once, keeps what the search wants, then gives its rows.</summary>
internal sealed class FileSearch : IDisposable
{
    private readonly SearchPlan plan;
    private readonly ScanSettings settings;
    private readonly EventSpool spool;
    private readonly ScanReader reader;

    public FileSearch(SearchPlan plan, ScanSettings settings)
    {
        (this.plan, this.settings) = (plan, settings);
        spool = new EventSpool(plan.Requests, settings.TemporaryDirectory);
        reader = new ScanReader(settings.Ingest, plan.Requests, spool, settings.Workers);
    }

    public IngestCounts Counts => reader.Counts;

    public long BytesRead => reader.Bytes;

    public Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation) => reader.ReadAsync(file, onBytes, cancellation);

    /// <summary>The rows, computed as they are read. To be called once.</summary>
    public SearchResult Run(CancellationToken cancellation)
    {
        spool.Complete();
        var now = settings.Now ?? (reader.Newest == long.MinValue ? settings.Ingest.Clock.GetUtcNow() : Scan.ToTime(reader.Newest));
        var context = settings.NewContext(spool, now, settings.Bounds(now), cancellation);
        return new SearchResult(plan.Run(context), context);
    }

    public void Dispose() => spool.Dispose();
}

/// <summary>A search's rows, to be read once, and what they were computed with.</summary>
internal sealed record SearchResult(RowStream Stream, SearchContext Context)
{
    /// <summary>The columns of a row in the result's order; where they depend on the events: <c>_time</c>, then by name, <c>_raw</c> last.</summary>
    public IReadOnlyList<string> ColumnsOf(params IEnumerable<Row> rows) => Stream.Columns.IsOpen ? ColumnNames.Of(rows, Context.Fields) : Stream.Columns.Names;
}
