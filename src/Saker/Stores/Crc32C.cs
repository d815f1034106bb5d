using System.Buffers.Binary;
using System.Numerics;

namespace Saker.Stores;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4) by the processor's own instruction, where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of the bytes, going on from <paramref name="before"/>: <c>Of(b, Of(a)) == Of(ab)</c>. <c>"123456789"</c> gives E3069283.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
