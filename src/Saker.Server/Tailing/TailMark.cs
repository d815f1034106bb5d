using System.Security.Cryptography;

namespace Saker.Server.Tailing;

/// <summary>
/// How far a file was read, and by what it is recognised: its number, and what stands at its beginning and just before the offset. So a file that was truncated and grew
/// again, and another one that was given the number of a deleted one, are told from the one that was read.
/// </summary>
/// <param name="Key">Its number.</param>
/// <param name="Path">Where it was seen last, links resolved.</param>
/// <param name="Offset">Bytes read and kept; of a packed file, unpacked ones.</param>
/// <param name="Head">Hash of the first <see cref="PrintLength"/> bytes.</param>
/// <param name="Tail">Hash of the last <see cref="PrintLength"/> bytes before the offset.</param>
/// <param name="IsSkipping">Whether the offset stands inside a line that was too long and is passed over.</param>
/// <param name="PackedLength">Of a packed file that was read to its end, its length on disk then; else 0.</param>
/// <param name="Seen">When it was last known to exist, seconds since 1970.</param>
internal sealed record TailMark(FileKey Key, string Path, long Offset, string Head, string Tail, bool IsSkipping, long PackedLength, long Seen)
{
    public const int LongestPrint = 1024;

    /// <summary>How many bytes the prints cover.</summary>
    public int PrintLength => PrintLengthAt(Offset);

    public static TailMark New(FileKey key, string path, long seen) => new(key, path, 0, "", "", false, 0, seen);

    public TailMark At(long offset, string head, string tail, bool isSkipping) => this with { Offset = offset, Head = head, Tail = tail, IsSkipping = isSkipping };

    public static int PrintLengthAt(long offset) => (int)Math.Min(LongestPrint, offset);

    /// <summary>Whether a file holds what was read up to the offset, as far as the prints tell.</summary>
    public bool Fits(ITailSource source)
    {
        if (Offset == 0)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[LongestPrint];
        bytes = bytes[..PrintLength];
        return BeginsLike(source) && source.Read(Offset - bytes.Length, bytes) == bytes.Length && Print(bytes) == Tail;
    }

    /// <summary>Whether a file begins as the one that was read.</summary>
    public bool BeginsLike(ITailSource source)
    {
        Span<byte> bytes = stackalloc byte[LongestPrint];
        bytes = bytes[..PrintLength];
        return source.Read(0, bytes) == bytes.Length && Print(bytes) == Head;
    }

    /// <summary>The mark after reading on.</summary>
    /// <param name="source">For what stands before that.</param>
    /// <param name="taken">What was read from this mark's offset on.</param>
    /// <param name="isSkipping">Whether the new offset stands inside a line that is passed over.</param>
    public TailMark Advance(ITailSource source, ReadOnlySpan<byte> taken, bool isSkipping)
    {
        Span<byte> bytes = stackalloc byte[LongestPrint];
        var offset = Offset + taken.Length;
        bytes = bytes[..PrintLengthAt(offset)];
        string head = Head, tail = "";
        if (PrintLength < bytes.Length)
        {
            head = Offset == 0 ? Print(taken[..bytes.Length]) : source.Read(0, bytes) == bytes.Length ? Print(bytes) : "";
        }

        if (taken.Length >= bytes.Length)
        {
            tail = Print(taken[^bytes.Length..]);
        }
        else if (source.Read(offset - bytes.Length, bytes) == bytes.Length)
        {
            tail = Print(bytes);
        }

        return At(offset, head, tail, isSkipping);
    }

    /// <summary>Half of a SHA-256 as hex: a hostile writer must not find two beginnings alike.</summary>
    public static string Print(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}
