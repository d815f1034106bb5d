using System.Buffers;

namespace Saker.Stores;

/// <summary>A sound record: where it stands and what it holds, valid until the next is read.</summary>
internal readonly record struct SegmentRecord(RecordHeader Header, ReadOnlyMemory<byte> Payload);

/// <summary>Reads the records of one segment in order, and finds the next sound one behind damage. Reads ahead; not thread-safe.</summary>
internal sealed class SegmentReader : IDisposable
{
    private const int ReadAhead = 1 << 20;

    private readonly ILogFile file;
    private readonly UInt128 journal;
    private readonly long start;
    private readonly byte[] readAhead = ArrayPool<byte>.Shared.Rent(ReadAhead);
    private LargeBlock? block;
    private Memory<byte> buffer;
    private long bufferOffset;
    private int buffered;

    /// <param name="file">Disposed of with this.</param>
    /// <param name="journal">The journal's id.</param>
    /// <param name="start">The position of the file's first byte.</param>
    public SegmentReader(ILogFile file, UInt128 journal, long start) => (this.file, this.journal, this.start, buffer) = (file, journal, start, readAhead);

    /// <summary>Up to where anything is read: what stands behind may be in the making.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>The record at a position, if a sound one stands there and ends before the limit.</summary>
    /// <exception cref="IOException">The disk does not give what it holds.</exception>
    public SegmentRecord? At(long position)
    {
        if (Limit - position < RecordHeader.Bytes || RecordHeader.Read(Bytes(position, RecordHeader.Bytes).Span, journal, position) is not { } header || header.End > Limit)
        {
            return null;
        }

        var bytes = Bytes(position, RecordHeader.Bytes + header.Length);
        if (bytes.Length < RecordHeader.Bytes + header.Length)
        {
            return null;
        }

        var payload = bytes[RecordHeader.Bytes..];
        return Crc32C.Of(payload.Span) == header.Checksum ? new SegmentRecord(header, payload) : null;
    }

    /// <summary>The first sound record after a position.</summary>
    public SegmentRecord? After(long position)
    {
        for (var from = position + 1; Limit - from >= RecordHeader.Bytes;)
        {
            var bytes = Bytes(from, (int)Math.Min(ReadAhead / 2, Limit - from)).Span;
            var magic = bytes.IndexOf(RecordHeader.Magic);
            if (magic < 0)
            {
                if (bytes.Length < RecordHeader.Magic.Length)
                {
                    return null;
                }

                from += bytes.Length - RecordHeader.Magic.Length + 1;
                continue;
            }

            from += magic;
            if (At(from) is { } record)
            {
                return record;
            }

            from++;
        }

        return null;
    }

    /// <summary>Gives back what a large record took.</summary>
    public void Shrink()
    {
        if (block is not null)
        {
            (buffer, buffered) = (readAhead, 0);
            block.Dispose();
            block = null;
        }
    }

    public void Dispose()
    {
        file.Dispose();
        Shrink();
        ArrayPool<byte>.Shared.Return(readAhead);
        (buffer, buffered) = (default, 0);
    }

    /// <summary>So many bytes from a position on; fewer at the file's end.</summary>
    private ReadOnlyMemory<byte> Bytes(long position, int count)
    {
        var offset = position - start;
        if (offset < bufferOffset || offset + count > bufferOffset + buffered)
        {
            Fill(offset, count);
        }

        var from = (int)(offset - bufferOffset);
        return from < buffered ? buffer.Slice(from, Math.Min(count, buffered - from)) : default;
    }

    private void Fill(long offset, int count)
    {
        // What is buffered already is kept: a record's header was just read.
        var kept = offset >= bufferOffset && offset < bufferOffset + buffered ? (int)(bufferOffset + buffered - offset) : 0;
        var wanted = (int)Math.Min(Math.Max(count, ReadAhead), Math.Max(Limit - start - offset, count));
        // A record that is larger has a block of its own, as long as it is read; a pool would keep it for long.
        var larger = wanted <= readAhead.Length ? null : new LargeBlock(wanted);
        var target = larger?.Memory ?? readAhead;
        buffer.Slice(buffered - kept, kept).CopyTo(target);
        block?.Dispose();
        (block, buffer, bufferOffset, buffered) = (larger, target, offset, kept);
        while (buffered < wanted && file.Read(buffer.Span[buffered..wanted], offset + buffered) is var read and > 0)
        {
            buffered += read;
        }
    }
}
