namespace Saker.Stores;

/// <summary>Where the journal is and what bounds it.</summary>
internal sealed record JournalOptions
{
    public required string Directory { get; init; }

    /// <summary>The most that its segments may take on disk. A fifth of it is kept for batches whose sender does not try again.</summary>
    public long MostBytes { get; init; } = 8L << 30;

    /// <summary>A segment is closed at this size; smaller where the whole is small, since only whole segments give their room back.</summary>
    public long SegmentBytes { get; init; } = 64 << 20;

    /// <summary>The most that may wait for the disk.</summary>
    public long MostQueuedBytes { get; init; } = 96 << 20;

    /// <summary>The largest batch, as it is written.</summary>
    public int LargestBatchBytes { get; init; } = 512 << 20;

    /// <summary>The longest that a sender waits for the disk.</summary>
    public TimeSpan MostWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the disk is left alone after it failed; senders are answered at once meanwhile.</summary>
    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many identities of events are remembered, to leave out what is sent again. 0: none.</summary>
    public int RememberedIdentities { get; init; } = 1 << 19;

    /// <summary>After how long without a batch a source is silent, by its name, where that is not to be learned.</summary>
    public IReadOnlyDictionary<string, TimeSpan> SilentAfter { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>What is held back on disk, for on a full one a checkpoint must still be written before a segment can go.</summary>
    public int BallastBytes { get; init; } = 1 << 18;

    /// <summary>Gets what an operator should know: damage found, a disk that fails and works again.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Hears how long each group took to come to rest on disk.</summary>
    public Action<TimeSpan> Flushed { get; init; } = _ => { };

    public long OrdinaryBytes => MostBytes - (MostBytes / 5);

    public long EffectiveSegmentBytes => Math.Max(4096, Math.Min(SegmentBytes, MostBytes / 16));
}
