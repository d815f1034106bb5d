using Saker.Spl.Execution;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

/// <summary>What many ask at the same time is asked at once.</summary>
public sealed class GatheringTests
{
    private readonly List<IReadOnlyList<int>> turns = [];
    private TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Whoever_comes_while_one_is_under_way_goes_with_the_others_and_each_gets_its_own_answer()
    {
        var gathering = New();
        var asked = Enumerable.Range(0, 50).Select(i => gathering.AskAsync(i, default)).ToList();
        gate.SetResult();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 10), await Task.WhenAll(asked));
        Assert.Equal([1, 49], turns.Select(t => t.Count));
        Assert.Equal(70, await gathering.AskAsync(7, default));
        Assert.Equal(3, turns.Count);
    }

    [Fact]
    public async Task No_more_go_together_than_may()
    {
        var gathering = New(most: 20);
        var asked = Enumerable.Range(0, 50).Select(i => gathering.AskAsync(i, default)).ToList();
        gate.SetResult();
        await Task.WhenAll(asked);
        Assert.Equal([1, 20, 20, 9], turns.Select(t => t.Count));
    }

    [Fact]
    public async Task One_that_spoils_a_turn_does_not_spoil_it_for_the_others()
    {
        var gathering = New();
        var asked = Enumerable.Range(0, 4).Select(i => gathering.AskAsync(i == 2 ? -1 : i, default)).ToList();
        gate.SetResult();
        var answers = await Task.WhenAll(asked[0], asked[1], asked[3]);
        Assert.Equal([0, 10, 30], answers);
        await Assert.ThrowsAsync<InvalidDataException>(() => asked[2]);
    }

    [Fact]
    public async Task A_store_that_is_away_is_away_for_all_of_a_turn()
    {
        var gathering = New();
        var asked = Enumerable.Range(0, 4).Select(i => gathering.AskAsync(i == 2 ? -2 : i, default)).ToList();
        gate.SetResult();
        Assert.Equal(0, await asked[0]);
        foreach (var one in asked[1..])
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => one);
        }

        Assert.Equal([1, 3], turns.Select(t => t.Count));
        Assert.Equal(50, await gathering.AskAsync(5, default));
    }

    [Fact]
    public async Task Whoever_leaves_while_it_waits_is_not_asked_for()
    {
        var gathering = New();
        using var leaving = new CancellationTokenSource();
        var (first, second, third) = (gathering.AskAsync(1, default), gathering.AskAsync(2, leaving.Token), gathering.AskAsync(3, default));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult();
        var answers = await Task.WhenAll(first, third);
        Assert.Equal([10, 30], answers);
        Assert.DoesNotContain(2, turns.SelectMany(t => t));
    }

    [Fact]
    public async Task A_turn_ends_when_all_in_it_have_left_and_not_before()
    {
        var gathering = New();
        using var first = new CancellationTokenSource();
        var alone = gathering.AskAsync(1, first.Token);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone);

        gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var second = new CancellationTokenSource();
        var holding = gathering.AskAsync(2, default);
        var (leaves, stays) = (gathering.AskAsync(3, second.Token), gathering.AskAsync(4, default));
        gate.SetResult();
        await holding;
        await second.CancelAsync();
        Assert.Equal(40, await stays);
        await Task.WhenAny(leaves);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gathering.AskAsync(5, second.Token));
    }

    [Fact]
    public async Task Rows_of_many_go_in_one_insert()
    {
        var store = new SlowStore();
        var puts = new GatheredPuts(store, StateTable.Windows);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => puts.PutAsync([new StateRow($"k{i}", "g", 1, i, "{}"u8.ToArray())], default))));
        Assert.Equal(200, store.Keys.Count);
        Assert.InRange(store.Puts, 1, 40);
        await puts.PutAsync([], default);
    }

    private Gathering<int, int> New(int most = 256) => new(
        async (asked, cancellation) =>
        {
            await gate.Task.WaitAsync(cancellation);
            turns.Add(asked);
            return asked.Contains(-1) ? throw new InvalidDataException("-1") : asked.Contains(-2) ? throw new StoreUnavailableException("away") : [.. asked.Select(a => a * 10)];
        },
        failure => failure is StoreUnavailableException,
        most);

    private sealed class SlowStore : IStateStore
    {
        public int Puts { get; private set; }

        public HashSet<string> Keys { get; } = [];

        public async Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation)
        {
            Puts++;
            await Task.Delay(20, cancellation);
            Keys.UnionWith(rows.Select(r => r.Key));
        }

        public IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation) => throw new NotSupportedException();

        public IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
