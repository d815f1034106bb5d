using System.Globalization;

namespace Saker.Stores.ClickHouse.Schema;

/// <summary>
/// Brings a store's tables to where this program wants them, once: before the first use, whenever the store can be reached. Two programs may do so
/// at the same time.
/// </summary>
internal sealed class StoreSchema(ClickHouseClient client, Retention retention, TimeProvider clock, string database) : IDisposable
{
    private const string VersionTable = """
        CREATE TABLE IF NOT EXISTS schema_version (version UInt32, name String, applied DateTime64(3, 'UTC'))
        ENGINE = ReplacingMergeTree ORDER BY version SETTINGS fsync_after_insert = 1
        """;

    private readonly SemaphoreSlim turn = new(1);
    private volatile bool isReady;

    /// <summary>The version that this program wants.</summary>
    public static int Wanted => SchemaScript.All[^1].Version;

    /// <summary>Returns at once where it was done before.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached; try again.</exception>
    /// <exception cref="SchemaException">A newer program made the tables.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (isReady)
        {
            return;
        }

        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!isReady)
            {
                await MigrateAsync(cancellation).ConfigureAwait(false);
                await RetainAsync(cancellation).ConfigureAwait(false);
                isReady = true;
            }
        }
        catch (StoreRefusedException failure)
        {
            throw new StoreUnavailableException($"the tables cannot be made: {failure.Message}", failure);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task MigrateAsync(CancellationToken cancellation)
    {
        if (database != "default")
        {
            // Asked in the database that is always there.
            await client.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS {Sql.Name(database)}", [new("database", "default")], cancellation).ConfigureAwait(false);
        }

        await client.ExecuteAsync(VersionTable, cancellation).ConfigureAwait(false);
        var version = int.Parse(await client.ExecuteAsync("SELECT max(version) FROM schema_version", cancellation).ConfigureAwait(false), CultureInfo.InvariantCulture);
        if (version > Wanted)
        {
            throw new SchemaException($"the store's tables are of version {version}, and this saker knows them up to {Wanted}: run the newer saker that made them, or another store");
        }

        foreach (var script in SchemaScript.All.Where(s => s.Version > version))
        {
            foreach (var statement in script.Statements)
            {
                await client.ExecuteAsync(Fill(statement), cancellation).ConfigureAwait(false);
            }

            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            await client.ExecuteAsync($"INSERT INTO schema_version SETTINGS async_insert = 0 VALUES ({script.Version}, {Sql.Text(script.Name)}, {now})", cancellation).ConfigureAwait(false);
        }
    }

    private string Fill(string statement) => statement
        .Replace("{events_days}", retention.EventsDays.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{metrics_days}", retention.MetricsDays.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>What is kept for how long may change: parts then learn their new day, are not rewritten, and go whole when it comes.</summary>
    private async Task RetainAsync(CancellationToken cancellation)
    {
        foreach (var (table, days) in retention.Tables)
        {
            var made = await client.ExecuteAsync($"SHOW CREATE TABLE {table} FORMAT TSVRaw", cancellation).ConfigureAwait(false);
            if (!made.Contains($"toIntervalDay({days})", StringComparison.Ordinal))
            {
                await client.ExecuteAsync($"ALTER TABLE {table} MODIFY TTL toDate(_indextime) + toIntervalDay({days})", cancellation).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>The store's tables are not of a version that this program can use.</summary>
internal sealed class SchemaException(string message) : Exception(message);
