using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores.ClickHouse.Schema;

namespace Saker.Stores.ClickHouse;

/// <summary>
/// Events and data points in ClickHouse. A batch goes in once, however often it is sent and whenever the engine is killed: ClickHouse forgets tokens
/// and, killed between its list of tokens and its data, remembers one without the other. So after a start and after a failure the store looks which
/// rows of the batch are there, and inserts the others.
/// </summary>
internal sealed class EventStore(ClickHouseClient client, StoreSchema schema) : IEventStore
{
    /// <summary>So many batches in a row that were not there yet mean that what follows is new.</summary>
    private const int ChecksAfterTrouble = 16;

    private const int MostAttempts = 4;

    private int checksLeft = ChecksAfterTrouble;

    /// <summary>A read of more rows than this takes them in the table's order, so that it need not hold their identities (about 40 bytes each).</summary>
    public long MostIdentitiesInMemory { get; init; } = 2_000_000;

    public async Task InsertAsync(IReadOnlyList<ReceivedEvent> events, string deduplicationToken, CancellationToken cancellation)
    {
        await EnsureAsync(cancellation).ConfigureAwait(false);
        var batch = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(deduplicationToken)));
        foreach (var isMetric in (bool[])[false, true])
        {
            int[] rows = [.. Enumerable.Range(0, events.Count).Where(i => events[i].Event.IsMetric == isMetric)];
            if (rows.Length > 0)
            {
                await InsertAsync(new Part(events, rows, isMetric, deduplicationToken, batch), cancellation).ConfigureAwait(false);
            }
        }
    }

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
    {
        EnsureAsync(cancellation).GetAwaiter().GetResult();
        return new EventReading(client, StorePredicate.Of(request, range), request, MostIdentitiesInMemory).Events(cancellation);
    }

    private async Task EnsureAsync(CancellationToken cancellation)
    {
        try
        {
            await schema.EnsureAsync(cancellation).ConfigureAwait(false);
        }
        catch (SchemaException mistake)
        {
            throw new StoreUnavailableException(mistake.Message, mistake);
        }
    }

    private async Task InsertAsync(Part part, CancellationToken cancellation)
    {
        if (Volatile.Read(ref checksLeft) <= 0)
        {
            try
            {
                await SendAsync(part, part.Rows, part.Token, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (failure is not StoreRefusedException)
            {
                // It may have gone in, or some of it: the next ones are looked after.
                Volatile.Write(ref checksLeft, ChecksAfterTrouble);
                throw;
            }
        }

        await InsertCheckedAsync(part, cancellation).ConfigureAwait(false);
    }

    private async Task InsertCheckedAsync(Part part, CancellationToken cancellation)
    {
        var missing = await MissingAsync(part, cancellation).ConfigureAwait(false);
        if (missing.Length == part.Rows.Length)
        {
            Interlocked.Decrement(ref checksLeft);
        }
        else
        {
            Volatile.Write(ref checksLeft, ChecksAfterTrouble);
        }

        for (var attempt = 0; missing.Length > 0; attempt++)
        {
            if (attempt == MostAttempts)
            {
                throw new StoreUnavailableException($"the store took {part.Rows.Length - missing.Length} of {part.Rows.Length} events of a batch, and says that all went in");
            }

            // A token that ClickHouse wrote down before it was killed, without the rows, would keep them out for ever: so each attempt has its own.
            await SendAsync(part, missing, attempt == 0 && missing.Length == part.Rows.Length ? part.Token : $"{part.Token}/{attempt}/{missing[0]}", cancellation).ConfigureAwait(false);
            missing = await MissingAsync(part, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The places in the batch of the events that are not in the table.</summary>
    private async Task<int[]> MissingAsync(Part part, CancellationToken cancellation)
    {
        var (first, last) = (part.Rows.Min(i => part.Events[i].Event.IndexTimeNanoseconds), part.Rows.Max(i => part.Events[i].Event.IndexTimeNanoseconds));
        var sql = $"SELECT row FROM {part.Table} WHERE _indextime >= {Sql.Time(first)} AND _indextime <= {Sql.Time(last)} AND batch = {part.Batch.ToString(CultureInfo.InvariantCulture)} FORMAT TSV";
        var there = (await client.ExecuteAsync(sql, cancellation).ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => int.Parse(l, CultureInfo.InvariantCulture)).ToHashSet();
        return there.Count == 0 ? part.Rows : [.. part.Rows.Where(i => !there.Contains(i))];
    }

    private Task SendAsync(Part part, int[] rows, string token, CancellationToken cancellation)
    {
        var columns = new EventColumns(part.IsMetric);
        return client.InsertAsync(
            columns.InsertSql,
            writer =>
            {
                foreach (var i in rows)
                {
                    columns.Write(writer, part.Events[i], part.Batch, i);
                }
            },
            [
                new("async_insert", "0"),
                new("insert_deduplicate", "1"),
                new("insert_deduplication_token", token),
                new("max_partitions_per_insert_block", "0"),
                new("max_insert_threads", "1"),
                new("max_threads", "1"),
                // One block, and so all or nothing of a day, as far as memory goes.
                new("max_insert_block_size", "1048576"),
                new("min_insert_block_size_rows", "1048576"),
                new("min_insert_block_size_bytes", "134217728"),
            ],
            cancellation);
    }

    /// <summary>The events of a batch that go into one table.</summary>
    private sealed record Part(IReadOnlyList<ReceivedEvent> Events, int[] Rows, bool IsMetric, string Token, ulong Batch)
    {
        public string Table => IsMetric ? "metrics" : "events";
    }
}
