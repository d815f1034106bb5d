using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Saker.Stores.ClickHouse;

/// <summary>Writes values as ClickHouse's RowBinary format has them: numbers little-endian, text with its length in front.</summary>
internal sealed class RowBinaryWriter(Stream stream) : IDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int used;

    public void Byte(byte value)
    {
        Room(1);
        buffer[used++] = value;
    }

    public void Int32(uint value)
    {
        Room(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(used), value);
        used += sizeof(uint);
    }

    /// <summary>An Int64, or a DateTime64(9).</summary>
    public void Int64(long value)
    {
        Room(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(used), value);
        used += sizeof(long);
    }

    public void UInt64(ulong value) => Int64(unchecked((long)value));

    public void Float64(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    public void UInt128(UInt128 value)
    {
        Room(16);
        BinaryPrimitives.WriteUInt128LittleEndian(buffer.AsSpan(used), value);
        used += 16;
    }

    /// <summary>A count of elements or bytes: seven bits a byte, lowest first.</summary>
    public void Length(int value)
    {
        Room(5);
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            buffer[used++] = (byte)(rest | 0x80);
        }

        buffer[used++] = (byte)rest;
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Length(utf8.Length);
        if (utf8.Length > BufferBytes / 2)
        {
            Flush();
            stream.Write(utf8);
            return;
        }

        Room(utf8.Length);
        utf8.CopyTo(buffer.AsSpan(used));
        used += utf8.Length;
    }

    public void Text(string text)
    {
        if (text.Length > BufferBytes / 8)
        {
            Text(Encoding.UTF8.GetBytes(text));
            return;
        }

        Length(Encoding.UTF8.GetByteCount(text));
        Room(text.Length * 3);
        used += Encoding.UTF8.GetBytes(text, buffer.AsSpan(used));
    }

    public void Flush()
    {
        stream.Write(buffer, 0, used);
        used = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void Room(int bytes)
    {
        if (used + bytes > buffer.Length)
        {
            Flush();
        }
    }
}
