namespace Saker.Spl.Execution;

/// <summary>
/// Sorted pieces of a result that does not fit in memory, in one temporary file each, merged when all are there. The files are
/// removed when this is disposed, and by the system if the process dies (they are unlinked while open).
/// </summary>
public sealed class SortedRuns<TKey, TState>(
    string directory,
    Action<BinaryWriter, TKey, TState> write,
    Func<BinaryReader, (TKey Key, TState State)> read,
    Func<TState, TState, TState> combine,
    Action<long>? takeDisk = null) : IDisposable
    where TKey : IComparable<TKey>
{
    // Past this many files they are merged into one: each costs a handle and a buffer.
    private const int MostRuns = 64;

    private readonly List<(TemporaryFileStream File, long Count)> runs = [];

    public int Count => runs.Count;

    /// <summary>Writes one run; the entries must be in order.</summary>
    public void Add(IEnumerable<KeyValuePair<TKey, TState>> sorted)
    {
        if (runs.Count == MostRuns)
        {
            var merged = Write(Merge([]).Select(e => new KeyValuePair<TKey, TState>(e.Key, e.State)));
            Dispose();
            runs.Add(merged);
        }

        runs.Add(Write(sorted));
    }

    private (TemporaryFileStream File, long Count) Write(IEnumerable<KeyValuePair<TKey, TState>> sorted)
    {
        var file = TemporaryFileStream.Create(directory);
        long count = 0;
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            foreach (var (key, state) in sorted)
            {
                write(writer, key, state);
                count++;
            }
        }

        takeDisk?.Invoke(file.Length);
        return (file, count);
    }

    /// <summary>All entries in order, of the runs and of what is still in memory; states of equal keys are combined in the order they came.</summary>
    public IEnumerable<(TKey Key, TState State)> Merge(IEnumerable<KeyValuePair<TKey, TState>> inMemory)
    {
        var sources = runs.Select(ReadRun).Append(inMemory.Select(e => (e.Key, e.Value))).Select(s => s.GetEnumerator()).ToList();
        var queue = new PriorityQueue<int, (TKey Key, int Source)>(Comparer<(TKey Key, int Source)>.Create((a, b) =>
            a.Key.CompareTo(b.Key) is var order and not 0 ? order : a.Source - b.Source));
        for (var i = 0; i < sources.Count; i++)
        {
            Advance(i);
        }

        while (queue.TryDequeue(out var first, out _))
        {
            var (key, state) = sources[first].Current;
            Advance(first);
            while (queue.TryPeek(out var next, out var place) && place.Key.CompareTo(key) == 0)
            {
                queue.Dequeue();
                state = combine(state, sources[next].Current.Item2);
                Advance(next);
            }

            yield return (key, state);
        }

        void Advance(int source)
        {
            if (sources[source].MoveNext())
            {
                queue.Enqueue(source, (sources[source].Current.Item1, source));
            }
        }
    }

    public void Dispose()
    {
        foreach (var (file, _) in runs)
        {
            takeDisk?.Invoke(-file.Length);
            file.Dispose();
        }

        runs.Clear();
    }

    private IEnumerable<(TKey, TState)> ReadRun((TemporaryFileStream File, long Count) run)
    {
        run.File.Position = 0;
        using var reader = new BinaryReader(run.File, System.Text.Encoding.UTF8, leaveOpen: true);
        for (long i = 0; i < run.Count; i++)
        {
            yield return read(reader);
        }
    }
}
