namespace Saker.Cli.Sending;

/// <summary>Who looks after dead letters: the server that runs, or this program over the directory of one that does not.</summary>
internal interface ILetterDesk : IAsyncDisposable
{
    /// <summary>The newest first; of one source, if asked for.</summary>
    Task<LetterList> ListAsync(string? source, CancellationToken cancellation);

    /// <summary>One with its text; null if there is none of that number.</summary>
    Task<LetterText?> ShowAsync(long id, CancellationToken cancellation);

    /// <summary>Sends one again; null if it was kept, else why it stays.</summary>
    Task<string?> ReplayAsync(long id, CancellationToken cancellation);

    /// <summary>Removes one for good; false if there is none of that number.</summary>
    Task<bool> DropAsync(long id, CancellationToken cancellation);
}

/// <summary>What a desk has.</summary>
/// <param name="Letters">Without their texts.</param>
/// <param name="Evicted">How many older ones went to make room.</param>
internal sealed record LetterList(IReadOnlyList<LetterLine> Letters, long Evicted);

/// <summary>A dead letter in a line: its number, when it was set aside, who sent it, <c>refused</c> by the store or <c>unreadable</c>, and why.</summary>
internal sealed record LetterLine(long Id, DateTimeOffset Time, string Source, string Kind, string Reason);

/// <summary>A whole dead letter.</summary>
/// <param name="Line">What a list says of it.</param>
/// <param name="Place">Where an unreadable one stood.</param>
/// <param name="EventKind">What a refused one is.</param>
/// <param name="Text">What it says.</param>
internal sealed record LetterText(LetterLine Line, string? Place, string? EventKind, string Text);
