using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Saker.Stores;

namespace Saker.Risk.Findings;

/// <summary>Something about this installation itself that people should look at: a source that fell silent.</summary>
/// <param name="EntityType">What kind of thing it is about: <c>source</c>.</param>
/// <param name="Entity">Which one: <c>audit/prod</c>.</param>
/// <param name="Title">In a few words, the same for all of its kind: <c>Source fell silent</c>.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Score">How urgent it is.</param>
/// <param name="Since">When it began, at the latest.</param>
internal sealed record HealthNote(string EntityType, string Entity, string Title, string Message, int Score, DateTimeOffset Since);

/// <summary>Findings about the installation itself: raised while something is wrong, closed when it is well again.</summary>
internal sealed partial class FindingBook
{
    /// <summary>Opens a finding, or opens a closed one again. Nothing happens while one is open, or if a person closed it after the trouble began.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was kept: try again later.</exception>
    public Task RaiseAsync(HealthNote note, CancellationToken cancellation) => ChangeAsync(
        (note.EntityType, note.Entity),
        known =>
        {
            var now = clock.GetUtcNow();
            if (known is not null && (known.State != FindingState.Closed || (known.Disposition != FindingDisposition.Withdrawn && known.Closed >= note.Since)))
            {
                return null;
            }

            var reopens = known is not null && now - known.Closed <= ReopenWithin;
            var evidence = new FindingEvidence($"health:{note.Since.ToUnixTimeMilliseconds()}", note.Title, "", note.Score, note.Message, note.Since, now);
            var finding = reopens ? known! : new Finding { Id = IdOf(note), EntityType = note.EntityType, Entity = note.Entity, Title = note.Title, Created = now, Updated = now };
            return finding with
            {
                State = FindingState.New,
                Disposition = FindingDisposition.Undetermined,
                Score = note.Score,
                Evidence = [evidence],
                EvidenceTotal = finding.EvidenceTotal + 1,
                History = With(finding.History, new FindingEntry(now, Saker, reopens ? "opened again" : "opened")),
                Updated = now,
                Version = finding.Version + 1,
            };
        },
        cancellation);

    /// <summary>All is well again: a finding that nobody has taken up is closed; in one that somebody works on it is noted.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was kept: try again later.</exception>
    public Task RecoverAsync(string entityType, string entity, string what, CancellationToken cancellation) => ChangeAsync(
        (entityType, entity),
        known =>
        {
            if (known is null || known.State == FindingState.Closed || known.History is [.., { Who: Saker, What: var last }] && last == what)
            {
                return null;
            }

            var now = clock.GetUtcNow();
            var isOver = known.State == FindingState.New;
            return known with
            {
                State = isOver ? FindingState.Closed : known.State,
                Disposition = isOver ? FindingDisposition.Withdrawn : known.Disposition,
                Closed = isOver ? now : known.Closed,
                History = With(known.History, new FindingEntry(now, Saker, what)),
                Updated = now,
                Version = known.Version + 1,
            };
        },
        cancellation);

    /// <summary>The findings of a kind of entity that are not closed.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<IReadOnlyList<Finding>> OpenOfAsync(string entityType, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return [.. (await LatestAsync(cancellation).ConfigureAwait(false)).Values.Where(f => f.EntityType == entityType && f.State != FindingState.Closed)];
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task ChangeAsync((string Type, string Entity) entity, Func<Finding?, Finding?> change, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var entities = await LatestAsync(cancellation).ConfigureAwait(false);
            if (change(entities.GetValueOrDefault(entity)) is not { } changed)
            {
                return;
            }

            if (Changed is { } tell)
            {
                await tell(changed, cancellation).ConfigureAwait(false);
            }

            await state.PutAsync(StateTable.Findings, [changed.ToState()], cancellation).ConfigureAwait(false);
            entities[entity] = changed;
        }
        finally
        {
            gate.Release();
        }
    }

    private static string IdOf(HealthNote note) => BinaryPrimitives.ReadUInt64BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes($"health\0{note.EntityType}\0{note.Entity}\0{note.Since.ToUnixTimeMilliseconds()}"))).ToString("x16");
}
