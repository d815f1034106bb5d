using System.Text.RegularExpressions;
using Saker.Server.Configuration;
using Saker.Server.Endpoints.Api;
using Xunit;

namespace Saker.Tests.Server;

public sealed class MetricsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));

    [Fact]
    public async Task What_is_counted_is_written_as_Prometheus_reads_it()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/falco", "{}");
        await host.PostAsync("/services/collector", """{"event":"four"}""");
        await host.PostAsync("/falco", "{}", ("Authorization", "Bearer nobody"));
        var text = await host.Client.GetStringAsync("/metrics");
        Assert.Contains("# TYPE saker_requests_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("saker_requests_total{endpoint=\"/services/collector\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("saker_requests_total{endpoint=\"/falco\",status=\"401\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("saker_received_bytes_total{source=\"hec/test\"} 16\n", text, StringComparison.Ordinal);
        Assert.Contains("saker_refused_requests_total{reason=\"UnknownToken\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("saker_answer_seconds_count{endpoint=\"/services/collector\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("saker_answer_seconds_bucket{endpoint=\"/services/collector\",le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [-+0-9.eEInf]+)$""", line));
    }

    [Fact]
    public void The_page_lists_every_metric_and_none_besides()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Saker.Server"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        var known = sources.SelectMany(s => Regex.Matches(s, """(?:Observe|CreateCounter<long>|CreateHistogram<double>)\("(saker_[a-z_]+)""").Select(m => m.Groups[1].Value)).Distinct().ToList();
        Assert.NotEmpty(known);
        var listed = Regex.Matches(Page, @"(?m)^\| `(saker_[a-z_]+)`").Select(m => m.Groups[1].Value).ToList();
        string[] counters = ["saker_requests", "saker_refused_requests", "saker_received_bytes", "saker_truncated_events"];
        Assert.Equal(known.Select(k => counters.Contains(k) ? k + "_total" : k).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_description_of_the_API_names_every_path()
    {
        using var running = DetectionApiTests.NewDetections(out _);
        using var receiver = new Saker.Tests.Notify.HttpReceiver();
        await using var notifications = NotificationApiTests.New(receiver);
        using var letters = Saker.Stores.DeadLetters.Open(new Saker.Stores.DeadLetterOptions { Directory = "/letters" }, new Stores.SimulatedDisk(new Random(1)), TimeProvider.System);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running, Notifications = notifications, DeadLetters = letters });
        using var json = System.Text.Json.JsonDocument.Parse(OpenApi.Text);
        var described = json.RootElement.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"));
        Assert.Equal(host.Routes.Where(r => r.Path.StartsWith("/api/", StringComparison.Ordinal)).Select(r => $"{r.Method} {r.Path}").Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }
}
