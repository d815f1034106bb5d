using System.Buffers.Binary;
using System.Text;

namespace Saker.Stores.ClickHouse;

/// <summary>Reads the rows of one answer in ClickHouse's RowBinary format, as they come. Disposing it ends the query.</summary>
internal sealed class RowBinaryReader : IDisposable
{
    private const int MostTextBytes = 1 << 30;

    private readonly HttpResponseMessage response;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenRegistration registration;
    private readonly Stream stream;
    private readonly byte[] buffer = new byte[256 << 10];
    private int start;
    private int end;

    public RowBinaryReader(HttpResponseMessage response, CancellationToken cancellation)
    {
        (this.response, this.cancellation) = (response, cancellation);
        stream = response.Content.ReadAsStream(cancellation);
        // A read that waits ends when its connection does.
        registration = cancellation.Register(static r => ((HttpResponseMessage)r!).Dispose(), response);
    }

    /// <summary>Whether another row follows.</summary>
    /// <exception cref="StoreUnavailableException">The answer was cut off.</exception>
    public bool Next() => start < end || Fill(1);

    public byte Byte() => Take(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ulong UInt64() => unchecked((ulong)Int64());

    public UInt128 UInt128() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text()
    {
        var length = Length();
        return length == 0 ? "" : length <= buffer.Length ? Encoding.UTF8.GetString(Take(length)) : Encoding.UTF8.GetString(Bytes(length));
    }

    /// <summary>A text that is mostly one of a few: the same string object again where it is known.</summary>
    public string Text(TextCache known)
    {
        var length = Length();
        return length == 0 ? "" : length <= buffer.Length ? known.Of(Take(length)) : Encoding.UTF8.GetString(Bytes(length));
    }

    /// <summary>A text as its bytes, in an array of their own.</summary>
    public byte[] Bytes() => Length() is var length and > 0 ? Bytes(length) : [];

    public void Dispose()
    {
        registration.Dispose();
        response.Dispose();
    }

    private byte[] Bytes(int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        var buffered = Math.Min(length, end - start);
        buffer.AsSpan(start, buffered).CopyTo(bytes);
        start += buffered;
        for (var at = buffered; at < length;)
        {
            var read = Read(bytes.AsSpan(at));
            at += read > 0 ? read : throw CutOff(null);
        }

        return bytes;
    }

    private int Length()
    {
        var value = 0u;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = Byte();
            value |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value <= MostTextBytes ? (int)value : throw CutOff(null);
            }
        }

        throw CutOff(null);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (end - start < count && !Fill(count))
        {
            throw CutOff(null);
        }

        start += count;
        return buffer.AsSpan(start - count, count);
    }

    /// <summary>Reads until so many bytes are there; false at the end of the answer.</summary>
    private bool Fill(int count)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        while (end < count)
        {
            var read = Read(buffer.AsSpan(end));
            if (read == 0)
            {
                return end > 0 ? throw CutOff(null) : false;
            }

            end += read;
        }

        return true;
    }

    private int Read(Span<byte> into)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            return stream.Read(into);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception failure) when (ClickHouseClient.IsTransport(failure))
        {
            throw CutOff(failure);
        }
    }

    /// <summary>What ClickHouse does when a query fails half-way: it breaks the answer off, so that nobody takes it for whole.</summary>
    private static StoreUnavailableException CutOff(Exception? failure) => new("the store broke its answer off (it failed, was stopped, or ran out of memory); see its log", failure);
}

/// <summary>Strings that come again and again: index, sourcetype, host.</summary>
internal sealed class TextCache
{
    private const int Most = 4096;

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > 128)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> chars = stackalloc char[128];
        var text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        var known = texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(text, out var value))
        {
            value = text.ToString();
            if (texts.Count < Most)
            {
                texts.Add(value, value);
            }
        }

        return value;
    }
}
