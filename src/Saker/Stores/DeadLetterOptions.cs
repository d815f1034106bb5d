namespace Saker.Stores;

/// <summary>Where the dead letters are and what bounds them.</summary>
internal sealed record DeadLetterOptions
{
    public required string Directory { get; init; }

    /// <summary>The most that they may take on disk; the oldest go first, a sixteenth at a time.</summary>
    public long MostBytes { get; init; } = 256 << 20;

    /// <summary>The most there may be.</summary>
    public int MostLetters { get; init; } = 100_000;

    public Action<string> Report { get; init; } = _ => { };
}
