using Saker.Stores;
using Saker.Stores.ClickHouse;
using Saker.Stores.ClickHouse.Schema;
using Xunit;

namespace Saker.EndToEnd.Stores;

public sealed class SchemaTests(EngineFixture fixture)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Tables_are_made_once_and_by_many_at_the_same_time()
    {
        using var store = fixture.NewStore();
        StoreSchema[] several = [.. Enumerable.Range(0, 4).Select(_ => fixture.SchemaOf(store, new Retention()))];
        await Task.WhenAll(several.Select(s => s.EnsureAsync(None)));
        Assert.Equal($"{StoreSchema.Wanted}", (await store.Client.ExecuteAsync("SELECT max(version) FROM schema_version", None)).Trim());
        var tables = (await store.Client.ExecuteAsync("SHOW TABLES", None)).Split('\n');
        Assert.All((string[])["events", "metrics", "windows", "risk_events", "findings", "deliveries", "exceptions", "audit_trail"], t => Assert.Contains(t, tables));
        Assert.All(several, s => s.Dispose());
    }

    [Fact]
    public async Task Tables_of_a_newer_program_are_left_alone()
    {
        using var store = fixture.NewStore();
        await store.Schema.EnsureAsync(None);
        await store.Client.ExecuteAsync($"INSERT INTO schema_version VALUES ({StoreSchema.Wanted + 3}, 'later', 0)", None);
        using var older = fixture.SchemaOf(store, new Retention());
        var refused = await Assert.ThrowsAsync<SchemaException>(() => older.EnsureAsync(None));
        Assert.Equal(
            $"the store's tables are of version {StoreSchema.Wanted + 3}, and this saker knows them up to {StoreSchema.Wanted}: run the newer saker that made them, or another store",
            refused.Message);
        // The journal must keep what comes meanwhile.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => new EventStore(store.Client, older).InsertAsync([SomeEvents.Plain("x")], "1", None));
    }

    [Fact]
    public async Task What_is_kept_for_how_long_can_change()
    {
        using var store = fixture.NewStore();
        await store.Events.InsertAsync([SomeEvents.Plain("old", indexTime: SomeEvents.Noon - (40 * SomeEvents.Day)), SomeEvents.Plain("happened long ago, came now", SomeEvents.Noon - (9000 * SomeEvents.Day), indexTime: Now)], "1", None);
        Assert.Equal(2, SomeEvents.Texts(store.Events, "*").Length);
        using var shorter = fixture.SchemaOf(store, new Retention(EventsDays: 7, MetricsDays: 3));
        await shorter.EnsureAsync(None);
        Assert.Contains("toIntervalDay(7)", await store.Client.ExecuteAsync("SHOW CREATE TABLE events", None), StringComparison.Ordinal);
        Assert.Contains("toIntervalDay(3)", await store.Client.ExecuteAsync("SHOW CREATE TABLE metrics", None), StringComparison.Ordinal);
        for (var i = 0; i < 200 && SomeEvents.Texts(store.Events, "*").Length > 1; i++)
        {
            await Task.Delay(50);
            await store.Client.ExecuteAsync("OPTIMIZE TABLE events FINAL", None);
        }

        Assert.Equal(["happened long ago, came now"], SomeEvents.Texts(store.Events, "*"));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1_000_000_000;
}
