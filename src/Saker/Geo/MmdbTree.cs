using System.Buffers.Binary;

namespace Saker.Geo;

/// <summary>
/// The search tree: a node is two records, the next one for a 0 bit and for a 1 bit. A record below the node count is a node,
/// equal to it means "not in here", above it is a place in the data section.
/// </summary>
internal sealed class MmdbTree
{
    private readonly ReadOnlyMemory<byte> nodes;
    private readonly uint nodeCount;
    private readonly int recordSize;
    private readonly uint ipv4Start;

    public MmdbTree(ReadOnlyMemory<byte> nodes, MmdbMetadata metadata)
    {
        this.nodes = nodes;
        nodeCount = metadata.NodeCount;
        recordSize = metadata.RecordSize;
        // In an IPv6 tree the IPv4 addresses stand under ::/96.
        ipv4Start = metadata.IpVersion == 6 ? Walk(0, stackalloc byte[12]) : 0;
    }

    /// <summary>Finds the offset in the data section of what is known of an address of 4 or (in an IPv6 tree) 16 bytes.</summary>
    public bool TryFind(ReadOnlySpan<byte> address, out long offset)
    {
        var record = Walk(address.Length == 4 ? ipv4Start : 0, address);
        if (record < nodeCount)
        {
            throw new MmdbFormatException("corrupt: its search tree is deeper than an address is long");
        }

        offset = (long)record - nodeCount - 16;
        if (record != nodeCount && offset < 0)
        {
            throw new MmdbFormatException("corrupt: a record of its search tree points between tree and data");
        }

        return record != nodeCount;
    }

    private uint Walk(uint record, ReadOnlySpan<byte> bits)
    {
        var nodes = this.nodes.Span;
        for (var i = 0; i < bits.Length * 8 && record < nodeCount; i++)
        {
            var bit = (bits[i >> 3] >> (7 - (i & 7))) & 1;
            record = Record(nodes, record, bit);
        }

        return record;
    }

    private uint Record(ReadOnlySpan<byte> nodes, uint node, int bit)
    {
        switch (recordSize)
        {
            case 24:
                var at24 = nodes.Slice((int)node * 6 + bit * 3, 3);
                return (uint)((at24[0] << 16) | (at24[1] << 8) | at24[2]);
            case 28:
                // 7 bytes: 24 low bits of the left, the high 4 bits of left and right, 24 low bits of the right.
                var at28 = nodes.Slice((int)node * 7, 7);
                return bit == 0
                    ? (uint)(((at28[3] >> 4) << 24) | (at28[0] << 16) | (at28[1] << 8) | at28[2])
                    : (uint)(((at28[3] & 0x0f) << 24) | (at28[4] << 16) | (at28[5] << 8) | at28[6]);
            default:
                return BinaryPrimitives.ReadUInt32BigEndian(nodes.Slice((int)node * 8 + bit * 4, 4));
        }
    }
}
