namespace Saker.Ingest;

/// <summary>Tells by their first bytes inputs that cannot be read as text.</summary>
internal static class InputFormat
{
    public const int HeadBytes = 16;

    /// <summary>Why the input cannot be read, or null.</summary>
    public static string? Unreadable(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || IsUtf16WithoutMark(head))
        {
            return "the text is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)";
        }

        return Packed(head) is { } name ? $"{name} is not unpacked here; unpack it, or pack it with gzip" : null;
    }

    private static string? Packed(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : head.StartsWith("PK\u0003\u0004"u8) ? "zip"
        : head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? "xz"
        : head.StartsWith("BZh"u8) ? "bzip2"
        : head.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF]) ? "7z"
        : head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18]) ? "lz4"
        : head.StartsWith("PAR1"u8) ? "parquet"
        : null;

    /// <summary><c>{\0"\0</c> or <c>\0{\0"</c>.</summary>
    private static bool IsUtf16WithoutMark(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && ((IsText(head[0]) && head[1] == 0 && IsText(head[2]) && head[3] == 0)
            || (head[0] == 0 && IsText(head[1]) && head[2] == 0 && IsText(head[3])));

    private static bool IsText(byte c) => c is (>= 0x20 and < 0x7F) or (byte)'\t' or (byte)'\r' or (byte)'\n';
}

/// <summary>Bytes that were read ahead, then the stream they came from.</summary>
internal sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : InputStream
{
    private ReadOnlyMemory<byte> head = head;

    public override int Read(Span<byte> buffer)
    {
        if (this.head.IsEmpty)
        {
            return rest.Read(buffer);
        }

        var count = Math.Min(buffer.Length, this.head.Length);
        this.head.Span[..count].CopyTo(buffer);
        this.head = this.head[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }
}
