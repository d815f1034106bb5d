using System.Buffers;

namespace Saker.Ingest;

/// <summary>A record's place in its batch; <see cref="Rejected"/> says why it cannot be one.</summary>
internal readonly record struct FramedRecord(int Offset, int Length, long Line, string? Rejected);

/// <summary>About a megabyte of input and the records in it. Owns its buffer until disposed.</summary>
internal sealed class RecordBatch(byte[] buffer, bool isPooled, List<FramedRecord> records) : IDisposable
{
    private byte[]? buffer = buffer;

    public IReadOnlyList<FramedRecord> Records => records;

    /// <summary>How much of the input (as unpacked) this batch took, in bytes.</summary>
    public long Bytes { get; init; }

    public ReadOnlyMemory<byte> this[FramedRecord record] => this.buffer.AsMemory(record.Offset, record.Length);

    public void Dispose()
    {
        if (isPooled && this.buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(this.buffer);
        }

        this.buffer = null;
    }
}
