using System.Buffers;
using Saker.Stores;

namespace Saker.Detections;

/// <summary>Holds copies of bytes in pooled chunks, all given back at once.</summary>
/// <param name="isBesideHeap">
/// Whether what is larger than a chunk lies in a <see cref="LargeBlock"/>: for bytes whose fields nobody extracts, since values point into arrays.
/// </param>
internal sealed class CopyBuffer(bool isBesideHeap = false) : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly List<byte[]> chunks = [];
    private readonly List<LargeBlock> blocks = [];
    private int used;

    /// <summary>A copy that is valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        var copy = Room(bytes.Length);
        bytes.CopyTo(copy.Span);
        return copy;
    }

    public void Dispose()
    {
        chunks.ForEach(c => ArrayPool<byte>.Shared.Return(c));
        chunks.Clear();
        blocks.ForEach(b => b.Dispose());
        blocks.Clear();
    }

    private Memory<byte> Room(int bytes)
    {
        if (bytes > ChunkBytes)
        {
            // The pool would give the next power of two, and keep it.
            if (!isBesideHeap)
            {
                return GC.AllocateUninitializedArray<byte>(bytes);
            }

            blocks.Add(new LargeBlock(bytes));
            return blocks[^1].Memory;
        }

        if (chunks.Count == 0 || chunks[^1].Length - used < bytes)
        {
            chunks.Add(ArrayPool<byte>.Shared.Rent(ChunkBytes));
            used = 0;
        }

        used += bytes;
        return chunks[^1].AsMemory(used - bytes, bytes);
    }
}
