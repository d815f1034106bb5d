namespace Saker.Detections;

/// <summary>A list for millions of entries that grows without copying what it holds.</summary>
/// <param name="chunkLength">By how many it grows.</param>
internal sealed class ChunkedList<T>(int chunkLength = 1 << 12)
{
    private readonly List<T[]> chunks = [];

    public int Count { get; private set; }

    public T this[int index] => chunks[index / chunkLength][index % chunkLength];

    public void Add(T item)
    {
        if (Count == chunks.Count * chunkLength)
        {
            chunks.Add(new T[chunkLength]);
        }

        chunks[^1][Count++ % chunkLength] = item;
    }

    public IEnumerable<T> All()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }
}
