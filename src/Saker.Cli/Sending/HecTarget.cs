using System.Net;
using System.Net.Sockets;

namespace Saker.Cli.Sending;

/// <summary>What is said of events beside their text; null says nothing.</summary>
internal sealed record HecLabels(string? Source, string? Sourcetype, string? Index, string? Host);

/// <summary>Where events go, and how fast.</summary>
internal sealed record HecTarget(Uri Url, string Token)
{
    public double? EventsPerSecond { get; init; }

    public bool AllowsLoopback { get; init; }

    /// <summary>The pause before the second try; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Adds the protocol's path where the URL has none, and for raw text the labels, which it takes from the query.</summary>
    public static Uri Endpoint(Uri url, bool isRaw, HecLabels labels)
    {
        var builder = new UriBuilder(url);
        if (builder.Path is "" or "/")
        {
            builder.Path = isRaw ? "/services/collector/raw" : "/services/collector/event";
        }

        if (isRaw)
        {
            var query = ((string, string?)[])[("source", labels.Source), ("sourcetype", labels.Sourcetype), ("index", labels.Index), ("host", labels.Host)];
            var given = query.Where(q => q.Item2 is not null).Select(q => $"{q.Item1}={Uri.EscapeDataString(q.Item2!)}");
            builder.Query = string.Join('&', given.Prepend(builder.Query.TrimStart('?')).Where(q => q.Length > 0));
        }

        return builder.Uri;
    }
}

/// <summary>The endpoint's address is one that must not be sent to.</summary>
internal sealed class AddressRefusedException(string message) : Exception(message);

/// <summary>Connects to allowed addresses only. The address that was looked at is the one that is connected to: a name cannot change its mind in between.</summary>
internal static class GuardedConnection
{
    private static readonly IPNetwork[] LinkLocal = [IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10")];
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16")];

    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, bool allowsLoopback, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(endpoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endpoint.Host, cancellation).ConfigureAwait(false);
        foreach (var address in addresses)
        {
            if (WhyNot(address, allowsLoopback) is { } reason)
            {
                throw new AddressRefusedException(reason);
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endpoint.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null if the address may be sent to.</summary>
    public static string? WhyNot(IPAddress address, bool allowsLoopback)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return LinkLocal.Any(n => n.Contains(plain)) || Metadata.Contains(plain) ? $"{plain} is a link-local or metadata address; data is not sent there"
            : (IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any)) && !allowsLoopback ? $"{plain} is this machine; allow it with --allow-loopback"
            : null;
    }
}
