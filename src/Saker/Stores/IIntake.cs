namespace Saker.Stores;

/// <summary>Where every way in hands over what it received: the journal; in tests of protocols, memory.</summary>
internal interface IIntake
{
    /// <summary>
    /// Keeps a batch. Answers once it is on disk (fsync), or at once that there is no room: the sender is then told to try again. Never throws for a full or
    /// failing disk, and never waits longer than an API server would.
    /// </summary>
    ValueTask<IntakeAnswer> TakeAsync(ReceivedBatch batch, CancellationToken cancellation);
}

/// <summary>What became of a batch.</summary>
/// <param name="Status">Whether it was kept.</param>
/// <param name="RetryAfter">How long the sender should wait; zero when kept.</param>
/// <param name="Why">For the log and the sender, in words; empty when kept.</param>
internal readonly record struct IntakeAnswer(IntakeStatus Status, TimeSpan RetryAfter, string Why)
{
    public static readonly IntakeAnswer Kept = new(IntakeStatus.Kept, TimeSpan.Zero, "");
}

/// <summary>Whether a batch was kept.</summary>
internal enum IntakeStatus
{
    /// <summary>On disk: it survives a crash of everything.</summary>
    Kept,

    /// <summary>The bound of the journal is reached: 429, or the protocol's word for it.</summary>
    Full,

    /// <summary>The disk refused (full, failing): 503, or the protocol's word for it.</summary>
    Failed,
}
