using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Saker.Spl.Execution;

namespace Saker.Stores;

/// <summary>State that lives as long as the process: for tests, backtests and replays from files.</summary>
internal sealed class MemoryStateStore : IStateStore
{
    private readonly ConcurrentDictionary<(StateTable Table, string Key), StateRow> rows = new();

    public Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            this.rows.AddOrUpdate((table, row.Key), row, (_, kept) => row.Version > kept.Version ? row : kept);
        }

        return Task.CompletedTask;
    }

    public IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation) =>
        Give([.. Of(table).Where(r => range.Contains(r.TimeNanoseconds)).OrderBy(r => r.TimeNanoseconds).ThenBy(r => r.Key, StringComparer.Ordinal)], cancellation);

    public Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<StateRow>>(
    [
        .. Of(table).Where(r => range.Contains(r.TimeNanoseconds) && (after is not var (time, key) || r.TimeNanoseconds < time || (r.TimeNanoseconds == time && string.CompareOrdinal(r.Key, key) < 0)))
            .OrderByDescending(r => r.TimeNanoseconds).ThenByDescending(r => r.Key, StringComparer.Ordinal).Take(most),
    ]);

    public IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation) =>
        Give([.. Of(table).Where(r => r.Group == group).OrderBy(r => r.Key, StringComparer.Ordinal)], cancellation);

    public Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation) => Task.FromResult(rows.GetValueOrDefault((table, key)));

    private IEnumerable<StateRow> Of(StateTable table) => rows.Where(r => r.Key.Table == table).Select(r => r.Value);

    private static async IAsyncEnumerable<StateRow> Give(IReadOnlyList<StateRow> rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return row;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
