using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;

namespace Saker.Notify.Outputs;

/// <summary>Posts for the HTTP outputs: to checked addresses only, without proxies, redirects or cookies; answers are read up to a bound.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int MostAnswerCharacters = 200;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly OutputSettings settings;
    private readonly TimeProvider clock;
    private readonly string path;
    private readonly HttpClient client;

    /// <param name="settings">Of the output.</param>
    /// <param name="clock">Tells how long it is until an hour that an answer names.</param>
    /// <param name="path">The protocol's path, for URLs that have none; empty to leave them.</param>
    public HttpSender(OutputSettings settings, TimeProvider clock, string path)
    {
        (this.settings, this.clock, this.path) = (settings, clock, path);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = 2,
            // Names move: they are looked up again now and then.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 32,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestVersion = HttpVersion.Version11 };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("saker", typeof(HttpSender).Assembly.GetName().Version!.ToString(3)));
    }

    /// <summary>Posts a body; returns when it was taken.</summary>
    /// <param name="body">As it is sent.</param>
    /// <param name="scheme">Of the Authorization header, where the output has a token.</param>
    /// <param name="more">Headers of the output's own.</param>
    /// <param name="cancellation">Breaks the connection off.</param>
    /// <exception cref="DeliveryException">It was not taken.</exception>
    public async Task PostAsync(byte[] body, string scheme, IReadOnlyList<(string Name, string Value)> more, CancellationToken cancellation)
    {
        var target = Target();
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (settings.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token.Read());
        }

        foreach (var (name, value) in settings.Headers.Select(h => (h.Key, h.Value)).Concat(more))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw await FailureAsync(answer, cancellation).ConfigureAwait(false);
            }
        }
        catch (HttpRequestException failure)
        {
            if (failure.InnerException is DeliveryException known)
            {
                throw known;
            }

            var reason = failure.InnerException?.Message ?? failure.Message;
            throw new DeliveryException($"{target.Host}:{target.Port}: {reason}", failure) { CannotHaveArrived = failure.InnerException is AuthenticationException };
        }
    }

    public void Dispose() => client.Dispose();

    private Uri Target()
    {
        var text = settings.UrlSecret?.Read() ?? settings.Url;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new DeliveryException(settings.UrlSecret is null ? $"{text} is no http:// or https:// address" : $"what is in {settings.UrlSecret} is no http:// or https:// address") { CannotHaveArrived = true };
        }

        return url.AbsolutePath is "" or "/" && path.Length > 0 ? new Uri(url, path) : url;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var stream = await AddressGuard.ConnectAsync(host, port, settings.AllowsLocal, cancellation).ConfigureAwait(false);
        if (context.InitialRequestMessage.RequestUri!.Scheme == "http")
        {
            return stream;
        }

        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(Tls.Options(settings, host), cancellation).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<DeliveryException> FailureAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var status = (int)answer.StatusCode;
        var text = await ReadAsync(answer, cancellation).ConfigureAwait(false);
        return new DeliveryException($"answered {status}{(text.Length > 0 ? $": {text}" : "")}")
        {
            // What is wrong with the address or the token can be put right; what is wrong with the body cannot.
            IsRefused = status is 400 or 406 or 413 or 415 or 422,
            RetryAfter = RetryAfter(answer),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
        return asked is { } pause && pause > TimeSpan.Zero ? pause < LongestRetryAfter ? pause : LongestRetryAfter : null;
    }

    /// <summary>The beginning of an answer, in one line.</summary>
    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var buffer = new byte[MostAnswerCharacters];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return new string([.. Encoding.UTF8.GetString(buffer, 0, read).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            return "";
        }
    }
}
