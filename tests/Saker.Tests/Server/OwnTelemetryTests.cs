using Microsoft.Extensions.Logging;
using Saker.Ingest;
using Saker.Server.Configuration;
using Saker.Server.Telemetry;
using Saker.Tests.Stores;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>The server's own metrics and log, sent to a receiver of OTLP: another server of ours.</summary>
public sealed class OwnTelemetryTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Metrics_and_log_arrive_with_who_sent_them(bool isHttp)
    {
        await using var receiver = await ServerHost.StartAsync();
        var token = Path.Combine(directory.Path, "token");
        await File.WriteAllTextAsync(token, ServerHost.Token + "\n");
        using var metrics = new ServerMetrics();
        metrics.Observe("saker_test", "", "A number.", () => 42);
        var written = new StringWriter();
        using var log = new ServerLog(written, isJson: false, LogLevel.Information, TimeProvider.System);
        using (OwnTelemetry.Start(new TelemetrySettings(receiver.Addresses[isHttp ? 0 : 1]) { IsHttp = isHttp, TokenFile = token, EverySeconds = 3600 }, log))
        {
            metrics.Answered("/falco", 200, TimeSpan.FromMilliseconds(3));
            log.Write(LogLevel.Warning, "journal", "the disk is full", new IOException("no room"));
            log.Write(LogLevel.Debug, "journal", "nobody asked for this");
        }

        log.Write(LogLevel.Error, "journal", "after the end");
        var points = receiver.Intake.Events.Where(e => e.Kind == EventKind.Metric).ToList();
        Assert.Contains(points, p => p.Raw.Contains("\"saker_test\"", StringComparison.Ordinal) && p.Raw.Contains("42", StringComparison.Ordinal));
        Assert.Contains(points, p => p.Raw.Contains("saker_requests", StringComparison.Ordinal) && p.Raw.Contains("/falco", StringComparison.Ordinal));
        var line = Assert.Single(receiver.Intake.Events, e => e.Kind == EventKind.Log);
        Assert.Equal("the disk is full", line.Raw);
        Assert.Contains("\"service.name\":\"saker\"", line.Extra, StringComparison.Ordinal);
        Assert.Contains("no room", line.Extra, StringComparison.Ordinal);
        Assert.False(written.ToString().Contains("telemetry:", StringComparison.Ordinal), written.ToString());
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_told_once_in_the_log_and_does_no_harm()
    {
        var address = await AwayAsync();
        using var metrics = new ServerMetrics();
        var written = new StringWriter();
        using var log = new ServerLog(written, isJson: false, LogLevel.Information, TimeProvider.System);
        using (OwnTelemetry.Start(new TelemetrySettings(address) { IsHttp = true, EverySeconds = 3600 }, log))
        {
            metrics.Answered("/falco", 200, TimeSpan.FromMilliseconds(3));
            log.Write(LogLevel.Warning, "journal", "the disk is full");
        }

        Assert.Contains("the disk is full", written.ToString(), StringComparison.Ordinal);
        Assert.Single(written.ToString().Split('\n'), l => l.Contains("telemetry: metrics and log are not taken by telemetry.url", StringComparison.Ordinal));
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_receiver_that_refuses_the_token_is_told_too()
    {
        await using var receiver = await ServerHost.StartAsync();
        using var metrics = new ServerMetrics();
        var written = new StringWriter();
        using var log = new ServerLog(written, isJson: false, LogLevel.Information, TimeProvider.System);
        using (OwnTelemetry.Start(new TelemetrySettings(receiver.Addresses[0]) { IsHttp = true, EverySeconds = 3600 }, log))
        {
            metrics.Answered("/falco", 200, TimeSpan.FromMilliseconds(3));
        }

        Assert.Single(written.ToString().Split('\n'), l => l.Contains("are not taken by telemetry.url", StringComparison.Ordinal) && l.Contains("401", StringComparison.Ordinal));
    }

    /// <summary>An address at which nobody listens any more.</summary>
    private static async Task<Uri> AwayAsync()
    {
        await using var gone = await ServerHost.StartAsync();
        return gone.Addresses[0];
    }
}
