using System.Net;
using System.Net.Sockets;

namespace Saker.Benchmarks.Hostile;

/// <summary>Stands between a server and its ClickHouse, and can be away, or slow.</summary>
internal sealed class StoreProxy : IDisposable
{
    private readonly int port;
    private readonly List<Socket> open = [];
    private TcpListener? listener;

    public StoreProxy(int target)
    {
        Target = target;
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync(listener);
    }

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>The port of the ClickHouse behind it.</summary>
    public int Target { get; set; }

    /// <summary>How long each piece of up to 64 kB is held back on its way to the store.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Refuses connections, and cuts those that are open.</summary>
    public void GoAway()
    {
        listener!.Stop();
        listener = null;
        lock (open)
        {
            open.ForEach(s => s.Dispose());
            open.Clear();
        }
    }

    public void ComeBack()
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _ = AcceptAsync(listener);
    }

    public void Dispose()
    {
        if (listener is not null)
        {
            GoAway();
        }
    }

    private async Task AcceptAsync(TcpListener accepting)
    {
        try
        {
            while (true)
            {
                var client = await accepting.AcceptSocketAsync();
                var store = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (!await ConnectedAsync(store))
                {
                    client.Dispose();
                    continue;
                }

                lock (open)
                {
                    open.AddRange([client, store]);
                }

                _ = PassAsync(client, store, () => Delay);
                _ = PassAsync(store, client, () => TimeSpan.Zero);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // It went away.
        }
    }

    private async Task<bool> ConnectedAsync(Socket store)
    {
        try
        {
            await store.ConnectAsync(IPAddress.Loopback, Target);
            return true;
        }
        catch (SocketException)
        {
            // What is behind it is away.
            store.Dispose();
            return false;
        }
    }

    private static async Task PassAsync(Socket from, Socket to, Func<TimeSpan> delay)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
                if (delay() is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait);
                }

                for (var sent = 0; sent < read; sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)))
                {
                }
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the other.
        }

        from.Dispose();
        to.Dispose();
    }
}
