using System.Diagnostics;
using System.Text;

namespace Saker.Benchmarks.Hostile;

/// <summary>Many connections, and slow ones.</summary>
internal static class ConnectionCases
{
    private static readonly TimeSpan For = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    public static async Task<Outcome> ManyAsync(HostileRun run)
    {
        using var server = run.NewServer();
        await server.StartAsync();
        using var canary = Canary.Start(server);
        var request = Encoding.ASCII.GetBytes($"POST /services/collector HTTP/1.1\r\nHost: x\r\nAuthorization: Splunk {server.Token}\r\nContent-Length: 24\r\n\r\n{{\"event\":\"one of 1,000\"}}");
        var (answered, failed) = (0, 0);
        await HostileRun.WhileSampling(server, Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            using var connection = await RawConnection.OpenAsync(server.Address!);
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < For)
            {
                await connection.SendAsync(request);
                Interlocked.Add(ref (await connection.ReceiveAsync(Within)).Status == 200 ? ref answered : ref failed, 1);
                await Task.Delay(1000);
            }
        })));
        var outcome = await canary.EndAsync();
        var found = (await server.SearchAsync("\"one of 1,000\" | stats count")).Single().GetProperty("count").GetInt64();
        return run.Closing(server, outcome with { IsWell = outcome.IsWell && failed == 0 && found == answered, What = $"{answered:N0} requests answered 200, {failed:N0} otherwise, {found:N0} events found; {outcome.What}" });
    }

    public static async Task<Outcome> SlowAsync(HostileRun run)
    {
        using var server = run.NewServer();
        await server.StartAsync();
        using var canary = Canary.Start(server);
        var ends = new List<double>();
        var head = Encoding.ASCII.GetBytes("POST /services/collector HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        var withBody = Encoding.ASCII.GetBytes($"POST /services/collector HTTP/1.1\r\nHost: x\r\nAuthorization: Splunk {server.Token}\r\nContent-Length: 100000\r\n\r\n");
        await HostileRun.WhileSampling(server, Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            using var connection = await RawConnection.OpenAsync(server.Address!);
            var began = Stopwatch.GetTimestamp();
            try
            {
                await connection.SendAsync(i % 2 == 0 ? head : withBody);
                var ended = connection.ReceiveAsync(TimeSpan.FromSeconds(60));
                while (!ended.IsCompleted)
                {
                    await Task.WhenAny(ended, Task.Delay(1000));
                    await connection.SendAsync("x"u8.ToArray());
                }

                await ended;
            }
            catch (Exception cut) when (cut is System.Net.Sockets.SocketException or OperationCanceledException)
            {
                // That is what should happen.
            }

            lock (ends)
            {
                ends.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        })));
        var outcome = await canary.EndAsync();
        return run.Closing(server, outcome with { IsWell = outcome.IsWell && ends.Max() < 30, What = $"cut off after {ends.Min():N0} to {ends.Max():N0} s; {outcome.What}" });
    }
}
