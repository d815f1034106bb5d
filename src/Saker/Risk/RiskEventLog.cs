using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
internal readonly record struct RiskEventsWritten(long Standing, long Withdrawn);

/// <summary>
/// Keeps the risk events of windows: evaluating a window again changes only what is different. Followers hear of a change first, then it is kept, so
/// that a crash between the two tells it twice rather than never.
/// </summary>
internal sealed class RiskEventLog(IStateStore state, TimeProvider clock, IReadOnlyList<IFollowsRiskEvents> followers)
{
    private const int BatchRows = 500;

    private readonly Lock guard = new();
    private readonly KnownRiskEvents cache = new();
    private readonly GatheredPuts puts = new(state, StateTable.RiskEvents);
    private readonly Gathering<string, KnownRiskEvents.Group> reads = new((groups, cancellation) => ReadAsync(state, groups, cancellation), failure => failure is StoreUnavailableException);

    /// <summary>Hears of changes once they are kept.</summary>
    public Func<IReadOnlyList<ChangedRiskEvent>, CancellationToken, Task>? Kept { get; set; }

    /// <summary>Takes all risk events of one evaluation of a window, each id once.</summary>
    /// <param name="group">Detection and run.</param>
    /// <param name="riskEvents">In any order; enumerated once.</param>
    /// <param name="evidenceOf">The events behind one.</param>
    /// <param name="isFinal">Whether what is not among them any more is withdrawn: not while the window is open.</param>
    /// <param name="keepsNumbers">Whether an event has the same number in each evaluation, so that equal evidence is equal.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="StoreUnavailableException">Nothing is lost: evaluate again later.</exception>
    public async Task<RiskEventsWritten> WriteAsync(
        string group, IEnumerable<RiskEvent> riskEvents, Func<RiskEvent, IEnumerable<Event>> evidenceOf, bool isFinal, bool keepsNumbers, CancellationToken cancellation)
    {
        var known = await KnownAsync(group, cancellation).ConfigureAwait(false);
        try
        {
            var written = await WriteAsync(known, riskEvents, new RiskEventJson(evidenceOf), isFinal, keepsNumbers, cancellation).ConfigureAwait(false);
            lock (guard)
            {
                cache.Keep(known);
            }

            return written;
        }
        catch
        {
            lock (guard)
            {
                cache.Forget(group);
            }

            throw;
        }
    }

    private async Task<RiskEventsWritten> WriteAsync(
        KnownRiskEvents.Group known, IEnumerable<RiskEvent> riskEvents, RiskEventJson json, bool isFinal, bool keepsNumbers, CancellationToken cancellation)
    {
        var batch = new List<(ChangedRiskEvent Change, long Version)>();
        var standing = new HashSet<UInt128>();
        foreach (var e in riskEvents)
        {
            standing.Add(e.Id);
            var before = known.ById.GetValueOrDefault(e.Id);
            UInt128? print = keepsNumbers ? PrintOf(e) : null;
            if (before is { IsWithdrawn: false } && before.Print is not null && before.Print == print)
            {
                continue;
            }

            var stored = new StoredRiskEvent(e.Id, known.Name, IsWithdrawn: false, Document(json, e), RiskIndex.EventOf(e, Now()));
            var content = KnownRiskEvents.HashOf(stored);
            if (before is { IsWithdrawn: false } && before.Content == content)
            {
                known.ById[e.Id] = before with { Print = print };
                continue;
            }

            var version = (before?.Version ?? 0) + 1;
            known.ById[e.Id] = new KnownRiskEvents.Known(version, content, IsWithdrawn: false, print);
            batch.Add((new ChangedRiskEvent(before is { IsWithdrawn: false } ? RiskEventChange.Changed : RiskEventChange.New, stored), version));
            await FlushAsync(batch, BatchRows, cancellation).ConfigureAwait(false);
        }

        var gone = isFinal ? known.ById.Where(k => !standing.Contains(k.Key)).ToList() : [];
        foreach (var (id, before) in gone.Where(g => !g.Value.IsWithdrawn))
        {
            if (await state.FindAsync(StateTable.RiskEvents, id.ToString("x32"), cancellation).ConfigureAwait(false) is { } row)
            {
                known.ById[id] = before with { Version = row.Version + 1, IsWithdrawn = true };
                batch.Add((new ChangedRiskEvent(RiskEventChange.Withdrawn, StoredRiskEvent.Read(row) with { IsWithdrawn = true }), row.Version + 1));
                await FlushAsync(batch, BatchRows, cancellation).ConfigureAwait(false);
            }
        }

        await FlushAsync(batch, 1, cancellation).ConfigureAwait(false);
        return new RiskEventsWritten(standing.Count, gone.Count);
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

        await puts.PutAsync([.. batch.Select(b => b.Change.Stored.ToState(b.Version))], cancellation).ConfigureAwait(false);
        if (Kept is not null)
        {
            await Kept([.. batch.Select(b => b.Change)], cancellation).ConfigureAwait(false);
        }

        batch.Clear();
    }

    private async Task<KnownRiskEvents.Group> KnownAsync(string group, CancellationToken cancellation)
    {
        lock (guard)
        {
            if (cache.Find(group) is { } found)
            {
                return found;
            }
        }

        return await reads.AskAsync(group, cancellation).ConfigureAwait(false);
    }

    /// <summary>What is kept of some windows, each asked for by one who alone goes on with it.</summary>
    private static async Task<IReadOnlyList<KnownRiskEvents.Group>> ReadAsync(IStateStore state, IReadOnlyList<string> groups, CancellationToken cancellation)
    {
        var read = groups.Select(g => new KnownRiskEvents.Group(g)).ToList();
        var byName = read.ToLookup(g => g.Name, StringComparer.Ordinal);
        await foreach (var row in state.ReadGroupsAsync(StateTable.RiskEvents, [.. byName.Select(g => g.Key)], cancellation).ConfigureAwait(false))
        {
            foreach (var group in byName[row.Group])
            {
                group.ById[UInt128.Parse(row.Key, NumberStyles.HexNumber, CultureInfo.InvariantCulture)] = KnownRiskEvents.Known.Of(row);
            }
        }

        return read;
    }

    /// <summary>What a risk event hangs on besides its id: the numbers of its events, how many there are, and its words.</summary>
    private static UInt128 PrintOf(RiskEvent e)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(e.Evidence.Total));
        hash.AppendData(MemoryMarshal.AsBytes(e.Evidence.Named));
        hash.AppendData(BitConverter.GetBytes(e.Rows));
        hash.AppendData(BitConverter.GetBytes(e.Score));
        hash.AppendData(MemoryMarshal.AsBytes(e.Message.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(e.HiddenBy.AsSpan()));
        foreach (var (name, values) in e.Fields.Concat(e.Context).Append(new("", e.Factors)))
        {
            hash.AppendData(MemoryMarshal.AsBytes(name.AsSpan()));
            foreach (var value in values)
            {
                hash.AppendData([0, 0]);
                hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
            }

            hash.AppendData([0, 1]);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }

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
