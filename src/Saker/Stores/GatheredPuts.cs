namespace Saker.Stores;

/// <summary>Puts rows into one table, those of many callers in one insert.</summary>
internal sealed class GatheredPuts(IStateStore state, StateTable table)
{
    private readonly Gathering<IReadOnlyList<StateRow>, bool> puts = new(
        async (rows, cancellation) =>
        {
            await state.PutAsync(table, rows.Count == 1 ? rows[0] : [.. rows.SelectMany(r => r)], cancellation).ConfigureAwait(false);
            return [.. rows.Select(_ => true)];
        },
        failure => failure is StoreUnavailableException);

    /// <summary>Returns once the rows are kept, all or none of them.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task PutAsync(IReadOnlyList<StateRow> rows, CancellationToken cancellation) => rows.Count == 0 ? Task.CompletedTask : puts.AskAsync(rows, cancellation);
}
