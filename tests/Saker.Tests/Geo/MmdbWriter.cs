using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Saker.Tests.Geo;

/// <summary>Writes a small MaxMind DB: networks and what is known of them.</summary>
internal sealed class MmdbWriter(int recordSize, int ipVersion)
{
    private readonly List<object?[]> _nodes = [new object?[2]];
    private readonly Dictionary<string, object> _metadata = new()
    {
        ["binary_format_major_version"] = (ushort)2,
        ["binary_format_minor_version"] = (ushort)0,
        ["build_epoch"] = 1_773_446_400UL,
        ["database_type"] = "test city",
        ["ip_version"] = (ushort)ipVersion,
        ["languages"] = new List<object> { "en" },
        ["record_size"] = (ushort)recordSize,
    };

    /// <summary>Overrides or adds a metadata field.</summary>
    public MmdbWriter Metadata(string key, object value)
    {
        _metadata[key] = value;
        return this;
    }

    /// <summary>Adds a network, <c>192.0.2.0/24</c>. In an IPv6 tree IPv4 goes under ::/96. The record is any value that <see cref="MmdbBytes"/> writes.</summary>
    public MmdbWriter Add(string network, object record)
    {
        var parsed = IPNetwork.Parse(network);
        var address = parsed.BaseAddress.GetAddressBytes();
        var length = parsed.PrefixLength;
        if (ipVersion == 6 && address.Length == 4)
        {
            address = [.. new byte[12], .. address];
            length += 96;
        }

        var node = 0;
        for (var i = 0; i < length - 1; i++)
        {
            var bit = (address[i / 8] >> (7 - i % 8)) & 1;
            if (_nodes[node][bit] is not int next)
            {
                next = _nodes.Count;
                _nodes.Add(new object?[2]);
                _nodes[node][bit] = next;
            }

            node = next;
        }

        _nodes[node][(address[(length - 1) / 8] >> (7 - (length - 1) % 8)) & 1] = new Record(record);
        return this;
    }

    public byte[] ToArray()
    {
        var data = new MmdbBytes();
        var tree = new List<byte>();
        foreach (var node in _nodes)
        {
            tree.AddRange(Node(Value(node[0], data), Value(node[1], data)));
        }

        _metadata.TryAdd("node_count", (uint)_nodes.Count);
        return [.. tree, .. new byte[16], .. data.Written, 0xAB, 0xCD, 0xEF, .. Encoding.ASCII.GetBytes("MaxMind.com"), .. new MmdbBytes().Write(_metadata).Written];
    }

    private uint Value(object? child, MmdbBytes data) => child switch
    {
        int node => (uint)node,
        Record record => (uint)(_nodes.Count + 16 + data.Add(record.Value)),
        _ => (uint)_nodes.Count,
    };

    private byte[] Node(uint left, uint right)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, left);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), right);
        return recordSize switch
        {
            24 => [.. bytes[1..4], .. bytes[5..8]],
            28 => [.. bytes[1..4], (byte)((bytes[0] << 4) | (bytes[4] & 0x0f)), .. bytes[5..8]],
            _ => bytes,
        };
    }

    private sealed record Record(object Value);
}
