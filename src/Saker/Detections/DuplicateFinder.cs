using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>Finds which of any number of events came before, in bounded memory: identities are sorted in runs and merged.</summary>
internal sealed class DuplicateFinder : IDisposable
{
    private const int MostInMemory = 1 << 18;

    private readonly SortedRuns<Key128, long> runs;
    private readonly List<KeyValuePair<Key128, long>> latest = [];
    // A bit an event, by ordinal.
    private ulong[] duplicates = [];

    public DuplicateFinder(string temporaryDirectory) => runs = new SortedRuns<Key128, long>(
        temporaryDirectory,
        (writer, identity, ordinal) =>
        {
            writer.Write(identity.High);
            writer.Write(identity.Low);
            writer.Write(ordinal);
        },
        reader => (new Key128(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadInt64()),
        KeepFirst);

    public long Count { get; private set; }

    /// <summary>Events in the order of their ordinals; before them, with a negative one, those that came earlier and are numbered elsewhere.</summary>
    public void Add(Key128 identity, long ordinal)
    {
        latest.Add(new(identity, ordinal));
        if (latest.Count == MostInMemory)
        {
            SortLatest();
            runs.Add(latest);
            latest.Clear();
        }
    }

    public void Complete()
    {
        SortLatest();
        if (runs.Count > 0)
        {
            foreach (var unused in runs.Merge(latest))
            {
            }
        }

        for (var i = 1; i < latest.Count && runs.Count == 0; i++)
        {
            if (latest[i].Key == latest[i - 1].Key)
            {
                KeepFirst(latest[i - 1].Value, latest[i].Value);
            }
        }

        latest.Clear();
        latest.TrimExcess();
    }

    public bool IsDuplicate(long ordinal) => Count > 0 && ordinal / 64 < duplicates.Length && (duplicates[ordinal / 64] >> (int)(ordinal % 64) & 1) != 0;

    public void Dispose() => runs.Dispose();

    private long KeepFirst(long first, long later)
    {
        if (later < 0)
        {
            // Known before the first event here, more than once.
            return first;
        }

        if (later / 64 >= duplicates.Length)
        {
            Array.Resize(ref duplicates, (int)Math.Max(2L * duplicates.Length, (later / 64) + 1));
        }

        duplicates[later / 64] |= 1UL << (int)(later % 64);
        Count++;
        return first;
    }

    private void SortLatest() => latest.Sort((a, b) => a.Key.CompareTo(b.Key) is var order and not 0 ? order : a.Value.CompareTo(b.Value));
}
