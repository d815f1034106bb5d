using System.Buffers.Text;
using System.Security.Cryptography;

namespace Saker.Ingest;

/// <summary>
/// A line that stands in place of lines that were left out, so that what is read around them is read as if they were there: a document, with a name
/// that no input can know, and their number. <c>{"9f3c…":1204}</c>
/// </summary>
internal static class Gap
{
    private static readonly byte[] Start = [.. "{\""u8, .. System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true)), .. "\":"u8];

    public const int LongestBytes = 64;

    /// <summary>Writes the line with its newline; returns how many bytes it takes.</summary>
    public static int Write(Span<byte> to, long lines)
    {
        Start.CopyTo(to);
        Utf8Formatter.TryFormat(lines, to[Start.Length..], out var digits);
        "}\n"u8.CopyTo(to[(Start.Length + digits)..]);
        return Start.Length + digits + 2;
    }

    /// <summary>How many lines a record stands for; 0 if it is one of the input.</summary>
    public static long LinesOf(ReadOnlySpan<byte> record) =>
        record.StartsWith(Start) && Utf8Parser.TryParse(record[Start.Length..], out long lines, out _) ? lines : 0;
}
