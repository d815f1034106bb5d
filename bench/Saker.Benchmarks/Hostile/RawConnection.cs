using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Saker.Benchmarks.Hostile;

/// <summary>A connection that sends whatever it is told, HTTP or not, and reads answers of HTTP/1.1 by their length or their chunks.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    private RawConnection(Socket socket) => this.socket = socket;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return new RawConnection(socket);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Nothing more will be sent; answers can still come.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>The status of the next answer, and whether the server keeps the connection; 0 if it ended it without one.</summary>
    public async Task<(int Status, bool IsKept)> ReceiveAsync(TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        int head;
        while ((head = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await MoreAsync(late.Token))
            {
                return (0, false);
            }
        }

        var headers = Encoding.Latin1.GetString(buffer, start, head);
        start += head + 4;
        var status = int.Parse(headers.AsSpan(9, 3));
        if (status is >= 100 and < 200)
        {
            return await ReceiveAsync(within);
        }

        var isKept = !headers.Contains("\r\nConnection: close", StringComparison.OrdinalIgnoreCase);
        if (Header(headers, "\r\nContent-Length:") is { } length)
        {
            await SkipAsync(int.Parse(length), late.Token);
        }
        else if (Header(headers, "\r\nTransfer-Encoding:") is not null)
        {
            while (await ChunkAsync(late.Token) is > 0)
            {
            }
        }

        return (status, isKept);
    }

    public void Dispose() => socket.Dispose();

    private static string? Header(string headers, string name)
    {
        var at = headers.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : headers[(at + name.Length)..].Split('\r')[0].Trim();
    }

    private async Task<int> ChunkAsync(CancellationToken late)
    {
        int line;
        while ((line = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
        {
            if (!await MoreAsync(late))
            {
                return 0;
            }
        }

        var length = Convert.ToInt32(Encoding.Latin1.GetString(buffer, start, line), 16);
        start += line + 2;
        await SkipAsync(length + 2, late);
        return length;
    }

    private async Task SkipAsync(int bytes, CancellationToken late)
    {
        while (end - start < bytes)
        {
            bytes -= end - start;
            start = end = 0;
            if (!await MoreAsync(late))
            {
                return;
            }
        }

        start += bytes;
    }

    private async Task<bool> MoreAsync(CancellationToken late)
    {
        if (start == end)
        {
            start = end = 0;
        }
        else if (end == buffer.Length)
        {
            Array.Resize(ref buffer, start == 0 ? buffer.Length * 2 : buffer.Length);
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var read = await socket.ReceiveAsync(buffer.AsMemory(end), late);
        end += read;
        return read > 0;
    }
}
