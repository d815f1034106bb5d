using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Risk;

/// <summary>What became of a risk event since its window was evaluated before.</summary>
internal enum RiskEventChange
{
    New,

    /// <summary>More events stand behind it, or it says something else.</summary>
    Changed,

    /// <summary>Told early, and gone when the window closed or was evaluated again.</summary>
    Withdrawn,
}

/// <summary>A change that whoever follows risk events must hear of, at least once.</summary>
internal sealed record ChangedRiskEvent(RiskEventChange Change, StoredRiskEvent Stored);

/// <summary>Hears of risk events before they are kept: again after a crash, so it must take the same one twice.</summary>
internal interface IFollowsRiskEvents
{
    Task FollowAsync(IReadOnlyList<ChangedRiskEvent> changes, CancellationToken cancellation);
}

/// <summary>What writing a window's risk events did.</summary>
internal readonly record struct RiskEventsWritten(long Standing, long Withdrawn, long Suppressed);

/// <summary>
/// Keeps the risk events of windows: evaluating a window again changes only what is different. Followers hear of a change first, then it is kept, so
/// that a crash between the two tells it twice rather than never.
/// </summary>
internal sealed class RiskEventLog(IStateStore state, TimeProvider clock, IReadOnlyList<IFollowsRiskEvents> followers)
{
    private const int BatchRows = 500;

    /// <summary>Hears of changes once they are kept.</summary>
    public Func<IReadOnlyList<ChangedRiskEvent>, CancellationToken, Task>? Kept { get; set; }

    /// <summary>Takes all risk events of one evaluation of a window, each id once.</summary>
    /// <param name="group">Detection and run.</param>
    /// <param name="riskEvents">In any order; enumerated once.</param>
    /// <param name="evidenceOf">The events behind one.</param>
    /// <param name="isFinal">Whether what is not among them any more is withdrawn: not while the window is open.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="StoreUnavailableException">Nothing is lost: evaluate again later.</exception>
    public async Task<RiskEventsWritten> WriteAsync(
        string group, IEnumerable<RiskEvent> riskEvents, Func<RiskEvent, IEnumerable<Event>> evidenceOf, bool isFinal, CancellationToken cancellation)
    {
        var known = new Dictionary<string, StateRow>(StringComparer.Ordinal);
        await foreach (var row in state.ReadGroupAsync(StateTable.RiskEvents, group, cancellation).ConfigureAwait(false))
        {
            known[row.Key] = row;
        }

        var json = new RiskEventJson(evidenceOf);
        var batch = new List<(ChangedRiskEvent Change, long Version)>();
        var standing = 0L;
        foreach (var e in riskEvents)
        {
            standing++;
            known.Remove(e.Id.ToString("x32"), out var before);
            var stored = new StoredRiskEvent(e.Id, group, IsWithdrawn: false, Document(json, e), RiskIndex.EventOf(e, Now()));
            if (before is null || !SaysTheSame(before, stored))
            {
                batch.Add((new ChangedRiskEvent(before is null || StoredRiskEvent.Read(before).IsWithdrawn ? RiskEventChange.New : RiskEventChange.Changed, stored), (before?.Version ?? 0) + 1));
                await FlushAsync(batch, BatchRows, cancellation).ConfigureAwait(false);
            }
        }

        var withdrawn = 0L;
        foreach (var gone in isFinal ? known.Values : [])
        {
            var stored = StoredRiskEvent.Read(gone);
            withdrawn++;
            if (!stored.IsWithdrawn)
            {
                batch.Add((new ChangedRiskEvent(RiskEventChange.Withdrawn, stored with { IsWithdrawn = true }), gone.Version + 1));
                await FlushAsync(batch, BatchRows, cancellation).ConfigureAwait(false);
            }
        }

        await FlushAsync(batch, 1, cancellation).ConfigureAwait(false);
        return new RiskEventsWritten(standing, withdrawn, 0);
    }

    /// <summary>The risk events that stand, by the time of the last event behind them.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async IAsyncEnumerable<StoredRiskEvent> ReadAsync(TimeRange range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in state.ReadAsync(StateTable.RiskEvents, range, cancellation).ConfigureAwait(false))
        {
            if (StoredRiskEvent.Read(row) is { IsWithdrawn: false } stored)
            {
                yield return stored;
            }
        }
    }

    private async Task FlushAsync(List<(ChangedRiskEvent Change, long Version)> batch, int least, CancellationToken cancellation)
    {
        if (batch.Count < least)
        {
            return;
        }

        foreach (var follower in followers)
        {
            await follower.FollowAsync([.. batch.Select(b => b.Change)], cancellation).ConfigureAwait(false);
        }

        await state.PutAsync(StateTable.RiskEvents, [.. batch.Select(b => b.Change.Stored.ToState(b.Version))], cancellation).ConfigureAwait(false);
        if (Kept is not null)
        {
            await Kept([.. batch.Select(b => b.Change)], cancellation).ConfigureAwait(false);
        }

        batch.Clear();
    }

    /// <summary>The time at which it was written is not something it says.</summary>
    private static bool SaysTheSame(StateRow before, StoredRiskEvent now) =>
        StoredRiskEvent.Read(before) is { IsWithdrawn: false } kept && kept.Document.AsSpan().SequenceEqual(now.Document) && kept.Indexed.Extra.Span.SequenceEqual(now.Indexed.Extra.Span);

    private static byte[] Document(RiskEventJson json, RiskEvent e)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.Write(writer, e);
        }

        return stream.ToArray();
    }

    private long Now() => (clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
}
