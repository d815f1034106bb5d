using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Saker.Benchmarks.Serving;

/// <summary>
/// How long it takes from an event's being sent over HEC until its risk event is given by the API, and until a webhook and an Alertmanager's endpoint were told, while a cluster's events stream in.
/// The API is asked every 50 ms, so that times by it are up to that much too long.
/// </summary>
internal sealed partial class LatencyRun(int events, int rate, int perSecond, string program, string data)
{
    private const string Usage = """
        Saker.Benchmarks latency [--events 1000] [--rate 2000] [--per-second 10] [--program artifacts/saker/saker] [--data DIRECTORY]

          --events 1000      pods created in the default namespace, each by another user
          --rate 2000        other audit events a second
          --per-second 10    how many of the first there are in a second
        """;

    private readonly ConcurrentDictionary<int, long> sent = new();
    private readonly ConcurrentDictionary<int, double> visible = new();
    private readonly ConcurrentDictionary<int, double> webhook = new();
    private readonly ConcurrentDictionary<int, double> alertmanager = new();

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (events, rate, perSecond, program, data) = (1000, 2000, 10, "artifacts/saker/saker", Path.Combine(Path.GetTempPath(), $"saker-latency-{Environment.ProcessId}"));
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            int Number() => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
            switch (arguments[i])
            {
                case "--events": events = Number(); break;
                case "--rate": rate = Number(); break;
                case "--per-second": perSecond = Number(); break;
                case "--program": program = value; break;
                case "--data": data = value; break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 64;
            }
        }

        return await new LatencyRun(events, rate, perSecond, program, data).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        using var receiver = new Receiver((path, body) => Note(path.Contains("alerts", StringComparison.Ordinal) ? alertmanager : webhook, body));
        using var server = new BenchServer(program, data, $"outputs:\n  - {{name: hook, type: webhook, url: \"{receiver.Url}hook\", allow_local: true}}\n  - {{name: am, type: alertmanager, url: \"{receiver.Url}\", allow_local: true}}\n");
        await server.StartAsync();
        using var over = new CancellationTokenSource();
        var noise = rate == 0 ? Task.FromResult(0L) : Task.Run(() => new ClusterNoise().SendAsync(server, rate, over.Token));
        var looking = Task.Run(() => LookAsync(server, over.Token));
        await Task.Delay(3000);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < events; i++)
        {
            if (TimeSpan.FromSeconds((double)i / perSecond) - watch.Elapsed is var early && early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            var number = i;
            sent[number] = Stopwatch.GetTimestamp();
            _ = Task.Run(() => SendAsync(server, number));
            if (i % 50 == 0)
            {
                server.Sample();
            }
        }

        for (var i = 0; i < 200 && (visible.Count < events || webhook.Count < events || alertmanager.Count < events); i++)
        {
            await Task.Delay(100);
        }

        var took = watch.Elapsed;
        await over.CancelAsync();
        var others = await noise;
        await looking;
        Console.WriteLine($"{events:N0} events over HEC, {perSecond} a second, beside {others / (took.TotalSeconds + 3):N0} a second; memory at most: server {server.Peak.Server >> 20} MB, engine {server.Peak.Engine >> 20} MB");
        Console.WriteLine($"sent to risk event given by the API   {Quantiles.Of(visible.Values)}");
        Console.WriteLine($"sent to webhook                       {Quantiles.Of(webhook.Values)}");
        Console.WriteLine($"sent to Alertmanager's API            {Quantiles.Of(alertmanager.Values)}");
        return visible.Count == events && webhook.Count == events && alertmanager.Count == events ? 0 : 1;
    }

    private static async Task SendAsync(BenchServer server, int number)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var body = $$$"""{"event":{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{{Guid.NewGuid()}}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"create","user":{"username":"probe-{{{number}}}-"},"sourceIPs":["198.51.100.7"],"objectRef":{"resource":"pods","namespace":"default","name":"x"},"responseStatus":{"code":201},"requestReceivedTimestamp":"{{{now}}}","stageTimestamp":"{{{now}}}"}}""";
        for (var i = 0; i < 100 && await server.PostAsync("/services/collector", Encoding.UTF8.GetBytes(body)) != 200; i++)
        {
            await Task.Delay(100);
        }
    }

    private async Task LookAsync(BenchServer server, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                using var json = await server.GetAsync("/api/v1/risk?earliest=-20s");
                foreach (var e in json.RootElement.GetProperty("risk_events").EnumerateArray())
                {
                    Note(visible, e.GetProperty("risk_object").GetString()!);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException)
            {
                await Console.Error.WriteLineAsync(failure.Message);
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    private void Note(ConcurrentDictionary<int, double> seen, string text)
    {
        foreach (Match found in Probe().Matches(text))
        {
            var number = int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            seen.TryAdd(number, Stopwatch.GetElapsedTime(sent[number]).TotalSeconds);
        }
    }

    [GeneratedRegex("probe-([0-9]+)-")]
    private static partial Regex Probe();
}
