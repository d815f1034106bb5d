using System.Runtime.CompilerServices;
using System.Text;
using Saker.Spl.Execution;
using Saker.Stores.ClickHouse.Schema;

namespace Saker.Stores.ClickHouse;

/// <summary>State in ClickHouse's replacing tables: versions of a key are merged by the engine, and read with FINAL until they are.</summary>
internal sealed class StateStore(ClickHouseClient client, StoreSchema schema) : IStateStore
{
    private const int MostKeys = 500;

    private static readonly KeyValuePair<string, string>[] Inserting = [new("async_insert", "0"), new("max_insert_threads", "1"), new("max_threads", "1")];

    private static readonly KeyValuePair<string, string>[] Reading =
    [
        new("max_threads", "1"), new("max_block_size", "8192"), new("cancel_http_readonly_queries_on_client_close", "1"), new("do_not_merge_across_partitions_select_final", "1"),
    ];

    public async Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await EnsureAsync(cancellation).ConfigureAwait(false);
        await client.InsertAsync($"INSERT INTO {NameOf(table)} (key, `group`, version, _time, body) FORMAT RowBinary", writer => Write(writer, rows), Inserting, cancellation).ConfigureAwait(false);
    }

    public IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation) =>
        ReadAsync($"SELECT key, `group`, version, _time, body FROM {NameOf(table)} FINAL WHERE _time >= {Sql.Time(range.Earliest)} AND _time < {Sql.Time(range.Latest)} ORDER BY _time, key FORMAT RowBinary", cancellation);

    public async Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation)
    {
        var place = after is var (time, key) ? $" AND (_time < {Sql.Time(time)} OR (_time = {Sql.Time(time)} AND key < {Sql.Text(key)}))" : "";
        var sql = $"SELECT key, `group`, version, _time, body FROM {NameOf(table)} FINAL WHERE _time >= {Sql.Time(range.Earliest)} AND _time < {Sql.Time(range.Latest)}{place} ORDER BY _time DESC, key DESC LIMIT {most} FORMAT RowBinary";
        return await ReadAsync(sql, cancellation).ToListAsync(cancellation).ConfigureAwait(false);
    }

    public IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation) =>
        ReadAsync($"SELECT key, `group`, version, _time, body FROM {NameOf(table)} FINAL WHERE `group` = {Sql.Text(group)} ORDER BY key FORMAT RowBinary", cancellation);

    /// <summary>One question for many groups.</summary>
    public async IAsyncEnumerable<StateRow> ReadGroupsAsync(StateTable table, IReadOnlyCollection<string> groups, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var some in groups.Chunk(MostKeys))
        {
            var sql = $"SELECT key, `group`, version, _time, body FROM {NameOf(table)} FINAL WHERE `group` IN ({string.Join(',', some.Select(Sql.Text))}) ORDER BY `group`, key FORMAT RowBinary";
            await foreach (var row in ReadAsync(sql, cancellation).ConfigureAwait(false))
            {
                yield return row;
            }
        }
    }

    public async Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation)
    {
        await foreach (var row in ReadAsync($"SELECT key, `group`, version, _time, body FROM {NameOf(table)} WHERE key = {Sql.Text(key)} ORDER BY version DESC LIMIT 1 FORMAT RowBinary", cancellation).ConfigureAwait(false))
        {
            return row;
        }

        return null;
    }

    /// <summary>One question for many keys: what is asked for each risk event must not cost a round trip each.</summary>
    public async Task<IReadOnlyList<StateRow>> FindAsync(StateTable table, IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        var found = new List<StateRow>();
        foreach (var some in keys.Chunk(MostKeys))
        {
            var sql = $"SELECT key, `group`, version, _time, body FROM {NameOf(table)} WHERE key IN ({string.Join(',', some.Select(Sql.Text))}) ORDER BY key, version DESC LIMIT 1 BY key FORMAT RowBinary";
            found.AddRange(await ReadAsync(sql, cancellation).ToListAsync(cancellation).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>The table's name: <c>risk_events</c>.</summary>
    private static string NameOf(StateTable table) => table switch
    {
        StateTable.Windows => "windows",
        StateTable.RiskEvents => "risk_events",
        StateTable.Findings => "findings",
        StateTable.Deliveries => "deliveries",
        StateTable.Exceptions => "exceptions",
        StateTable.AuditTrail => "audit_trail",
        StateTable.Settings => "settings",
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };

    private static void Write(RowBinaryWriter writer, IReadOnlyList<StateRow> rows)
    {
        foreach (var row in rows)
        {
            writer.Text(row.Key);
            writer.Text(row.Group);
            writer.Int64(row.Version);
            writer.Int64(row.TimeNanoseconds);
            writer.Text(row.Body);
        }
    }

    private async IAsyncEnumerable<StateRow> ReadAsync(string sql, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await EnsureAsync(cancellation).ConfigureAwait(false);
        using var reader = client.Query(sql, Reading, cancellation);
        while (reader.Next())
        {
            var (key, group) = (Encoding.UTF8.GetString(reader.Bytes()), Encoding.UTF8.GetString(reader.Bytes()));
            yield return new StateRow(key, group, reader.Int64(), reader.Int64(), reader.Bytes());
        }
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
}
