using System.Runtime.CompilerServices;
using Saker.Spl.Execution;

namespace Saker.Stores;

/// <summary>
/// Small state under keys: windows, risk events, findings, deliveries. What was put last under a key is what it says. ClickHouse; in tests and offline
/// runs, memory.
/// </summary>
internal interface IStateStore
{
    /// <summary>Keeps rows durably, all or none of a call. A row with a version that is not above the kept one's changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    Task PutAsync(StateTable table, IReadOnlyList<StateRow> rows, CancellationToken cancellation);

    /// <summary>The newest row of each key whose time lies in the range, in the order of time, then key.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    IAsyncEnumerable<StateRow> ReadAsync(StateTable table, TimeRange range, CancellationToken cancellation);

    /// <summary>
    /// The newest rows of keys whose time lies in the range, at most so many, in descending order of time, then key: those that come after a place in that order. For lists that are looked at a page at a time.
    /// </summary>
    /// <param name="table">Which rows.</param>
    /// <param name="range">Of which time.</param>
    /// <param name="after">The last row that was read before; null to begin with the latest.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    Task<IReadOnlyList<StateRow>> ReadLatestAsync(StateTable table, TimeRange range, (long TimeNanoseconds, string Key)? after, int most, CancellationToken cancellation);

    /// <summary>The newest row of each key of a group, in the order of keys.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    IAsyncEnumerable<StateRow> ReadGroupAsync(StateTable table, string group, CancellationToken cancellation);

    /// <summary>The newest row of each key of some groups, those of a group together.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    async IAsyncEnumerable<StateRow> ReadGroupsAsync(StateTable table, IReadOnlyCollection<string> groups, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var group in groups)
        {
            await foreach (var row in ReadGroupAsync(table, group, cancellation).ConfigureAwait(false))
            {
                yield return row;
            }
        }
    }

    /// <summary>The newest row of a key; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    Task<StateRow?> FindAsync(StateTable table, string key, CancellationToken cancellation);

    /// <summary>The newest rows of those of the keys that there are, in any order.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    async Task<IReadOnlyList<StateRow>> FindAsync(StateTable table, IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        var found = new List<StateRow>();
        foreach (var key in keys)
        {
            if (await FindAsync(table, key, cancellation).ConfigureAwait(false) is { } row)
            {
                found.Add(row);
            }
        }

        return found;
    }
}

/// <summary>What state there is; the tables' names in lower_snake.</summary>
internal enum StateTable
{
    /// <summary>The ledger: a row a detection and window.</summary>
    Windows,

    RiskEvents,

    Findings,

    /// <summary>The outbox of notifications.</summary>
    Deliveries,

    Exceptions,

    /// <summary>Who did what.</summary>
    AuditTrail,

    /// <summary>What people changed at run time: enabled detections, schedules.</summary>
    Settings,
}

/// <summary>One thing that is kept.</summary>
/// <param name="Key">Deterministic: putting the same thing again replaces it.</param>
/// <param name="Group">What it is read together with (a window's risk events: detection and run); may be empty.</param>
/// <param name="Version">Grows with each change.</param>
/// <param name="TimeNanoseconds">When it happened, nanoseconds since 1970; the same in all versions of a key.</param>
/// <param name="Body">A JSON object as UTF-8.</param>
internal sealed record StateRow(string Key, string Group, long Version, long TimeNanoseconds, byte[] Body);
