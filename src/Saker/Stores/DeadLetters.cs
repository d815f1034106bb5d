namespace Saker.Stores;

/// <summary>
/// The dead letters of a server, in checksummed segments of their own: listed, shown, sent again, dropped. Bounded: the oldest go, and are counted.
/// All calls may come from any thread.
/// </summary>
internal sealed partial class DeadLetters : IDisposable
{
    private readonly DeadLetterOptions options;
    private readonly IFileLayer files;
    private readonly TimeProvider clock;
    private readonly IDisposable directoryLock;
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, Entry> entries = [];
    private readonly Dictionary<DeadLetterKey, long> keys = [];
    private long nextId = 1;

    private DeadLetters(DeadLetterOptions options, IFileLayer files, TimeProvider clock, IDisposable directoryLock) =>
        (this.options, this.files, this.clock, this.directoryLock) = (options, files, clock, directoryLock);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Values.Count(e => !e.IsGone);
            }
        }
    }

    /// <summary>How many went because there were too many, since the directory was made.</summary>
    public long Evicted { get; private set; }

    /// <summary>What they take on disk.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return segments.Sum(s => s.Length);
            }
        }
    }

    /// <summary>The newest ones first; of one source, if asked for.</summary>
    public IReadOnlyList<DeadLetterSummary> List(string? source = null, int most = int.MaxValue)
    {
        lock (gate)
        {
            return [.. entries.Values.Reverse().Where(e => !e.IsGone && (source is null || e.Summary.Source == source)).Take(most).Select(e => e.Summary)];
        }
    }

    /// <summary>One with its text; null if there is none of that number.</summary>
    /// <exception cref="IOException">The disk does not give what it holds.</exception>
    /// <exception cref="InvalidDataException">What the disk gives is damaged.</exception>
    public DeadLetter? Find(long id)
    {
        lock (gate)
        {
            return entries.TryGetValue(id, out var entry) && !entry.IsGone ? Read(entry) : null;
        }
    }

    /// <summary>Keeps letters; returns once they are on disk. Those that are kept already, by their key, are left out.</summary>
    /// <exception cref="IOException">Some may be on disk, and may be kept again.</exception>
    public void Add(IReadOnlyList<DeadLetter> letters)
    {
        lock (gate)
        {
            var fresh = letters.Where(l => !keys.ContainsKey(l.Key)).DistinctBy(l => l.Key).Select((l, i) => l with { Id = nextId + i }).ToList();
            // Numbers of letters that failed to be written are not given again.
            nextId += fresh.Count;
            foreach (var group in InGroups(fresh))
            {
                var record = Append(DeadLetterCodec.WriteLetters(group));
                group.ForEach(l => Index(l, record));
            }

            Evict();
        }
    }

    /// <summary>Removes letters that were sent again, or that nobody wants; returns how many there were.</summary>
    /// <exception cref="IOException">They are there still.</exception>
    public int Remove(IReadOnlyCollection<long> ids)
    {
        lock (gate)
        {
            var there = ids.Where(id => entries.TryGetValue(id, out var entry) && !entry.IsGone).Distinct().ToList();
            if (there.Count > 0)
            {
                Append(DeadLetterCodec.WriteGone(there));
                there.ForEach(Drop);
            }

            return there.Count;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            activeFile?.Dispose();
            activeFile = null;
        }

        directoryLock.Dispose();
    }

    private void Index(DeadLetter letter, Place place)
    {
        var size = letter.Text.Length + letter.Reason.Length + 100;
        var summary = new DeadLetterSummary(letter.Id, letter.Time, string.Intern(letter.Source), letter.Reason, letter.Event is not null, size);
        if (keys.TryGetValue(letter.Key, out var failed))
        {
            // Its first writing was told as failed and is there all the same: the one that was told as kept counts.
            entries.Remove(failed);
        }

        entries[letter.Id] = new Entry(letter.Key, summary, place);
        keys[letter.Key] = letter.Id;
        nextId = Math.Max(nextId, letter.Id + 1);
    }

    private void Drop(long id)
    {
        if (entries.TryGetValue(id, out var entry))
        {
            entries[id] = entry with { IsGone = true };
        }
    }

    /// <summary>Pieces of about a megabyte, so that showing one letter reads little.</summary>
    private static IEnumerable<List<DeadLetter>> InGroups(List<DeadLetter> letters)
    {
        var group = new List<DeadLetter>();
        long bytes = 0;
        foreach (var letter in letters)
        {
            if (group.Count > 0 && bytes + letter.Text.Length > 1 << 20)
            {
                yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(letter);
            bytes += letter.Text.Length + 100;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    /// <summary>Where a record stands.</summary>
    private readonly record struct Place(LetterSegment Segment, long Position);

    private sealed record Entry(DeadLetterKey Key, DeadLetterSummary Summary, Place Place, bool IsGone = false);
}
