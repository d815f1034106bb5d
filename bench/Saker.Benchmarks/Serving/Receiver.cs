using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Saker.Benchmarks.Serving;

/// <summary>Takes what outputs send, on loopback, and hands each body on with its path.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Action<string, string> take;

    public Receiver(Action<string, string> take)
    {
        this.take = take;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(Url);
        listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Url { get; }

    public void Dispose() => listener.Abort();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                take(context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync());
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
        }
    }
}
