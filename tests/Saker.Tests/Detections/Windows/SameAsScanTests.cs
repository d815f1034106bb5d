using System.Text;
using System.Text.Json;
using Saker.Content;
using Saker.Detections;
using Saker.Risk;
using Saker.Risk.Exceptions;
using Xunit;

namespace Saker.Tests.Detections.Windows;

/// <summary>A file read at once and a server that lives through the same hours give the same risk events, byte for byte.</summary>
public sealed class SameAsScanTests
{
    private static readonly string[] Samples = ["audit.ndjson", "audit-eks-cloudwatch.ndjson", "falco.log", "falco.ndjson", "hec-metrics.json", "hostmetrics.otlp.json"];

    public static TheoryData<string> Ways { get; } = ["in order", "shuffled", "duplicated", "30 minutes late", "three restarts", "from the store"];

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Samples_give_what_a_scan_gives(string way) =>
        CompareAsync(way, [.. Samples.Select(s => Path.Combine(Repository.Root, "samples", s))]);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Real_telemetry_gives_what_a_scan_gives(string way)
    {
        return CompareAsync(way, [Repository.SharedData("apiserver", "attack.ndjson.gz")]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Samples_with_exceptions_give_what_a_scan_gives(string way) => CompareAsync(
        way,
        [.. Samples.Select(s => Path.Combine(Repository.Root, "samples", s))],
        new RiskException { Id = "1", Detection = "Kubernetes Pod*", Fields = new Dictionary<string, IReadOnlyList<string>> { ["user"] = ["system:serviceaccount:ci:*"] }, Reason = "ci" },
        new RiskException { Id = "2", Detection = "*", Fields = new Dictionary<string, IReadOnlyList<string>> { ["risk_object"] = ["root"], ["container_name"] = ["cart"] }, Action = ExceptionAction.Ignore, Reason = "cart" });

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Samples_with_risk_factors_give_what_a_scan_gives(string way) => CompareAsync(way, Context.Value, [.. Samples.Select(s => Path.Combine(Repository.Root, "samples", s))]);

    private static Lazy<ContentLibrary> Context { get; } = new(() => ContentLibrary.Load([ContentLibrary.ShippedRoot, Path.Combine(Repository.Root, "tests", "golden", "cli", "context")]));

    private static Task CompareAsync(string way, string[] paths, params RiskException[] exceptions) => CompareAsync(way, Simulation.Library.Value, paths, exceptions);

    private static async Task CompareAsync(string way, ContentLibrary content, string[] paths, params RiskException[] exceptions)
    {
        var arrival = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var events = Simulation.Read(paths, new SetClock(arrival)).OrderBy(e => e.Event.TimeNanoseconds).ToList();
        var (oldest, newest) = (Scan.ToTime(events[0].Event.TimeNanoseconds), Scan.ToTime(events[^1].Event.TimeNanoseconds));
        var scanned = await ScannedAsync(paths, new SetClock(arrival), new ExceptionSet(exceptions), content);
        Assert.NotEmpty(scanned);
        Assert.Equal(exceptions.Length > 0, scanned.Any(r => r.Contains("\"hidden_by\":\"1\"", StringComparison.Ordinal)));
        Assert.Equal(content == Context.Value, scanned.Any(r => r.Contains("\"risk_score\":49,\"calculated_risk_score\":89,\"risk_factors\":[\"Nobody logged in\",\"Critical\"]", StringComparison.Ordinal)));

        using var server = await Simulation.StartAsync(oldest.AddMinutes(-1), s => s with { CacheBytes = way == "from the store" ? 0 : s.CacheBytes, ContentExceptions = exceptions, Lookups = new ContentLookups(content) });
        var delay = way == "30 minutes late" ? TimeSpan.FromMinutes(30) : TimeSpan.Zero;
        var random = new Random(7);
        var arrivals = events.Select(e => (At: Scan.ToTime(e.Event.TimeNanoseconds) + delay, Event: e)).ToList();
        if (way == "shuffled")
        {
            arrivals = [.. arrivals.Select(a => (a.At + TimeSpan.FromMinutes(random.Next(0, 200)), a.Event)).OrderBy(a => a.Item1)];
        }

        // What comes within a minute comes together.
        var batches = arrivals.GroupBy(a => a.At.Ticks / TimeSpan.TicksPerMinute).Select(g => (At: g.Max(a => a.At), Events: g.Select(a => a.Event).ToList())).OrderBy(b => b.At).ToList();
        var restarts = way == "three restarts" ? new HashSet<int> { batches.Count / 4, batches.Count / 2, batches.Count * 3 / 4 } : [];
        for (var i = 0; i < batches.Count; i++)
        {
            await server.PassAsync(batches[i].At, TimeSpan.FromMinutes(20));
            if (restarts.Contains(i))
            {
                await server.RestartAsync();
            }

            await server.ArriveAsync(way == "duplicated" ? [.. batches[i].Events, .. batches[i].Events.Where(e => e.Identity is not null)] : batches[i].Events);
        }

        await server.PassAsync(newest.AddHours(6), TimeSpan.FromMinutes(20));
        var told = await server.RiskEventsAsync();
        Assert.Equal(scanned, told.Select(WindowRunnerTests.Document).Order(StringComparer.Ordinal));
        Assert.All(server.Told, t => Assert.NotEqual(RiskEventChange.Withdrawn, t.Change));
    }

    private static async Task<IEnumerable<string>> ScannedAsync(string[] paths, TimeProvider clock, ExceptionSet exceptions, ContentLibrary content)
    {
        using var scan = new Scan(Simulation.Seeds(), new ScanSettings { AsScheduled = true, Exceptions = exceptions, Lookups = new ContentLookups(content), Ingest = new() { Clock = clock, MaskKey = "test"u8.ToArray() } });
        foreach (var file in Saker.Ingest.InputPaths.Expand(paths, clock).Files)
        {
            await scan.ReadAsync(file, _ => { }, CancellationToken.None);
        }

        Assert.All(scan.Evaluate(CancellationToken.None), o => Assert.Null(o.Failure));
        var json = new RiskEventJson(scan.EvidenceOf);
        return [.. scan.RiskEvents().Select(e => Text(json, e)).Order(StringComparer.Ordinal)];
    }

    private static string Text(RiskEventJson json, RiskEvent e)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.Write(writer, e);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
