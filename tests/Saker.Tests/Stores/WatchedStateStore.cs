using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Tests.Stores;

/// <summary>State in memory that remembers what it was asked for: <c>latest Deliveries 500</c>, <c>all Exceptions</c>, <c>group hits/x</c>.</summary>
internal sealed class WatchedStateStore : IStateStore
{
    private readonly MemoryStateStore kept = new();
    private readonly List<string> asked = [];

    /// <summary>What it was asked since the last time that this was read, without looks at single keys.</summary>
    public IReadOnlyList<string> Asked()
    {
        lock (asked)
        {
            List<string> now = [.. asked];
            asked.Clear();
            return now;
        }
    }

    public Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation) => kept.PutAsync(table, rows, cancellation);

    public IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation)
    {
        Note($"all {table}");
        return kept.ReadAsync(table, range, cancellation);
    }

    public Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation)
    {
        Note($"latest {table} {most}");
        return kept.ReadLatestAsync(table, range, after, most, cancellation);
    }

    public IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation)
    {
        Note($"group {group}");
        return kept.ReadGroupAsync(table, group, cancellation);
    }

    public Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation) => kept.FindAsync(table, key, cancellation);

    private void Note(string what)
    {
        lock (asked)
        {
            asked.Add(what);
        }
    }
}
