using Saker.Spl.Execution;

namespace Saker.Stores;

/// <summary>Where events are kept for searching: ClickHouse; in tests, memory.</summary>
internal interface IEventStore : IEventSource
{
    /// <summary>
    /// Inserts a batch that was journalled. The same token again is the same batch: it is kept once.
    /// Throws <see cref="StoreUnavailableException"/> (try again later) or <see cref="StoreRefusedException"/> (some event of the batch is at fault).
    /// </summary>
    Task InsertAsync(IReadOnlyList<ReceivedEvent> events, string deduplicationToken, CancellationToken cancellation);
}

/// <summary>The store did not answer, or is busy, full or starting: the same batch may go in later.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store will never take this batch as it is.</summary>
internal sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
