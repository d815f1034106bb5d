namespace Saker.Ingest;

/// <summary>Unpacks a compressed payload that stands inside a record.</summary>
internal static class Inflate
{
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.Length > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;

    /// <summary>What a gzip payload unfolds to, at most <paramref name="limit"/> bytes; null with an error if it is corrupt or larger.</summary>
    public static byte[]? Gzip(byte[] packed, int limit, out string error)
    {
        error = "";
        using var unpacked = new MemoryStream();
        try
        {
            using var gzip = new GzipInput(new MemoryStream(packed));
            var buffer = new byte[64 * 1024];
            for (var read = gzip.Read(buffer); read > 0; read = gzip.Read(buffer))
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > limit)
                {
                    error = $"a compressed payload unfolds to more than {limit:N0} bytes";
                    return null;
                }
            }
        }
        catch (InvalidDataException broken)
        {
            error = "corrupt gzip payload: " + broken.Message;
            return null;
        }

        return unpacked.ToArray();
    }
}
