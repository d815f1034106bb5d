using System.Text.Json;
using Saker.Ingest;
using Saker.Tests.Server;
using Xunit;

namespace Saker.EndToEnd.Senders;

/// <summary>What senders of the npm registry send is taken as they expect.</summary>
public sealed class NodeSenderTests(NodeClients clients) : IClassFixture<NodeClients>
{
    [Theory]
    [InlineData("proto")]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task Opentelemetrys_exporters_are_taken(string form)
    {
        await using var host = await ServerHost.StartAsync();
        var address = host.Addresses[form == "grpc" ? 1 : 0].GetLeftPart(UriPartial.Authority);
        await clients.RunAsync("otlp.mjs", form, address, ServerHost.Token);
        var log = Assert.Single(host.Intake.Events, e => e.Kind == EventKind.Log);
        Assert.Equal(($"hello from {form}", "n1", "blue"), (log.Raw, log.Event.Host, log.Event.Cluster));
        Assert.Contains("\"answer\":\"42\"", log.Extra, StringComparison.Ordinal);
        using var point = JsonDocument.Parse(Assert.Single(host.Intake.Events, e => e.Kind == EventKind.Metric).Raw);
        Assert.Equal(("process.cpu.utilization", 0.25, "bash"), (point.RootElement.GetProperty("metric_name").GetString(), point.RootElement.GetProperty("_value").GetDouble(), point.RootElement.GetProperty("process.executable.name").GetString()));
        Assert.Empty(host.Intake.Rejected);
    }

    [Fact]
    public async Task Splunks_client_is_taken()
    {
        await using var host = await ServerHost.StartAsync();
        var output = await clients.RunAsync("splunk.cjs", host.Addresses[0].GetLeftPart(UriPartial.Authority), ServerHost.Token);
        Assert.Contains("\"code\":0", output, StringComparison.Ordinal);
        Assert.Equal(2, host.Intake.Events.Count);
        Assert.Contains(host.Intake.Events, e => e.Raw.Contains("hello from splunk-logging", StringComparison.Ordinal) && e.Event.Source == "client" && e.Event.Sourcetype == "app");
    }

    [Theory]
    [InlineData("splunkhecexporter__hec_log_event.json", "Log")]
    [InlineData("splunkhecexporter__hec_metric_event.json", "Metric")]
    public async Task The_body_of_a_collectors_hec_exporter_is_taken(string file, string kind)
    {
        var path = Path.Combine(SakerProcess.Root, "..", "shared", "data", "otel_contrib", file);
        Assert.SkipUnless(File.Exists(path), "the telemetry of public projects (../shared/data) is not here");
        await using var host = await ServerHost.StartAsync();
        var (status, text) = await host.PostAsync("/services/collector", await File.ReadAllTextAsync(path), ("Authorization", "Splunk " + ServerHost.Token));
        Assert.True(status == 200, text);
        Assert.Equal(kind, Assert.Single(host.Intake.Events).Kind.ToString());
    }
}
