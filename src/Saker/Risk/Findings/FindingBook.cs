using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Risk.Findings;

/// <summary>A finding was changed by somebody else since it was read.</summary>
internal sealed class FindingChangedException(Finding now) : Exception($"finding {now.Id} was changed meanwhile: it is version {now.Version} now")
{
    public Finding Now { get; } = now;
}

/// <summary>What a person changes in a finding; null leaves as it is.</summary>
internal sealed record FindingEdit
{
    public FindingState? State { get; init; }

    public FindingDisposition? Disposition { get; init; }

    public string? Owner { get; init; }

    public string? Note { get; init; }
}

/// <summary>
/// Keeps findings: risk events of rules that make findings merge into the open finding of their entity, or open one; a closed one is opened again by new
/// evidence for a while. Taking the same risk event twice changes nothing.
/// </summary>
internal sealed partial class FindingBook(IStateStore state, TimeProvider clock) : IFollowsRiskEvents, IDisposable
{
    public const string Saker = "saker";

    private readonly SemaphoreSlim gate = new(1);
    // The latest finding of each entity; null until it was read.
    private Dictionary<(string Type, string Entity), Finding>? latest;

    /// <summary>How long after it was closed new evidence opens a finding again, in place of a new one.</summary>
    public TimeSpan ReopenWithin { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Hears of findings that are new, reopened, or rest on more, before they are kept; the same one again after a crash.</summary>
    public Func<Finding, CancellationToken, Task>? Changed { get; set; }

    public async Task FollowAsync(IReadOnlyList<ChangedRiskEvent> changes, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var entities = await LatestAsync(cancellation).ConfigureAwait(false);
            var touched = new Dictionary<string, Finding>(StringComparer.Ordinal);
            foreach (var change in changes)
            {
                var source = FindingSource.Read(change.Stored);
                if (source.MakesFinding && Merge(entities.GetValueOrDefault((source.EntityType, source.Entity)), source, source.IsHidden ? RiskEventChange.Withdrawn : change.Change) is { } merged)
                {
                    entities[(source.EntityType, source.Entity)] = merged;
                    touched[merged.Id] = merged;
                }
            }

            foreach (var finding in touched.Values.Where(_ => Changed is not null))
            {
                await Changed!(finding, cancellation).ConfigureAwait(false);
            }

            await state.PutAsync(StateTable.Findings, [.. touched.Values.Select(f => f.ToState())], cancellation).ConfigureAwait(false);
        }
        catch
        {
            // What is in memory may not be what is kept.
            latest = null;
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>All findings that were opened in a range, the latest first.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<IReadOnlyList<Finding>> ReadAsync(TimeRange range, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        await foreach (var row in state.ReadAsync(StateTable.Findings, range, cancellation).ConfigureAwait(false))
        {
            findings.Add(Finding.Read(row));
        }

        findings.Reverse();
        return findings;
    }

    /// <summary>One finding, by its id; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<Finding?> FindAsync(string id, CancellationToken cancellation) =>
        await state.FindAsync(StateTable.Findings, id, cancellation).ConfigureAwait(false) is { } row ? Finding.Read(row) : null;

    /// <summary>A person's change; the finding as it then is, or null if there is none of this id.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="version">The version that was read; null to change whatever is there.</param>
    /// <param name="edit">What changes.</param>
    /// <param name="who">The person.</param>
    /// <param name="cancellation">Stops before it is kept.</param>
    /// <exception cref="FindingChangedException">It is another version by now.</exception>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<Finding?> EditAsync(string id, long? version, FindingEdit edit, string who, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var entities = await LatestAsync(cancellation).ConfigureAwait(false);
            if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } found)
            {
                return null;
            }

            if (version is { } read && read != found.Version)
            {
                throw new FindingChangedException(found);
            }

            var changed = Apply(found, edit, who);
            await state.PutAsync(StateTable.Findings, [changed.ToState()], cancellation).ConfigureAwait(false);
            if (entities.GetValueOrDefault((changed.EntityType, changed.Entity))?.Id == id)
            {
                entities[(changed.EntityType, changed.Entity)] = changed;
            }

            return changed;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<Dictionary<(string Type, string Entity), Finding>> LatestAsync(CancellationToken cancellation)
    {
        if (latest is null)
        {
            var read = new Dictionary<(string, string), Finding>();
            await foreach (var row in state.ReadAsync(StateTable.Findings, TimeRange.All, cancellation).ConfigureAwait(false))
            {
                var finding = Finding.Read(row);
                read[(finding.EntityType, finding.Entity)] = finding;
            }

            latest = read;
        }

        return latest;
    }

    /// <summary>The finding after a change of one of its risk events; null if it says nothing new.</summary>
    private Finding? Merge(Finding? known, FindingSource source, RiskEventChange change)
    {
        var now = clock.GetUtcNow();
        var held = known?.Evidence.FirstOrDefault(e => e.RiskEventId == source.Evidence.RiskEventId);
        if (change == RiskEventChange.Withdrawn)
        {
            return known is null || held is null ? null : Without(known, held, now);
        }

        if (held is not null)
        {
            return held == source.Evidence ? null : Rest(known!, [.. known!.Evidence.Select(e => e == held ? source.Evidence : e)], source, now, null);
        }

        if (known is null || (known.State == FindingState.Closed && now - known.Closed > ReopenWithin))
        {
            var opened = new Finding
            {
                Id = source.NewId,
                EntityType = source.EntityType,
                Entity = source.Entity,
                Title = source.Evidence.Detection,
                Created = now,
                Updated = now,
            };
            return Rest(opened, [source.Evidence], source, now, $"opened by {source.Evidence.Detection}") with { EvidenceTotal = 1 };
        }

        var reopens = known.State == FindingState.Closed;
        var merged = Rest(known, [.. known.Evidence, source.Evidence], source, now, $"{(reopens ? "opened again" : "joined")} by {source.Evidence.Detection}");
        return merged with
        {
            EvidenceTotal = known.EvidenceTotal + 1,
            State = reopens ? FindingState.New : known.State,
            Disposition = reopens ? FindingDisposition.Undetermined : known.Disposition,
            Title = known.Title == source.Evidence.Detection || known.Title.Contains(" and ", StringComparison.Ordinal) ? known.Title : $"{known.Title} and more",
        };
    }

    private static Finding Rest(Finding finding, IReadOnlyList<FindingEvidence> evidence, FindingSource source, DateTimeOffset now, string? what) => finding with
    {
        Evidence = evidence.Count > Finding.MostEvidence ? [.. evidence.Skip(evidence.Count - Finding.MostEvidence)] : evidence,
        Score = evidence.Sum(e => e.Score),
        Tactics = [.. finding.Tactics.Union(source.Tactics)],
        Techniques = [.. finding.Techniques.Union(source.Techniques)],
        History = what is null ? finding.History : With(finding.History, new FindingEntry(now, Saker, what)),
        Updated = now,
        Version = finding.Version + 1,
    };

    private static Finding Without(Finding finding, FindingEvidence gone, DateTimeOffset now)
    {
        FindingEvidence[] left = [.. finding.Evidence.Where(e => e != gone)];
        var isEmpty = left.Length == 0;
        return finding with
        {
            Evidence = left,
            EvidenceTotal = finding.EvidenceTotal - 1,
            Score = left.Sum(e => e.Score),
            State = isEmpty ? FindingState.Closed : finding.State,
            Disposition = isEmpty ? FindingDisposition.Withdrawn : finding.Disposition,
            Closed = isEmpty ? now : finding.Closed,
            History = With(finding.History, new FindingEntry(now, Saker, $"withdrawn: {gone.Detection}, {gone.Message}")),
            Updated = now,
            Version = finding.Version + 1,
        };
    }

    private Finding Apply(Finding finding, FindingEdit edit, string who)
    {
        var now = clock.GetUtcNow();
        var history = finding.History;
        void Tell(string what) => history = With(history, new FindingEntry(now, who, what));
        if (edit.State is { } to && to != finding.State)
        {
            Tell($"state {Name(finding.State)} to {Name(to)}");
        }

        if (edit.Disposition is { } found && found != finding.Disposition)
        {
            Tell($"disposition {Name(finding.Disposition)} to {Name(found)}");
        }

        if (edit.Owner is { } owner && owner != finding.Owner)
        {
            Tell(owner.Length == 0 ? $"owner {finding.Owner} to nobody" : $"owner {(finding.Owner.Length == 0 ? "nobody" : finding.Owner)} to {owner}");
        }

        if (edit.Note is not null)
        {
            Tell("a note");
        }

        return finding with
        {
            State = edit.State ?? finding.State,
            Disposition = edit.Disposition ?? (edit.State is FindingState.New or FindingState.InProgress ? FindingDisposition.Undetermined : finding.Disposition),
            Owner = edit.Owner ?? finding.Owner,
            Notes = edit.Note is null ? finding.Notes : With(finding.Notes, new FindingEntry(now, who, edit.Note)),
            History = history,
            Closed = edit.State == FindingState.Closed ? now : finding.Closed,
            Updated = now,
            Version = finding.Version + 1,
        };
    }

    /// <summary>As in JSON: <c>in_progress</c>.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static FindingEntry[] With(IReadOnlyList<FindingEntry> entries, FindingEntry one) => [.. entries.Skip(Math.Max(0, entries.Count - Finding.MostHistory + 1)), one];
}
