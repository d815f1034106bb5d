namespace Saker.Geo;

/// <summary>The IPv4 address inside an IPv6 address of a transition mechanism.</summary>
internal static class EmbeddedIPv4
{
    /// <summary>
    /// Reads it from <c>64:ff9b::/96</c> (NAT64), <c>2002::/16</c> (6to4) and <c>2001::/32</c> (Teredo: the client's, stored inverted).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> ipv6, Span<byte> ipv4)
    {
        if (ipv6.StartsWith<byte>([0x20, 0x02]))
        {
            ipv6.Slice(2, 4).CopyTo(ipv4);
            return true;
        }

        if (ipv6.StartsWith<byte>([0x20, 0x01, 0, 0]))
        {
            for (var i = 0; i < 4; i++)
            {
                ipv4[i] = (byte)~ipv6[12 + i];
            }

            return true;
        }

        if (ipv6.StartsWith<byte>([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
        {
            ipv6.Slice(12, 4).CopyTo(ipv4);
            return true;
        }

        return false;
    }
}
