namespace Saker.Detections;

/// <summary>A list for millions of entries that grows without copying what it holds.</summary>
internal sealed class ChunkedList<T>
{
    private const int ChunkLength = 1 << 12;

    private readonly List<T[]> chunks = [];

    public int Count { get; private set; }

    public T this[int index] => chunks[index / ChunkLength][index % ChunkLength];

    public void Add(T item)
    {
        if (Count == chunks.Count * ChunkLength)
        {
            chunks.Add(new T[ChunkLength]);
        }

        chunks[^1][Count++ % ChunkLength] = item;
    }

    public IEnumerable<T> All()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }
}
