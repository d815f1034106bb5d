using System.Text;
using Saker.Spl.Execution;
using Saker.Stores;
using Saker.Stores.ClickHouse;
using Xunit;

namespace Saker.EndToEnd.Stores;

/// <summary>State is the same thing in memory and in ClickHouse.</summary>
public sealed class StateStoreTests(EngineFixture fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_newest_version_of_a_key_counts(bool inClickHouse)
    {
        using var tables = inClickHouse ? fixture.NewStore() : null;
        IStateStore state = tables is null ? new MemoryStateStore() : new StateStore(tables.Client, tables.Schema);
        await state.PutAsync(StateTable.Windows, [Row("a", "g", 1, 10, "1"), Row("b", "g", 1, 20, "1"), Row("c", "h", 1, 30, "1")], default);
        await state.PutAsync(StateTable.Windows, [Row("a", "g", 3, 10, "3"), Row("b", "g", 2, 20, "2")], default);
        await state.PutAsync(StateTable.Windows, [Row("a", "g", 2, 10, "2")], default);
        await state.PutAsync(StateTable.Findings, [Row("a", "g", 9, 10, "9")], default);
        await state.PutAsync(StateTable.Windows, [], default);

        Assert.Equal("a3 b2 c1", await AllAsync(state.ReadAsync(StateTable.Windows, TimeRange.All, default)));
        Assert.Equal("b2", await AllAsync(state.ReadAsync(StateTable.Windows, new TimeRange(11, 30), default)));
        Assert.Equal("a3 b2", await AllAsync(state.ReadGroupAsync(StateTable.Windows, "g", default)));
        Assert.Equal("", await AllAsync(state.ReadGroupAsync(StateTable.Windows, "'); DROP TABLE windows; --", default)));
        Assert.Equal(3, (await state.FindAsync(StateTable.Windows, "a", default))!.Version);
        Assert.Null(await state.FindAsync(StateTable.Windows, "z", default));
        Assert.Equal("a9", await AllAsync(state.ReadAsync(StateTable.Findings, TimeRange.All, default)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_latest_rows_come_a_page_at_a_time_each_in_its_newest_version(bool inClickHouse)
    {
        using var tables = inClickHouse ? fixture.NewStore() : null;
        IStateStore state = tables is null ? new MemoryStateStore() : new StateStore(tables.Client, tables.Schema);
        await state.PutAsync(StateTable.Windows, [Row("a", "g", 1, 10, "1"), Row("b", "g", 1, 20, "1"), Row("c", "h", 1, 20, "1"), Row("d'", "h", 1, 30, "1"), Row("e", "h", 1, 40, "1")], default);
        await state.PutAsync(StateTable.Windows, [Row("b", "g", 2, 20, "2")], default);
        async Task<string> PageAsync((long, string)? after, int most) => string.Join(' ', (await state.ReadLatestAsync(StateTable.Windows, new TimeRange(10, 40), after, most, default)).Select(r => $"{r.Key}{r.Version}"));
        Assert.Equal("d'1 c1", await PageAsync(null, 2));
        Assert.Equal("b2 a1", await PageAsync((20, "c"), 2));
        Assert.Equal("c1 b2 a1", await PageAsync((30, "d'"), 10));
        Assert.Equal("", await PageAsync((10, "a"), 10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_a_row_says_comes_back(bool inClickHouse)
    {
        using var tables = inClickHouse ? fixture.NewStore() : null;
        IStateStore state = tables is null ? new MemoryStateStore() : new StateStore(tables.Client, tables.Schema);
        var row = Row("it's \\ a \"key\" \0 ü 😀", "line\nbreak", long.MaxValue, -1, "{\"text\":\"it's \\\\ ü\"}");
        var large = Row("large", "", 1, 0, new string('x', 3 << 20));
        await state.PutAsync(StateTable.RiskEvents, [row, large], default);

        var found = await state.FindAsync(StateTable.RiskEvents, row.Key, default);
        Assert.Equal((row.Key, row.Group, row.Version, row.TimeNanoseconds, Encoding.UTF8.GetString(row.Body)), (found!.Key, found.Group, found.Version, found.TimeNanoseconds, Encoding.UTF8.GetString(found.Body)));
        Assert.Equal(row.Key, Assert.Single(await state.ReadGroupAsync(StateTable.RiskEvents, row.Group, default).ToListAsync()).Key);
        Assert.Equal(large.Body, (await state.FindAsync(StateTable.RiskEvents, "large", default))!.Body);
    }

    private static StateRow Row(string key, string group, long version, long time, string body) => new(key, group, version, time, Encoding.UTF8.GetBytes(body));

    private static async Task<string> AllAsync(IAsyncEnumerable<StateRow> rows) => string.Join(' ', await rows.Select(r => r.Key + Encoding.UTF8.GetString(r.Body)).ToListAsync());
}
