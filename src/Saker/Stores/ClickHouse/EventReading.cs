using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Stores.ClickHouse;

/// <summary>
/// One read of events, a row at a time. Of events with an identity that came several times the first is given. Their identities are held in memory
/// where they are few; else the rows are asked for in the order of the table, in which copies of an event stand side by side.
/// </summary>
internal sealed class EventReading(ClickHouseClient client, StorePredicate predicate, SourceRequest request, long mostInMemory)
{
    private static readonly KeyValuePair<string, string>[] Settings =
    [
        new("max_threads", "2"),
        new("max_block_size", "8192"),
        new("preferred_block_size_bytes", "1000000"),
        new("max_query_size", "1048576"),
        new("max_ast_elements", "200000"),
        new("cancel_http_readonly_queries_on_client_close", "1"),
        new("optimize_read_in_order", "1"),
        new("max_execution_time", "0"),
    ];

    private readonly TextCache texts = new();

    public IEnumerable<Event> Events(CancellationToken cancellation)
    {
        // Asked before the first row is: a mistake shows where the read begins.
        var isOrdered = Estimate(cancellation) > mostInMemory;
        var text = ReadsText ? "raw, extra" : "'' AS raw, '' AS extra";
        var order = isOrdered ? $" ORDER BY index, {(request.IsMetrics ? "metric_name" : "sourcetype")}, _time, event_id" : "";
        var sql = $"SELECT _time, _indextime, index, sourcetype, source, host, cluster, {text}, event_id, batch, row FROM {predicate.Table} WHERE {predicate.Where}{order} FORMAT RowBinary";
        return Rows(sql, isOrdered, cancellation);
    }

    /// <summary>Whether any field is wanted that stands in the text.</summary>
    private bool ReadsText => request.Fields.IsAll || request.Fields.Names.Any(n => n == EventFields.Raw || !EventFields.All.Contains(n));

    private IEnumerable<Event> Rows(string sql, bool isOrdered, CancellationToken cancellation)
    {
        var seen = new HashSet<UInt128>();
        var last = UInt128.Zero;
        using var reader = client.Query(sql, Settings, cancellation);
        while (reader.Next())
        {
            var (time, indexTime) = (reader.Int64(), reader.Int64());
            var (index, sourcetype, source, host, cluster) = (reader.Text(texts), reader.Text(texts), reader.Text(texts), reader.Text(texts), reader.Text(texts));
            var (raw, extra) = (reader.Bytes(), reader.Bytes());
            var (identity, batch, row) = (reader.UInt128(), reader.UInt64(), reader.UInt32());
            if (identity != UInt128.Zero)
            {
                // Copies of an event have its time, and so stand together, unless it had none that could be believed: then they have that of their arrival.
                var isRepeat = (isOrdered && identity == last) || ((!isOrdered || time == indexTime) && !seen.Add(identity));
                last = identity;
                if (isRepeat)
                {
                    continue;
                }
            }

            yield return new Event
            {
                Raw = raw,
                Extra = extra,
                TimeNanoseconds = time,
                IndexTimeNanoseconds = indexTime,
                Index = index,
                Source = source,
                Sourcetype = sourcetype,
                Host = host,
                Cluster = cluster,
                IsMetric = request.IsMetrics,
                Identity = identity == UInt128.Zero ? null : identity,
                Ordinal = Number(batch, row),
            };
        }
    }

    /// <summary>The number of rows that the table's index cannot rule out: nothing is read for it.</summary>
    private long Estimate(CancellationToken cancellation)
    {
        var rows = 0L;
        using var reader = client.Query($"SELECT toInt64(sum(rows)) FROM (EXPLAIN ESTIMATE SELECT _time FROM {predicate.Table} WHERE {predicate.Where}) FORMAT RowBinary", Settings, cancellation);
        while (reader.Next())
        {
            rows += reader.Int64();
        }

        return rows;
    }

    /// <summary>The same number for the same row at every read: a mix of the two that name it.</summary>
    private static long Number(ulong batch, uint row)
    {
        var mixed = (batch ^ ((ulong)row * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
        return (long)((mixed ^ (mixed >> 32)) & long.MaxValue);
    }
}
