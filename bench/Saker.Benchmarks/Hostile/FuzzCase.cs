using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Saker.Benchmarks.Soak;

namespace Saker.Benchmarks.Hostile;

/// <summary>Broken requests over a few connections: none may be answered 500, none may end the server, and others notice nothing.</summary>
internal static class FuzzCase
{
    private const int Connections = 16;

    /// <summary>Of so many requests one is gRPC, which another client sends.</summary>
    private const int GrpcShare = 200;

    public static async Task<Outcome> RunAsync(HostileRun run)
    {
        using var server = run.NewServer();
        server.Settings["SAKER__LISTEN_GRPC"] = "127.0.0.1:0";
        await server.StartAsync();
        using var canary = Canary.Start(server);
        var statuses = new int[600];
        var failures = new List<string>();
        var began = Stopwatch.GetTimestamp();
        var left = run.Requests;
        await HostileRun.WhileSampling(server, Task.WhenAll(
        [
            .. Enumerable.Range(0, Connections).Select(c => Task.Run(() => SendAsync(server, new FuzzRequest(new Random((run.Seed * 1000) + c), server.Token), () => Interlocked.Decrement(ref left) >= 0, statuses, failures))),
            Task.Run(() => SendGrpcAsync(server, new Random(run.Seed), run.Requests / GrpcShare, statuses, failures)),
        ]));
        var took = Stopwatch.GetElapsedTime(began);
        var outcome = await canary.EndAsync();
        var told = string.Join(", ", statuses.Select((n, status) => (n, status)).Where(s => s.n > 0).Select(s => $"{s.n:N0} × {(s.status == 0 ? "hung up" : s.status)}"));
        return run.Closing(server, failures.Count == 0
            ? outcome with { What = $"{run.Requests:N0} requests (seed {run.Seed}, {run.Requests / took.TotalSeconds:N0}/s): {told}; {outcome.What}" }
            : outcome with { IsWell = false, What = $"{failures.Count} failures: {string.Join("; ", failures.Take(3))}; {told}; {outcome.What}" });
    }

    private static async Task SendAsync(SoakServer server, FuzzRequest requests, Func<bool> goesOn, int[] statuses, List<string> failures)
    {
        RawConnection? connection = null;
        while (goesOn() && server.IsAlive)
        {
            var (bytes, mayEnd) = requests.Next();
            try
            {
                connection ??= await RawConnection.OpenAsync(server.Address!);
                await connection.SendAsync(bytes);
                if (mayEnd)
                {
                    connection.EndSending();
                }

                var (status, isKept) = await connection.ReceiveAsync(TimeSpan.FromSeconds(30));
                Interlocked.Increment(ref statuses[status]);
                if (status is 500 || (status == 0 && !mayEnd))
                {
                    Note(failures, $"{(status == 0 ? "hung up" : status)} after {Shown(bytes)}");
                }

                if (!isKept || mayEnd)
                {
                    connection.Dispose();
                    connection = null;
                }
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException or FormatException or ArgumentException)
            {
                // A server that ends a connection whose framing is broken may cut it before all was sent.
                if (!mayEnd)
                {
                    Note(failures, $"{failure.Message} after {Shown(bytes)}");
                }

                connection?.Dispose();
                connection = null;
            }
        }

        connection?.Dispose();
    }

    private static async Task SendGrpcAsync(SoakServer server, Random random, int count, int[] statuses, List<string> failures)
    {
        if (server.Grpc is not { } address)
        {
            return;
        }

        using var client = new HttpClient { BaseAddress = address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        var seed = FuzzSeed.All.First(s => s.Type == "application/x-protobuf").Body;
        for (var i = 0; i < count && server.IsAlive; i++)
        {
            var message = new byte[5 + seed.Length];
            seed.CopyTo(message, 5);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), random.Next(10) == 0 ? random.Next() : seed.Length);
            for (var flips = random.Next(6); flips > 0; flips--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            var path = random.Next(10) == 0 ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : $"/opentelemetry.proto.collector.{(random.Next(2) == 0 ? "logs.v1.LogsService" : "metrics.v1.MetricsService")}/Export";
            using var content = new ByteArrayContent(message[..random.Next(random.Next(4) == 0 ? 1 : message.Length, message.Length + 1)]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            try
            {
                using var answer = await client.PostAsync(path, content);
                Interlocked.Increment(ref statuses[(int)answer.StatusCode]);
                if ((int)answer.StatusCode >= 500 || (answer.TrailingHeaders.TryGetValues("grpc-status", out var status) && status.Single() == "13"))
                {
                    Note(failures, $"gRPC {(int)answer.StatusCode}");
                }
            }
            catch (HttpRequestException failure)
            {
                Note(failures, $"gRPC: {failure.Message}");
            }
        }
    }

    private static void Note(List<string> failures, string what)
    {
        lock (failures)
        {
            failures.Add(what);
        }
    }

    private static string Shown(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"saker-fuzz-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, bytes);
        return $"{System.Text.Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 80))).ReplaceLineEndings(" ")} ({path})";
    }
}
