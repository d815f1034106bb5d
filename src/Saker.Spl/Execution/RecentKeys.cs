namespace Saker.Spl.Execution;

/// <summary>
/// What the keys met lately lead to, by their bytes. Where keys hardly ever come again it gives up and forgets them: then each costs what it saves elsewhere.
/// </summary>
internal sealed class RecentKeys<T>
    where T : class
{
    private const long MostBytes = 4 << 20;
    private const int Trial = 4096;
    private const int OverheadBytes = 64;

    private readonly Dictionary<byte[], T> known = new(KeyBytes.Comparer);
    private long bytes;
    private int asked;
    private int found;

    /// <summary>Whether it is worth asking.</summary>
    public bool IsWorthwhile { get; private set; } = true;

    /// <summary>What the key leads to; null if it was not met lately.</summary>
    public T? Find(ReadOnlySpan<byte> key)
    {
        if (asked == Trial)
        {
            IsWorthwhile = found > Trial / 8;
            (asked, found) = (0, 0);
            if (!IsWorthwhile)
            {
                Clear();
                known.TrimExcess();
            }
        }

        asked++;
        if (!known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var value))
        {
            return null;
        }

        found++;
        return value;
    }

    /// <summary>Remembers what a key leads to, unless it has given up.</summary>
    public void Add(ReadOnlySpan<byte> key, T value)
    {
        if (!IsWorthwhile)
        {
            return;
        }

        bytes += key.Length + OverheadBytes;
        if (bytes > MostBytes)
        {
            Clear();
        }

        known[key.ToArray()] = value;
    }

    public void Clear()
    {
        known.Clear();
        bytes = 0;
    }
}
