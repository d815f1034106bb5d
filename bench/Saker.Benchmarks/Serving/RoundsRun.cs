using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Saker.Benchmarks.Serving;

/// <summary>
/// A day of audit events is sent and its windows are backfilled while the server is killed again and again: the risk events must be those of <c>saker scan --as-scheduled</c>, each once, and a webhook must be told of each.
/// </summary>
internal sealed partial class RoundsRun(int rounds, int events, int seed, string program, string data)
{
    private const string Usage = """
        Saker.Benchmarks rounds [--rounds 50] [--events 20000] [--seed 1] [--program artifacts/saker/saker] [--data DIRECTORY]

          --rounds 50      kill -9 so often, half of them while events are sent, half while windows are evaluated
          --events 20000   over a day
        """;

    private static readonly DateTimeOffset Day = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);
    private readonly Random random = new(seed);
    private readonly ConcurrentDictionary<string, int> told = new();

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (rounds, events, seed, program, data) = (50, 20_000, 1, "artifacts/saker/saker", Path.Combine(Path.GetTempPath(), $"saker-rounds-{Environment.ProcessId}"));
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--rounds": rounds = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--events": events = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--seed": seed = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--program": program = value; break;
                case "--data": data = value; break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 64;
            }
        }

        return await new RoundsRun(rounds, events, seed, program, data).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        Directory.CreateDirectory(data);
        var lines = MakeDay();
        var file = Path.Combine(data, "day.ndjson");
        await File.WriteAllLinesAsync(file, lines);
        var expected = await ScanAsync(file);

        using var receiver = new Receiver((_, body) =>
        {
            foreach (var id in Key().Matches(body).Select(m => m.Groups[1].Value).Distinct())
            {
                told.AddOrUpdate(id, 1, (_, count) => count + 1);
            }
        });
        using var server = new BenchServer(program, data, $"outputs:\n  - {{name: hook, type: webhook, url: \"{receiver.Url}hook\", allow_local: true}}\nroutes:\n  - {{outputs: [hook], kinds: [risk_event], least_score: 0}}\n");
        await server.StartAsync();
        var watch = Stopwatch.StartNew();
        var killing = KillAsync(server, rounds / 2);
        await SendAsync(server, lines, killing);
        await killing;
        foreach (var stem in (string[])["kubernetes_pod_created_in_default_namespace", "kubernetes_access_scanning", "kubernetes_suspicious_image_pulling"])
        {
            await UntilAsync(() => server.PostAsync($"/api/v1/detections/{stem}/backfill", Encoding.UTF8.GetBytes($$"""{"from":"{{Day.AddHours(-1).ToUnixTimeSeconds()}}","to":"{{Day.AddHours(25).ToUnixTimeSeconds()}}"}""")), 200);
        }

        await KillAsync(server, rounds - (rounds / 2));
        await DrainAsync(server);
        var took = watch.Elapsed;
        var found = await RiskEventsAsync(server);
        var ids = found.ToHashSet(StringComparer.Ordinal);
        var (missing, more, unheard) = (expected.Count(e => !ids.Contains(e)), ids.Count(i => !expected.Contains(i)), ids.Count(i => !told.ContainsKey(i)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds} kills in {took.TotalSeconds:0} s over {lines.Count:#,0} events of a day: scan has {expected.Count:#,0} risk events, the server {ids.Count:#,0}: {missing} missing, {more} too many, {found.Count - ids.Count} twice"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"webhook: {unheard} risk events were not told, {told.Count(t => t.Value > 1):#,0} more than once, with their key"));
        return missing + more + unheard + found.Count - ids.Count == 0 && expected.Count > 0 ? 0 : 1;
    }

    private async Task KillAsync(BenchServer server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Delay(random.Next(50, 1500));
            await server.KillAsync();
            await server.StartAsync();
        }
    }

    /// <summary>Sends batches until each is acknowledged; goes on as long as it is killed.</summary>
    private static async Task SendAsync(BenchServer server, IReadOnlyList<string> lines, Task killing)
    {
        var batches = lines.Chunk(200).ToList();
        for (var i = 0; i < batches.Count; i++)
        {
            var body = Encoding.UTF8.GetBytes($"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[{string.Join(',', batches[i])}]}}");
            await UntilAsync(() => server.PostAsync("/audit/day", body), 200);
            if (!killing.IsCompleted)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task UntilAsync(Func<Task<int>> ask, int wanted)
    {
        for (var i = 0; await ask() != wanted; i++)
        {
            await (i < 3000 ? Task.Delay(50) : throw new TimeoutException("it does not answer"));
        }
    }

    /// <summary>Until nothing is owed and nothing waits to be told.</summary>
    private static async Task DrainAsync(BenchServer server)
    {
        for (var (i, quiet) = (0, 0); i < 1200 && quiet < 8; i++)
        {
            await Task.Delay(250);
            try
            {
                using var health = await server.GetAsync("/api/v1/health");
                using var owed = await server.GetAsync("/api/v1/windows?earliest=1&limit=0&state=owed");
                using var again = await server.GetAsync("/api/v1/windows?earliest=1&limit=0&state=reopened");
                using var waiting = await server.GetAsync("/api/v1/notifications?state=waiting");
                var metrics = await server.TextAsync("/metrics");
                var isQuiet = health.RootElement.GetProperty("journal").GetProperty("pending_bytes").GetInt64() == 0 && metrics.Contains("saker_windows_owed 0\n", StringComparison.Ordinal)
                    && owed.RootElement.GetProperty("windows").GetArrayLength() == 0 && again.RootElement.GetProperty("windows").GetArrayLength() == 0 && waiting.RootElement.GetProperty("notifications").GetArrayLength() == 0;
                quiet = isQuiet ? quiet + 1 : 0;
            }
            catch (HttpRequestException)
            {
                quiet = 0;
            }
        }
    }

    private static async Task<List<string>> RiskEventsAsync(BenchServer server)
    {
        var (ids, next) = (new List<string>(), "");
        do
        {
            using var json = await server.GetAsync($"/api/v1/risk?earliest=1&limit=1000&after={next}");
            ids.AddRange(json.RootElement.GetProperty("risk_events").EnumerateArray().Where(e => e.GetProperty("detection_type").GetString() != "Correlation").Select(e => e.GetProperty("id").GetString()!));
            next = json.RootElement.TryGetProperty("next", out var more) ? more.GetString() : null;
        }
        while (next is not null);
        return ids;
    }

    private async Task<HashSet<string>> ScanAsync(string file)
    {
        using var scan = Process.Start(new ProcessStartInfo(Path.GetFullPath(program), ["scan", file, "--as-scheduled", "--format", "ndjson", "--no-evidence"]) { RedirectStandardOutput = true })!;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await scan.StandardOutput.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            ids.Add(json.RootElement.GetProperty("id").GetString()!);
        }

        await scan.WaitForExitAsync();
        return ids;
    }

    /// <summary>Reads of pods mostly; pods in default namespaces, refused strangers, image pulls among them.</summary>
    private List<string> MakeDay()
    {
        var lines = new List<string>();
        for (var i = 0; i < events; i++)
        {
            var time = (Day + (TimeSpan.FromDays(1) * i / events)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            var dice = random.Next(1000);
            var id = new Guid(random.Next(), 0, 0, BitConverter.GetBytes((long)i));
            string Event(string verb, string user, string group, string address, string space, string name, int code, string more = "", string resource = "pods") =>
                $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{{id}}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/{{{space}}}/{{{resource}}}","verb":"{{{verb}}}","user":{"username":"{{{user}}}","groups":["{{{group}}}"]},"sourceIPs":["{{{address}}}"],"userAgent":"kubectl/1.31","objectRef":{"resource":"{{{resource}}}","namespace":"{{{space}}}","name":"{{{name}}}"},"responseStatus":{"code":{{{code}}}},{{{more}}}"requestReceivedTimestamp":"{{{time}}}","stageTimestamp":"{{{time}}}"}""";
            lines.Add(dice switch
            {
                < 12 => Event("create", $"user-{random.Next(40)}", "system:authenticated", $"10.0.0.{random.Next(250)}", random.Next(2) == 0 ? "default" : "kube-system", $"pod-{i}", 201),
                < 40 => Event("list", "system:anonymous", "system:unauthenticated", $"198.51.100.{random.Next(6)}", "shop", "", 403),
                < 46 => Event("create", $"system:node:worker-{random.Next(9)}", "system:nodes", $"10.20.0.{random.Next(9)}", "shop", $"web-{i}", 201, """ "requestObject":{"message":"Pulling image \"evil/miner:1\""},""".TrimStart(), "events"),
                _ => Event("get", "system:serviceaccount:shop:web", "system:serviceaccounts", "10.20.0.7", "shop", $"web-{i % 50}", 200),
            });
        }

        return lines;
    }

    [GeneratedRegex("risk_event:([0-9a-f]{32})")]
    private static partial Regex Key();
}
