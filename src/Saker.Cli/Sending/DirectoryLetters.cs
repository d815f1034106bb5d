using System.Text;
using Saker.Ingest;
using Saker.Risk;
using Saker.Stores;

namespace Saker.Cli.Sending;

/// <summary>The dead letters in the data directory of a server that does not run; those sent again go into its journal.</summary>
internal sealed class DirectoryLetters(string data, Action<string> tell) : ILetterDesk
{
    private readonly DeadLetters letters = DeadLetters.Open(new DeadLetterOptions { Directory = DataDirectory.DeadLetters(data), Report = tell }, new DiskFiles(), TimeProvider.System);
    private Journal? journal;
    private DeadLetterReplay? replay;

    public Task<LetterList> ListAsync(string? source, CancellationToken cancellation) =>
        Task.FromResult(new LetterList([.. letters.List(source).Select(l => new LetterLine(l.Id, l.Time, l.Source, Kind(l.IsEvent), l.Reason))], letters.Evicted));

    public Task<LetterText?> ShowAsync(long id, CancellationToken cancellation) => Task.FromResult(letters.Find(id) is { } l
        ? new LetterText(new LetterLine(l.Id, l.Time, l.Source, Kind(l.Event is not null), l.Reason), l.Item?.Place.ToString(), l.Event?.Kind.ToString(), Encoding.UTF8.GetString(l.Text.Span))
        : null);

    public Task<string?> ReplayAsync(long id, CancellationToken cancellation)
    {
        journal ??= Journal.Open(new JournalOptions { Directory = DataDirectory.Journal(data), Report = tell }, new DiskFiles(), TimeProvider.System);
        replay ??= new DeadLetterReplay(letters, journal, new IngestOptions { MaskKey = MaskKey(), ReservedIndexes = OwnIndexes.Names });
        return replay.ReplayAsync(id, cancellation);
    }

    public Task<bool> DropAsync(long id, CancellationToken cancellation) => Task.FromResult(letters.Remove([id]) > 0);

    public async ValueTask DisposeAsync()
    {
        replay?.Dispose();
        if (journal is not null)
        {
            await journal.DisposeAsync().ConfigureAwait(false);
        }

        letters.Dispose();
    }

    /// <summary>The server's own, so that equal secrets are masked alike; null where its configuration names another file.</summary>
    private byte[]? MaskKey() => Path.Combine(data, "mask.key") is var path && File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static string Kind(bool isEvent) => isEvent ? "refused" : "unreadable";
}
