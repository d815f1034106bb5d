using System.Buffers;

namespace Saker.Detections;

/// <summary>Holds copies of bytes in pooled chunks, all given back at once.</summary>
internal sealed class CopyBuffer : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly List<byte[]> chunks = [];
    private int used;

    /// <summary>A copy that is valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        if (chunks.Count == 0 || chunks[^1].Length - used < bytes.Length)
        {
            chunks.Add(ArrayPool<byte>.Shared.Rent(Math.Max(ChunkBytes, bytes.Length)));
            used = 0;
        }

        var copy = chunks[^1].AsMemory(used, bytes.Length);
        bytes.CopyTo(copy.Span);
        used += bytes.Length;
        return copy;
    }

    public void Dispose()
    {
        foreach (var chunk in chunks)
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        chunks.Clear();
    }
}
