using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Saker.Cli.Sending;

/// <summary>How a replay ended.</summary>
internal sealed record SendResult(long Sent, long Failed, long Batches, IReadOnlyList<string> Problems);

/// <summary>
/// Posts events in batches. What is over soon (429, 5xx, a timeout, a connection that breaks) is tried again with growing pauses; a refusal is not, and one of the
/// token ends the replay.
/// </summary>
internal sealed class HecSender : IDisposable
{
    private const int MostEvents = 500;
    private const int MostBytes = 1 << 20;
    private const int Tries = 6;
    private const int MostProblems = 10;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HecTarget target;
    private readonly TimeProvider clock;
    private readonly HttpClient client;
    private readonly List<string> problems = [];
    private long sent;
    private long failed;
    private long batches;
    private bool isRefused;

    public HecSender(HecTarget target, TimeProvider? clock = null)
    {
        (this.target, this.clock) = (target, clock ?? TimeProvider.System);
        var handler = new SocketsHttpHandler
        {
            // A redirect would lead where nobody looked.
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = (context, cancellation) => GuardedConnection.ConnectAsync(context.DnsEndPoint, target.AllowsLoopback, cancellation),
        };
        client = new HttpClient(handler) { Timeout = target.Timeout };
        if (target.Token.Length > 0)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Splunk {target.Token}");
        }
    }

    /// <summary>Sends all. Each item is a line as the endpoint takes it, without its line break.</summary>
    /// <exception cref="AddressRefusedException">The endpoint is not to be sent to; nothing was.</exception>
    public async Task<SendResult> SendAsync(IEnumerable<byte[]> events, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        using var body = new MemoryStream();
        var (count, taken) = (0, 0L);
        var most = target.EventsPerSecond is { } rate ? Math.Clamp((int)rate, 1, MostEvents) : MostEvents;
        foreach (var e in events)
        {
            if (isRefused)
            {
                failed++;
                continue;
            }

            if (count > 0 && (count == most || body.Length + e.Length + 1 > MostBytes))
            {
                await SendBatchAsync(body, count, cancellation).ConfigureAwait(false);
                await PaceAsync(started, taken, cancellation).ConfigureAwait(false);
                body.SetLength(0);
                count = 0;
            }

            body.Write(e);
            body.WriteByte((byte)'\n');
            count++;
            taken++;
        }

        if (count > 0)
        {
            await SendBatchAsync(body, count, cancellation).ConfigureAwait(false);
        }

        return new SendResult(sent, failed, batches, problems);
    }

    public void Dispose() => client.Dispose();

    /// <summary>Waits until the events taken so far are due.</summary>
    private async Task PaceAsync(long started, long taken, CancellationToken cancellation)
    {
        if (target.EventsPerSecond is { } rate)
        {
            var early = TimeSpan.FromSeconds(taken / rate) - clock.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, clock, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task SendBatchAsync(MemoryStream body, int count, CancellationToken cancellation)
    {
        if (isRefused)
        {
            failed += count;
            return;
        }

        batches++;
        for (var attempt = 1; ; attempt++)
        {
            var (problem, pause) = await PostAsync(body, cancellation).ConfigureAwait(false);
            if (problem is null)
            {
                sent += count;
                return;
            }

            if (pause is null || attempt == Tries)
            {
                failed += count;
                Tell($"{count:#,0} events were not taken: {problem}{(attempt > 1 ? $" (tried {attempt} times)" : "")}");
                // An endpoint that is not there takes no further batch either.
                isRefused |= attempt == Tries;
                return;
            }

            var growing = target.FirstPause * Math.Pow(2, attempt - 1);
            var longer = pause.Value > growing ? pause.Value : growing;
            await Task.Delay(longer < LongestPause ? longer : LongestPause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Null if the batch was taken; else why not, and how long to wait at least where trying again may help.</summary>
    private async Task<(string? Problem, TimeSpan? Pause)> PostAsync(MemoryStream body, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var answer = await client.PostAsync(target.Url, content, cancellation).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return (null, null);
            }

            var problem = $"{(int)answer.StatusCode} {answer.ReasonPhrase} {await FirstOfAsync(answer, cancellation).ConfigureAwait(false)}".TrimEnd();
            if ((int)answer.StatusCode >= 500 || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
            {
                return (problem, answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
            }

            isRefused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed;
            return (problem, null);
        }
        catch (HttpRequestException failure) when (failure.InnerException is AddressRefusedException refused)
        {
            throw refused;
        }
        catch (HttpRequestException failure) when (failure.InnerException is AuthenticationException reason)
        {
            // It will be the same certificate, and the same port, the next time.
            isRefused = true;
            return reason.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                ? ($"the certificate of {target.Url.Host} is not trusted: {reason.Message}; SSL_CERT_FILE may name a file with what is to be trusted", null)
                : ($"{target.Url.Host} does not speak TLS as it should: {reason.Message}", null);
        }
        catch (HttpRequestException failure)
        {
            return (failure.Message, TimeSpan.Zero);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ($"no answer within {target.Timeout.TotalSeconds:0.#} s", TimeSpan.Zero);
        }
    }

    private static async Task<string> FirstOfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return text.Length <= 200 ? text : text[..200] + "…";
    }

    private void Tell(string problem)
    {
        if (problems.Count < MostProblems)
        {
            problems.Add(problem);
        }
    }
}
