using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Saker.Tests.Notify;

/// <summary>What a receiver was sent.</summary>
internal sealed record ReceivedPost(string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>An HTTP receiver on loopback that answers as it is told to, and can be stopped and started again on its port.</summary>
internal sealed class HttpReceiver : IDisposable
{
    private HttpListener? listener;

    public HttpReceiver()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Start();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/";

    public ConcurrentQueue<ReceivedPost> Posts { get; } = new();

    /// <summary>The status, and seconds of Retry-After, of the next answers.</summary>
    public Func<ReceivedPost, (int Status, int? RetryAfter)> Answer { get; set; } = _ => (200, null);

    public TimeSpan Delay { get; set; }

    public void Start()
    {
        var started = new HttpListener();
        started.Prefixes.Add(Url);
        started.Start();
        listener = started;
        _ = Task.Run(() => ServeAsync(started));
    }

    public void Stop()
    {
        listener?.Abort();
        listener = null;
    }

    public void Dispose() => Stop();

    private async Task ServeAsync(HttpListener on)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await on.GetContextAsync();
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            var headers = context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]!, StringComparer.OrdinalIgnoreCase);
            var post = new ReceivedPost(context.Request.RawUrl!, body, headers);
            await Task.Delay(Delay);
            var (status, after) = Answer(post);
            if (status < 300)
            {
                Posts.Enqueue(post);
            }

            context.Response.StatusCode = status;
            if (after is { } seconds)
            {
                context.Response.AddHeader("Retry-After", $"{seconds}");
            }

            context.Response.Close();
        }
        catch (Exception broken) when (broken is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
        }
    }
}
