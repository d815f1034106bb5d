namespace Saker.Geo;

/// <summary>What a MaxMind DB says of itself, at its end: <c>AB CD EF "MaxMind.com"</c>, then a map.</summary>
/// <param name="NodeCount">Nodes of the search tree.</param>
/// <param name="RecordSize">Bits of each of a node's two records: 24, 28 or 32.</param>
/// <param name="IpVersion">4, or 6 (whose ::/96 may hold IPv4).</param>
/// <param name="DatabaseType"><c>GeoLite2-City</c>, <c>city ipv4</c>, …</param>
/// <param name="TreeLength">Bytes of the search tree, from the file's start.</param>
/// <param name="DataStart">Where the data section starts: after the tree and 16 zero bytes.</param>
/// <param name="DataLength">Bytes of the data section.</param>
internal sealed record MmdbMetadata(uint NodeCount, int RecordSize, int IpVersion, string DatabaseType, int TreeLength, int DataStart, int DataLength)
{
    /// <summary>The format keeps the metadata within the file's last 128 kB.</summary>
    private const int SearchedBytes = 128 * 1024;

    private static readonly byte[] Marker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    public static MmdbMetadata Read(ReadOnlySpan<byte> file)
    {
        var searchedFrom = Math.Max(0, file.Length - SearchedBytes);
        var found = file[searchedFrom..].LastIndexOf(Marker);
        if (found < 0)
        {
            throw new MmdbFormatException("not a MaxMind-format database, or truncated: its metadata is not at its end");
        }

        var dataEnd = searchedFrom + found;
        var section = new MmdbSection(file[(dataEnd + Marker.Length)..]);
        if (MmdbDecoder.Decode(section, 0) is not Dictionary<string, object> map)
        {
            throw new MmdbFormatException("corrupt: its metadata is not a map");
        }

        var version = Number(map, "binary_format_major_version");
        if (version != 2)
        {
            throw new MmdbFormatException($"unsupported: format version {version}, only version 2 is read");
        }

        return Checked(map, dataEnd);
    }

    private static MmdbMetadata Checked(Dictionary<string, object> map, int dataEnd)
    {
        var nodes = Number(map, "node_count");
        var recordSize = Number(map, "record_size");
        if (recordSize is not (24 or 28 or 32))
        {
            throw new MmdbFormatException($"unsupported: record size {recordSize}, must be 24, 28 or 32");
        }

        var ipVersion = Number(map, "ip_version");
        if (ipVersion is not (4 or 6))
        {
            throw new MmdbFormatException($"unsupported: IP version {ipVersion}, must be 4 or 6");
        }

        if (nodes is 0 or > uint.MaxValue || nodes * recordSize / 4 + 16 > (ulong)dataEnd)
        {
            throw new MmdbFormatException($"truncated: its search tree should have {nodes} nodes of {recordSize / 4} bytes, the data ends at {dataEnd}");
        }

        var treeLength = (int)(nodes * recordSize / 4);
        var type = map.GetValueOrDefault("database_type") as string ?? "";
        return new MmdbMetadata((uint)nodes, (int)recordSize, (int)ipVersion, type, treeLength, treeLength + 16, dataEnd - treeLength - 16);
    }

    private static ulong Number(Dictionary<string, object> map, string key) => map.GetValueOrDefault(key) switch
    {
        ushort number => number,
        uint number => number,
        ulong number => number,
        int number when number >= 0 => (ulong)number,
        null => throw new MmdbFormatException($"corrupt: its metadata lacks {key}"),
        var other => throw new MmdbFormatException($"corrupt: its metadata says {key} is a {other.GetType().Name}"),
    };
}
