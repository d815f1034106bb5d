using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Saker.Benchmarks.Soak;

/// <summary>
/// Sends audit events to a real server at a rate, for a while, and compares what was answered 200 with what a search finds: each exactly once. With rounds it kills server, engine or both in each.
/// </summary>
internal sealed class SoakRun(SoakOptions options, SoakServer server) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<double>[] times = [.. Enumerable.Range(0, options.Senders).Select(_ => new List<double>())];
    private long batches;
    private long kept;
    private long unknown;
    private long refused;

    public static async Task<int> RunAsync(string[] arguments)
    {
        SoakOptions options;
        try
        {
            options = SoakOptions.Parse(arguments);
        }
        catch (FormatException mistake)
        {
            await Console.Error.WriteLineAsync($"{mistake.Message}\n\n{SoakOptions.Usage}");
            return 64;
        }

        using var server = new SoakServer(options);
        await server.StartAsync();
        using var run = new SoakRun(options, server);
        return await run.RunAsync();
    }

    public void Dispose() => client.Dispose();

    private async Task<int> RunAsync()
    {
        using var over = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var senders = Enumerable.Range(0, options.Senders).Select(s => Task.Run(() => SendAsync(s, over.Token))).ToList();
        if (options.Rounds == 0)
        {
            while (watch.Elapsed < TimeSpan.FromSeconds(options.Seconds))
            {
                await Task.Delay(500);
                server.Sample();
            }
        }
        else
        {
            var random = new Random(11);
            for (var round = 0; round < options.Rounds; round++)
            {
                await Task.Delay(random.Next(100, Math.Max(200, options.Seconds * 1000)));
                server.Sample();
                await server.KillAsync(options.Kill == "both" ? ((string[])["server", "engine", "both"])[round % 3] : options.Kill);
            }
        }

        await over.CancelAsync();
        await Task.WhenAll(senders);
        var took = watch.Elapsed;
        server.Sample();
        var drained = await server.DrainAsync();
        return await CheckAsync(took, drained);
    }

    private async Task<int> CheckAsync(TimeSpan took, TimeSpan drained)
    {
        var answers = times.SelectMany(t => t).Order().ToList();
        double At(double share) => answers.Count == 0 ? 0 : answers[Math.Min(answers.Count - 1, (int)(answers.Count * share))];
        var found = (await server.SearchAsync("index=kubernetes | stats count")).Select(r => r.GetProperty("count").GetInt64()).FirstOrDefault();
        var twice = (await server.SearchAsync("index=kubernetes | stats count by auditID | where count>1 | stats count")).Select(r => r.GetProperty("count").GetInt64()).FirstOrDefault();
        var keptEvents = kept * options.Batch;
        Console.WriteLine($"{took.TotalSeconds:N0} s, {options.Senders} senders, batches of {options.Batch} events of {options.Size} B: {keptEvents:N0} events acknowledged, {keptEvents / took.TotalSeconds:N0}/s, {keptEvents * (double)options.Size / took.TotalSeconds / 1e6:N0} MB/s");
        Console.WriteLine($"answers: p50 {At(0.5):N1} ms, p99 {At(0.99):N1} ms, worst {At(1):N1} ms; {refused:N0} told to try again, {unknown:N0} without an answer");
        Console.WriteLine($"memory at most: server {server.Peak.Server >> 20} MB, engine {server.Peak.Engine >> 20} MB; the store was behind by {drained.TotalSeconds:N1} s");
        Console.WriteLine($"found {found:N0}: {Math.Max(0, keptEvents - found):N0} lost, {twice:N0} twice, {Math.Max(0, found - keptEvents):N0} kept whose answer did not arrive (at most {unknown * options.Batch:N0})");
        return found >= keptEvents && found <= keptEvents + (unknown * options.Batch) && twice == 0 ? 0 : 1;
    }

    private async Task SendAsync(int sender, CancellationToken over)
    {
        var pause = options.Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)options.Batch * options.Senders / options.Rate);
        var due = Stopwatch.GetTimestamp();
        var list = new AuditList(options.Batch, options.Size);
        while (!over.IsCancellationRequested)
        {
            if (Stopwatch.GetElapsedTime(due) is var late && late < TimeSpan.Zero)
            {
                await Task.Delay(-late, CancellationToken.None);
            }

            due += (long)(pause.TotalSeconds * Stopwatch.Frequency);
            await SendAsync(sender, list.Next(Interlocked.Increment(ref batches)), over);
        }
    }

    /// <summary>Sends one list until it is kept, as an API server does; one whose answer did not arrive is not sent again, so that nothing may be there twice.</summary>
    private async Task SendAsync(int sender, ReadOnlyMemory<byte> body, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (server.Address is not { } address)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/audit/soak-{sender}")) { Content = new ReadOnlyMemoryContent(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
            var began = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await client.SendAsync(request, CancellationToken.None);
                times[sender].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (answer.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref kept);
                    return;
                }

                Interlocked.Increment(ref refused);
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), CancellationToken.None);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                if (failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
                {
                    // Nothing was sent.
                    await Task.Delay(50, CancellationToken.None);
                    continue;
                }

                Interlocked.Increment(ref unknown);
                return;
            }
        }
    }

    /// <summary>An EventList whose events differ in their ids only; built once, filled in for each batch.</summary>
    private sealed class AuditList
    {
        private const string Place = "00000000-0000-0000-0000-000000000000";
        private readonly byte[] text;
        private readonly List<int> places = [];

        public AuditList(int count, int size)
        {
            var list = new StringBuilder("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[");
            for (var i = 0; i < count; i++)
            {
                list.Append(i > 0 ? "," : "").Append("{\"level\":\"Request\",\"auditID\":\"");
                places.Add(list.Length);
                list.Append(Place).Append("\",\"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/shop/pods/web-").Append(i % 50)
                    .Append("\",\"verb\":\"get\",\"user\":{\"username\":\"system:serviceaccount:shop:web\",\"groups\":[\"system:serviceaccounts\",\"system:authenticated\"]},\"sourceIPs\":[\"10.20.0.")
                    .Append(i % 250).Append("\"],\"userAgent\":\"kube-probe/1.31\",\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"shop\",\"name\":\"web-").Append(i % 50)
                    .Append("\",\"apiVersion\":\"v1\"},\"responseStatus\":{\"metadata\":{},\"code\":200},\"annotations\":{\"authorization.k8s.io/decision\":\"allow\",\"padding\":\"")
                    .Append('x', size - 600).Append("\"}}");
            }

            text = Encoding.UTF8.GetBytes(list.Append("]}\n").ToString());
        }

        /// <summary>Valid until the next.</summary>
        public ReadOnlyMemory<byte> Next(long number)
        {
            for (var i = 0; i < places.Count; i++)
            {
                new Guid(i, 0, 0, BitConverter.GetBytes(number)).TryFormat(text.AsSpan(places[i], Place.Length), out _);
            }

            return text;
        }
    }
}
