using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Tests.Notify;

/// <summary>State that outlives "processes", and fails when told to: as a whole, or now and then.</summary>
internal sealed class ShakyStore : IStateStore
{
    private readonly MemoryStateStore kept = new();

    public bool IsDown { get; set; }

    /// <summary>Of calls that fail, 0 to 1.</summary>
    public double Failing { get; set; }

    public Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation)
    {
        Fail();
        return kept.PutAsync(table, rows, cancellation);
    }

    public IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation)
    {
        Fail();
        return kept.ReadAsync(table, range, cancellation);
    }

    public Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation)
    {
        Fail();
        return kept.ReadLatestAsync(table, range, after, most, cancellation);
    }

    public IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation)
    {
        Fail();
        return kept.ReadGroupAsync(table, group, cancellation);
    }

    public Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation)
    {
        Fail();
        return kept.FindAsync(table, key, cancellation);
    }

    private void Fail()
    {
        if (IsDown || Random.Shared.NextDouble() < Failing)
        {
            throw new StoreUnavailableException("the store is down");
        }
    }
}
