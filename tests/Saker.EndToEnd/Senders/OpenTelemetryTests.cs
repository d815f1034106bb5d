using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Saker.Ingest;
using Saker.Stores;
using Saker.Tests.Server;
using Xunit;

namespace Saker.EndToEnd.Senders;

/// <summary>What OpenTelemetry's SDK for .NET sends is taken, over HTTP and over gRPC.</summary>
public sealed class OpenTelemetryTests
{
    // Otherwise the SDK gives an export up at once.
    static OpenTelemetryTests() => Environment.SetEnvironmentVariable("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");

    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    [InlineData(OtlpExportProtocol.Grpc)]
    public async Task Its_log_records_are_taken(OtlpExportProtocol protocol)
    {
        await using var host = await ServerHost.StartAsync();
        using (var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(Resource());
            options.IncludeFormattedMessage = true;
            options.AddOtlpExporter(exporter => Point(exporter, host, protocol, "/v1/logs"));
        })))
        {
            var log = factory.CreateLogger("saker");
#pragma warning disable CA1848, CA1873, CA2254 // What a user writes.
            for (var i = 0; i < 20; i++)
            {
                log.LogInformation("hello {Number}", i);
            }
#pragma warning restore CA1848, CA1873, CA2254
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"hello {i}").Order(), host.Intake.Events.Select(e => e.Raw).Order());
        Assert.All(host.Intake.Events, e => Assert.Equal((EventKind.Log, "n1", "blue"), (e.Kind, e.Event.Host, e.Event.Cluster)));
    }

    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    [InlineData(OtlpExportProtocol.Grpc)]
    public async Task Its_metrics_are_taken(OtlpExportProtocol protocol)
    {
        await using var host = await ServerHost.StartAsync();
        using var meter = new Meter("saker.test." + protocol);
        using (var provider = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(meter.Name)
            .AddOtlpExporter((exporter, _) => Point(exporter, host, protocol, "/v1/metrics")).Build())
        {
            meter.CreateCounter<long>("requests").Add(3);
            meter.CreateHistogram<double>("latency").Record(0.5);
            provider.ForceFlush();
        }

        var names = host.Intake.Events.Where(e => e.Kind == EventKind.Metric).Select(e => System.Text.Json.JsonDocument.Parse(e.Raw).RootElement.GetProperty("metric_name").GetString()).ToHashSet();
        Assert.Superset(new HashSet<string?> { "requests", "latency_sum", "latency_count" }, names);
        Assert.Empty(host.Intake.Rejected);
    }

    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    [InlineData(OtlpExportProtocol.Grpc)]
    public async Task It_sends_again_what_a_full_journal_turned_away(OtlpExportProtocol protocol)
    {
        await using var host = await ServerHost.StartAsync();
        var tries = 0;
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromSeconds(1), "the journal is full");
        host.Intake.Before = () =>
        {
            if (++tries == 2)
            {
                host.Intake.Answer = IntakeAnswer.Kept;
            }

            return Task.CompletedTask;
        };
        using var meter = new Meter("saker.again." + protocol);
        using (var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddOtlpExporter((exporter, _) => Point(exporter, host, protocol, "/v1/metrics")).Build())
        {
            meter.CreateCounter<long>("requests").Add(1);
            provider.ForceFlush();
        }

        Assert.True(tries >= 2, $"{tries} tries");
        Assert.NotEmpty(host.Intake.Events);
    }

    private static ResourceBuilder Resource() =>
        ResourceBuilder.CreateEmpty().AddAttributes([new("host.name", "n1"), new("k8s.cluster.name", "blue")]);

    private static void Point(OtlpExporterOptions exporter, ServerHost host, OtlpExportProtocol protocol, string path)
    {
        exporter.Protocol = protocol;
        exporter.Endpoint = protocol == OtlpExportProtocol.Grpc ? host.Addresses[1] : new Uri(host.Addresses[0], path);
        exporter.Headers = $"Authorization=Bearer%20{ServerHost.Token}";
    }
}
