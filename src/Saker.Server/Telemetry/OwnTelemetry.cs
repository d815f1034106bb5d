using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Saker.Server.Configuration;

namespace Saker.Server.Telemetry;

/// <summary>Sends the server's own metrics and log to an OTLP receiver. One that is away costs nothing but what it would have got; the log says so, once.</summary>
internal sealed class OwnTelemetry : IDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly MeterProvider metrics;
    private readonly ILoggerFactory? logs;
    private readonly ServerLog log;
    private readonly ExportTrouble trouble;
    private readonly ConcurrentDictionary<string, ILogger> rooms = [];

    private OwnTelemetry(TelemetrySettings settings, ServerLog log)
    {
        this.log = log;
        trouble = new ExportTrouble(message => log.Write(LogLevel.Warning, ExportTrouble.Room, message));
        var token = settings.TokenFile is { } file ? File.ReadAllText(file).Trim() : null;
        void Configure(OtlpExporterOptions options, string path)
        {
            options.Protocol = settings.IsHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            options.Endpoint = settings.IsHttp ? new Uri(settings.Url.AbsoluteUri.TrimEnd('/') + path) : settings.Url;
            options.Headers = token is null ? "" : $"authorization=Bearer%20{Uri.EscapeDataString(token)}";
        }

        var version = typeof(OwnTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        var resource = ResourceBuilder.CreateEmpty().AddService("saker", serviceVersion: version, serviceInstanceId: Environment.MachineName)
            .AddAttributes([new("host.name", Environment.MachineName), new("process.pid", (long)Environment.ProcessId)]);
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(ServerMetrics.MeterName).AddOtlpExporter((options, reader) =>
        {
            Configure(options, "/v1/metrics");
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = settings.EverySeconds * 1000;
        }).Build();
        if (settings.ExportsLog)
        {
            logs = LoggerFactory.Create(factory => factory.SetMinimumLevel(LogLevel.Trace).AddOpenTelemetry(options =>
            {
                options.IncludeFormattedMessage = true;
                options.SetResourceBuilder(resource).AddOtlpExporter(exporter => Configure(exporter, "/v1/logs"));
            }));
            log.Tell(Write);
        }
    }

    /// <summary>Begins to send. What was logged before is not sent.</summary>
    /// <exception cref="IOException">The token cannot be read.</exception>
    public static OwnTelemetry Start(TelemetrySettings settings, ServerLog log) => new(settings, log);

    /// <summary>Sends what is left, for a moment.</summary>
    public void Dispose()
    {
        log.Tell(null);
        metrics.ForceFlush((int)LastWords.TotalMilliseconds);
        metrics.Dispose();
        logs?.Dispose();
        trouble.Dispose();
    }

    private void Write(LogLevel level, string room, string message, Exception? error)
    {
        if (room != ExportTrouble.Room)
        {
            rooms.GetOrAdd(room, logs!.CreateLogger).Log(level, default, message, error, static (text, _) => text);
        }
    }

    /// <summary>Hears what the exporter says to nobody: that its receiver does not take what it sends.</summary>
    private sealed class ExportTrouble(Action<string> tell) : EventListener
    {
        public const string Room = "telemetry";
        private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

        private bool isTold;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Exporter)
            {
                EnableEvents(eventSource, EventLevel.Error);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventSource.Name == Exporter && !isTold)
            {
                isTold = true;
                var why = eventData.Payload?.OfType<string>().MaxBy(p => p.Length)?.ReplaceLineEndings(" ") ?? eventData.EventName ?? "";
                tell($"metrics and log are not taken by telemetry.url: {(why.Length > 300 ? why[..300] : why)}");
            }
        }
    }
}
