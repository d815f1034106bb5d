using System.Net;
using System.Net.Sockets;
using Saker.Geo;

namespace Saker.Notify;

/// <summary>
/// Connects to allowed addresses only: not to this machine, its links or a cloud's metadata service, in whatever notation. All addresses of a name are looked at, and those
/// are connected to: a name cannot change its mind in between.
/// </summary>
internal static class AddressGuard
{
    private static readonly (IPNetwork Network, string What)[] Refused =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "this machine"),
        (IPNetwork.Parse("127.0.0.0/8"), "this machine"),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local, as metadata services are"),
        (IPNetwork.Parse("100.100.100.200/32"), "a metadata service"),
        (IPNetwork.Parse("168.63.129.16/32"), "a metadata service"),
        (IPNetwork.Parse("192.0.0.192/32"), "a metadata service"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("255.255.255.255/32"), "broadcast"),
        (IPNetwork.Parse("::/127"), "this machine"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        (IPNetwork.Parse("fd00:ec2::254/128"), "a metadata service"),
        (IPNetwork.Parse("fd20:ce::254/128"), "a metadata service"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    /// <summary>A connection to an address that was looked at.</summary>
    /// <exception cref="DeliveryException">The address is refused, unknown, or nothing answers there.</exception>
    public static async Task<NetworkStream> ConnectAsync(string host, int port, bool allowsLocal, CancellationToken cancellation)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            throw new DeliveryException($"{host} is unknown: {failure.Message}", failure) { CannotHaveArrived = true };
        }

        foreach (var address in addresses)
        {
            if (!allowsLocal && WhyNot(address) is { } reason)
            {
                throw new DeliveryException($"{host}: {reason}; `allow_local: true` of the output allows it") { CannotHaveArrived = true };
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(addresses, port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new DeliveryException($"{host}:{port}: {failure.Message}", failure) { CannotHaveArrived = true };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null if the address may be sent to.</summary>
    public static string? WhyNot(IPAddress address)
    {
        var plain = Plain(address);
        foreach (var (network, what) in Refused)
        {
            if (network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain))
            {
                return $"{plain} is {what}";
            }
        }

        return null;
    }

    /// <summary>The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4 or Teredo; else the address itself, without its scope.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        ReadOnlySpan<byte> b = bytes;
        if (address.IsIPv4MappedToIPv6 || (!b[..12].ContainsAnyExcept((byte)0) && b[12] != 0))
        {
            return new IPAddress(b[12..]);
        }

        Span<byte> inner = stackalloc byte[4];
        return EmbeddedIPv4.TryRead(b, inner) ? new IPAddress(inner) : new IPAddress(bytes);
    }
}
