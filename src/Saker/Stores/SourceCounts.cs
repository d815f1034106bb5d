namespace Saker.Stores;

/// <summary>What became of the items that a source sent: received = stored + deduplicated + filtered + rejected + pending.</summary>
/// <param name="Name">As <see cref="ReceivedBatch.Source"/>.</param>
/// <param name="Received">Items of batches that were kept; what was answered "try again" is not among them.</param>
/// <param name="Stored">In the store.</param>
/// <param name="Deduplicated">The same event was kept before.</param>
/// <param name="Filtered">Sound, and no event.</param>
/// <param name="Rejected">Dead letters: could not be read, or the store refused them.</param>
internal sealed record SourceCounts(string Name, long Received, long Stored, long Deduplicated, long Filtered, long Rejected)
{
    /// <summary>Kept in the journal and not yet stored.</summary>
    public long Pending => Received - Stored - Deduplicated - Filtered - Rejected;

    /// <summary>When its last batch came; none since the journal was made: null.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>The longest pause between two batches that is usual for it.</summary>
    public TimeSpan UsualPause { get; init; }

    /// <summary>How long, in all, it was watched to learn that.</summary>
    public TimeSpan Watched { get; init; }

    public void Write(ref ByteWriter writer)
    {
        writer.Text(Name);
        writer.Number(Received);
        writer.Number(Stored);
        writer.Number(Deduplicated);
        writer.Number(Filtered);
        writer.Number(Rejected);
        writer.Number(Math.Max(0, LastSeen?.ToUnixTimeMilliseconds() ?? 0));
        writer.Number((long)UsualPause.TotalMilliseconds);
        writer.Number((long)Watched.TotalMilliseconds);
    }

    public static SourceCounts Read(ref ByteReader reader)
    {
        var counts = new SourceCounts(reader.Text(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number());
        var (seen, pause, watched) = (reader.Number(), reader.Number(), reader.Number());
        return counts with
        {
            LastSeen = seen == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(seen, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
            UsualPause = TimeSpan.FromMilliseconds(Math.Min(pause, (long)TimeSpan.MaxValue.TotalMilliseconds - 1)),
            Watched = TimeSpan.FromMilliseconds(Math.Min(watched, (long)TimeSpan.MaxValue.TotalMilliseconds - 1)),
        };
    }
}
