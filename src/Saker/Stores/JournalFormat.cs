using System.Buffers.Binary;

namespace Saker.Stores;

/// <summary>
/// The first 64 bytes of a segment: magic <c>SAKERLOG</c>, version, checksum of the rest (4 bytes each), the journal's id (16), where the segment
/// starts (8), and up to where the segment before it was on disk when this one was made (8); zeros. Little-endian.
/// </summary>
internal readonly record struct SegmentHeader(UInt128 Journal, long Start, long DurableBefore)
{
    public const int Bytes = 64;
    private const uint Version = 1;

    public void Write(Span<byte> into)
    {
        into[..Bytes].Clear();
        "SAKERLOG"u8.CopyTo(into);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], Version);
        BinaryPrimitives.WriteUInt128LittleEndian(into[16..], Journal);
        BinaryPrimitives.WriteInt64LittleEndian(into[32..], Start);
        BinaryPrimitives.WriteInt64LittleEndian(into[40..], DurableBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(into[12..], Crc32C.Of(into[16..Bytes]));
    }

    /// <exception cref="NotSupportedException">A later version of the program wrote it.</exception>
    public static SegmentHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith("SAKERLOG"u8) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != Crc32C.Of(bytes[16..Bytes]))
        {
            return null;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) is var version && version != Version)
        {
            throw new NotSupportedException($"the journal is of version {version}; this program reads version {Version}");
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadUInt128LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]));
    }

    /// <summary>A segment's file is named by where it starts: <c>00000000000067108928.log</c>.</summary>
    public static string NameOf(long start) => $"{start:D20}.log";

    public static long? StartOf(string name) =>
        name.Length == 24 && name.EndsWith(".log", StringComparison.Ordinal) && long.TryParse(name.AsSpan(0, 20), System.Globalization.NumberStyles.None, null, out var start) ? start : null;
}

/// <summary>
/// The 32 bytes before each record: magic, length of what follows (4 bytes each), the record's position in the journal (8), up to where the segment
/// was on disk when it was written (8), checksum of what follows, checksum of this (4 each). The second begins with the journal's id, which no sender
/// knows: bytes in an event cannot pass for a record.
/// </summary>
internal readonly record struct RecordHeader(int Length, long Position, long DurableBefore, uint Checksum)
{
    public const int Bytes = 32;
    public static ReadOnlySpan<byte> Magic => "SkR\x01"u8;

    public long End => Position + Bytes + Length;

    public void Write(Span<byte> into, UInt128 journal)
    {
        Magic.CopyTo(into);
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], Position);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], DurableBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(into[24..], Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(into[28..], ChecksumOf(into, journal));
    }

    /// <summary>The header at a position; null if none stands there.</summary>
    public static RecordHeader? Read(ReadOnlySpan<byte> bytes, UInt128 journal, long position)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]) != position
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != ChecksumOf(bytes, journal))
        {
            return null;
        }

        var header = new RecordHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]), position, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));
        return header.Length < 0 ? null : header;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> header, UInt128 journal)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(id, journal);
        return Crc32C.Of(header[..28], Crc32C.Of(id));
    }
}
