using System.Buffers.Binary;
using System.Text;

namespace Saker.Stores;

/// <summary>Writes numbers, texts and bytes one after the other into a buffer that is large enough.</summary>
internal ref struct ByteWriter(Span<byte> into)
{
    private readonly Span<byte> into = into;

    public int Written { get; private set; }

    public void Byte(byte value) => into[Written++] = value;

    /// <summary>Not negative: seven bits a byte, the lowest first.</summary>
    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value > 0x7F; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    public void Fixed(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into[Written..], value);
        Written += sizeof(long);
    }

    public void Fixed(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(into[Written..], value);
        Written += 16;
    }

    public void Text(string text)
    {
        Number(Encoding.UTF8.GetByteCount(text));
        Written += Encoding.UTF8.GetBytes(text, into[Written..]);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        Raw(bytes);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(into[Written..]);
        Written += bytes.Length;
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote; whatever does not fit is an <see cref="InvalidDataException"/>.</summary>
internal ref struct ByteReader(ReadOnlyMemory<byte> bytes)
{
    private readonly ReadOnlyMemory<byte> bytes = bytes;
    private readonly ReadOnlySpan<byte> span = bytes.Span;
    private int at;

    public readonly bool IsAtEnd => at == span.Length;

    public byte Byte() => at < span.Length ? span[at++] : throw Short();

    public long Number()
    {
        var value = 0L;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var one = Byte();
            value |= (long)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has too many digits");
    }

    /// <summary>How many things follow: at most as many as there are bytes left.</summary>
    public int Count() => Number() is var count && count <= span.Length - at ? (int)count : throw Short();

    public long Fixed() => BinaryPrimitives.ReadInt64LittleEndian(Raw(sizeof(long)).Span);

    public UInt128 FixedIdentity() => BinaryPrimitives.ReadUInt128LittleEndian(Raw(16).Span);

    public string Text()
    {
        var text = Bytes().Span;
        return text.IsEmpty ? "" : Encoding.UTF8.GetString(text);
    }

    public ReadOnlyMemory<byte> Bytes() => Raw(Number());

    public ReadOnlyMemory<byte> Raw(long length)
    {
        if (length > span.Length - at)
        {
            throw Short();
        }

        var piece = bytes.Slice(at, (int)length);
        at += (int)length;
        return piece;
    }

    private static InvalidDataException Short() => new("the bytes end too early");
}
