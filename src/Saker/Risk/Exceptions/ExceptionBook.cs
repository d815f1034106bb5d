using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Saker.Content;
using Saker.Risk.Findings;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Risk.Exceptions;

/// <summary>An exception was changed by somebody else since it was read.</summary>
internal sealed class ExceptionChangedException(RiskException now) : Exception($"exception {now.Id} was changed meanwhile: it is version {now.Version} now")
{
    public RiskException Now { get; } = now;
}

/// <summary>How often an exception covered a risk event, each counted once however often its window was evaluated.</summary>
internal readonly record struct ExceptionHits(long Count, DateTimeOffset? Last);

/// <summary>Keeps the exceptions that people make while a server runs, and counts what they and those of the content cover.</summary>
internal sealed class ExceptionBook(IStateStore state, TimeProvider clock) : IDisposable
{
    private const string Group = "exception";
    private const string GroupOfHits = "hits/";
    private const int MostRemembered = 50_000;

    /// <summary>Beyond so many the store is asked once, for all.</summary>
    private const int MostAskedAlone = 20;

    private readonly SemaphoreSlim gate = new(1);
    private readonly Lock guard = new();
    private readonly Dictionary<string, int> counted = new(StringComparer.Ordinal);
    private IReadOnlyList<RiskException>? kept;
    private (IReadOnlyList<RiskException> Content, IReadOnlyList<RiskException> Kept, ExceptionSet Set)? latest;

    /// <summary>Reads what is kept, unless that was done.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<IReadOnlyList<RiskException>> ReadAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref kept) is { } known)
        {
            return known;
        }

        var read = await state.ReadGroupAsync(StateTable.Exceptions, Group, cancellation).Select(Read).ToListAsync(cancellation).ConfigureAwait(false);
        return Interlocked.CompareExchange(ref kept, read, null) ?? read;
    }

    /// <summary>Those of the content and those that are kept, once these were read.</summary>
    public ExceptionSet SetOf(IReadOnlyList<RiskException> content)
    {
        lock (guard)
        {
            var now = Volatile.Read(ref kept) ?? [];
            if (latest is not { } set || !ReferenceEquals(set.Content, content) || !ReferenceEquals(set.Kept, now))
            {
                latest = set = (content, now, new ExceptionSet(content.Concat(now)));
            }

            return set.Set;
        }
    }

    /// <summary>Keeps a new one: from now on, unless it says otherwise.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<RiskException> AddAsync(RiskException exception, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return PutAsync(exception with { Id = Guid.NewGuid().ToString("D"), Created = now, Starts = exception.Starts ?? now, Version = 1 }, cancellation);
    }

    /// <summary>Changes reason or expiry; null if there is none of this id. To cover something else, make another one: what was covered stays so.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="version">The version that was read; null to change whatever is there.</param>
    /// <param name="change">The exception as it shall be.</param>
    /// <param name="cancellation">Stops before it is kept.</param>
    /// <exception cref="ExceptionChangedException">It is another version by now.</exception>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<RiskException?> EditAsync(string id, long? version, Func<RiskException, RiskException> change, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await state.FindAsync(StateTable.Exceptions, KeyOf(id), cancellation).ConfigureAwait(false) is not { } row)
            {
                return null;
            }

            var found = Read(row);
            return version is { } read && read != found.Version ? throw new ExceptionChangedException(found) : await PutAsync(change(found) with { Version = found.Version + 1 }, cancellation).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Ends an exception now. What it covered until now stays covered, when a window is evaluated again too.</summary>
    public Task<RiskException?> EndAsync(string id, long? version, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return EditAsync(id, version, x => x with { Expires = x.Expires is { } earlier && earlier < now ? earlier : now }, cancellation);
    }

    /// <summary>Notes how many risk events of a window each exception covered.</summary>
    /// <exception cref="StoreUnavailableException">Evaluate again later.</exception>
    public async Task CountAsync(string window, DateTimeOffset run, IReadOnlyDictionary<string, int> covered, CancellationToken cancellation)
    {
        var rows = new List<StateRow>();
        lock (guard)
        {
            foreach (var (id, count) in covered)
            {
                var key = $"{GroupOfHits}{id}/{window}";
                if (counted.GetValueOrDefault(key) != count)
                {
                    rows.Add(new StateRow(key, GroupOfHits + id, clock.GetUtcNow().UtcTicks, TimeRange.Nanoseconds(run), JsonSerializer.SerializeToUtf8Bytes(count, ExceptionJson.Default.Int32)));
                }
            }
        }

        await state.PutAsync(StateTable.Exceptions, rows, cancellation).ConfigureAwait(false);
        lock (guard)
        {
            if (counted.Count > MostRemembered)
            {
                counted.Clear();
            }

            foreach (var (id, count) in covered)
            {
                counted[$"{GroupOfHits}{id}/{window}"] = count;
            }
        }
    }

    /// <summary>What exceptions covered so far, by their ids.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<IReadOnlyDictionary<string, ExceptionHits>> HitsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var hits = new Dictionary<string, ExceptionHits>(StringComparer.Ordinal);
        if (ids.Count > MostAskedAlone)
        {
            await foreach (var row in state.ReadAsync(StateTable.Exceptions, TimeRange.All, cancellation).ConfigureAwait(false))
            {
                Add(row);
            }

            return hits;
        }

        foreach (var id in ids)
        {
            await foreach (var row in state.ReadGroupAsync(StateTable.Exceptions, GroupOfHits + id, cancellation).ConfigureAwait(false))
            {
                Add(row);
            }
        }

        return hits;

        void Add(StateRow row)
        {
            if (row.Group.StartsWith(GroupOfHits, StringComparison.Ordinal) && int.Parse(row.Body, CultureInfo.InvariantCulture) is > 0 and var count)
            {
                var (id, time) = (row.Group[GroupOfHits.Length..], Detections.Scan.ToTime(row.TimeNanoseconds));
                var before = hits.GetValueOrDefault(id);
                hits[id] = new ExceptionHits(before.Count + count, before.Last is { } last && last > time ? last : time);
            }
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<RiskException> PutAsync(RiskException exception, CancellationToken cancellation)
    {
        var known = await ReadAsync(cancellation).ConfigureAwait(false);
        var body = JsonSerializer.SerializeToUtf8Bytes(exception, ExceptionJson.Default.RiskException);
        await state.PutAsync(StateTable.Exceptions, [new StateRow(KeyOf(exception.Id), Group, exception.Version, TimeRange.Nanoseconds(exception.Created ?? default), body)], cancellation).ConfigureAwait(false);
        lock (guard)
        {
            kept = [.. (kept ?? known).Where(x => x.Id != exception.Id), exception];
        }

        return exception;
    }

    private static string KeyOf(string id) => "exception/" + id;

    private static RiskException Read(StateRow row) => JsonSerializer.Deserialize(row.Body, ExceptionJson.Default.RiskException)! with { Version = row.Version };
}

/// <summary>Exceptions as JSON: lower_snake names, actions as words.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(EnumWords<ExceptionAction>)])]
[JsonSerializable(typeof(RiskException))]
[JsonSerializable(typeof(int))]
internal sealed partial class ExceptionJson : JsonSerializerContext;
