using System.IO.Compression;
using System.Net.Http.Headers;

namespace Saker.Benchmarks.Hostile;

/// <summary>Bodies at the limit and beyond it.</summary>
internal static class LargeCases
{
    private const int LimitBytes = 64 << 20;

    public static async Task<Outcome> EventsAsync(HostileRun run)
    {
        var body = new byte[LimitBytes];
        Array.Fill(body, (byte)'x');
        "{\"sourcetype\":\"large\",\"event\":\""u8.CopyTo(body);
        "\"}"u8.CopyTo(body.AsSpan(LimitBytes - 2));
        return await SendAsync(run, body, null, 8, "sourcetype=large | eval length=len(_raw) | where length>67000000 | stats count", kept => kept);
    }

    public static async Task<Outcome> ManyEventsAsync(HostileRun run)
    {
        var body = new byte[LimitBytes];
        for (var i = 0; i < body.Length; i += 2)
        {
            (body[i], body[i + 1]) = ((byte)'x', (byte)'\n');
        }

        return await SendAsync(run, body, null, 4, "sourcetype=large | stats count", _ => 0, "/services/collector/raw?sourcetype=large");
    }

    public static async Task<Outcome> BombsAsync(HostileRun run)
    {
        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 10_000; i++)
            {
                gzip.Write(zeros);
            }
        }

        return await SendAsync(run, bomb.ToArray(), "gzip", 20, "sourcetype=large | stats count", _ => 0);
    }

    private static async Task<Outcome> SendAsync(HostileRun run, byte[] body, string? encoding, int atOnce, string search, Func<int, long> wanted, string path = "/services/collector")
    {
        using var server = run.NewServer();
        await server.StartAsync();
        using var canary = Canary.Start(server);
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var statuses = new List<int>();
        await HostileRun.WhileSampling(server, Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address!, path)) { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
            if (encoding is not null)
            {
                request.Content.Headers.ContentEncoding.Add(encoding);
            }

            var status = 0;
            try
            {
                using var answer = await client.SendAsync(request);
                status = (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                // The connection was cut while the body was sent.
            }

            lock (statuses)
            {
                statuses.Add(status);
            }
        }))));
        var outcome = await canary.EndAsync();
        var found = (await server.SearchAsync(search)).Single().GetProperty("count").GetInt64();
        var told = string.Join(", ", statuses.GroupBy(s => s).OrderBy(g => g.Key).Select(g => $"{g.Count()} × {(g.Key == 0 ? "cut off" : g.Key)}"));
        var isWell = outcome.IsWell && found == wanted(statuses.Count(s => s == 200)) && statuses.TrueForAll(s => s is 0 or 200 or 413 or 503);
        return run.Closing(server, outcome with { IsWell = isWell, What = $"answers: {told}; {found:N0} found; {outcome.What}" });
    }
}
