using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Saker.EndToEnd.Serving;
using Saker.EndToEnd.Stores;
using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Stores;
using Xunit;

namespace Saker.EndToEnd.Notify;

/// <summary>Against Prometheus' own Alertmanager, where it is installed.</summary>
public sealed class AlertmanagerTests(EngineFixture engine) : IAsyncLifetime
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"saker-am-{Guid.NewGuid():N}");
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private Process? process;
    private int port;

    private Uri Alerts => new($"http://127.0.0.1:{port}/api/v2/alerts");

    public ValueTask InitializeAsync()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        port = ((IPEndPoint)probe.LocalEndpoint).Port;
        return default;
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        client.Dispose();
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        return default;
    }

    [Fact]
    public async Task Alerts_fire_survive_its_restart_and_are_resolved_when_withdrawn()
    {
        await StartAsync();
        var output = new OutputSettings { Name = "am", Type = "alertmanager", Url = $"http://127.0.0.1:{port}", AllowsLocal = true };
        var timing = new DeliveryTiming { FirstPause = TimeSpan.FromMilliseconds(50), LongestOutputPause = TimeSpan.FromMilliseconds(300), LongestPause = TimeSpan.FromMilliseconds(500) };
        await using var outbox = new Outbox(new NotifySettings { Outputs = [output] }, new MemoryStateStore(), TimeProvider.System, _ => { }, timing);
        outbox.Start();
        await outbox.OfferAsync([NewNotice("1"), NewNotice("2", entity: "a\"b\\c\n<é>")], CancellationToken.None);
        await UntilAsync(async () => (await FiringAsync()).Count == 2);

        Stop();
        await outbox.OfferAsync([NewNotice("3")], CancellationToken.None);
        await UntilAsync(() => Task.FromResult(outbox.Status[0].LastError.Length > 0));
        await StartAsync();
        await UntilAsync(async () => (await FiringAsync()).Contains("risk_event:3"));

        await outbox.OfferAsync([NewNotice("3") with { Key = "withdrawn:risk_event:3", Kind = NoticeKind.Withdrawn }], CancellationToken.None);
        await UntilAsync(async () => !(await FiringAsync()).Contains("risk_event:3"));
        Assert.Equal(0, outbox.Status[0].Dead);
    }

    [Fact]
    public async Task Notices_are_there_soon()
    {
        await StartAsync();
        var output = new OutputSettings { Name = "am", Type = "alertmanager", Url = $"http://127.0.0.1:{port}", AllowsLocal = true };
        await using var outbox = new Outbox(new NotifySettings { Outputs = [output] }, new MemoryStateStore(), TimeProvider.System, _ => { });
        outbox.Start();
        var took = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await outbox.OfferAsync([NewNotice($"n{i}")], CancellationToken.None);
            while (outbox.Status[0].Sent <= i)
            {
                await Task.Yield();
            }

            took.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        took.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"notice to Alertmanager's answer: p50 {took[150]:0.00} ms, p99 {took[297]:0.00} ms, most {took[^1]:0.00} ms");
        Assert.True(took[297] < 3000);
    }

    [Fact]
    public async Task What_a_server_is_sent_fires_within_seconds()
    {
        engine.RequireEngine();
        await StartAsync();
        await using var server = new ServeProcess(engine);
        server.Configure($"outputs:\n  - {{name: am, type: alertmanager, url: \"http://127.0.0.1:{port}\", allow_local: true}}\n");
        await server.StartAsync();
        await NotifyServeTests.PodAsync(server, "warm-up");
        await UntilAsync(async () => (await FiringAsync()).Count > 0);
        var before = (await FiringAsync()).Count;
        var start = TimeProvider.System.GetTimestamp();
        await NotifyServeTests.PodAsync(server, "mallory");
        await UntilAsync(async () => (await FiringAsync()).Count > before);
        var took = TimeProvider.System.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine($"event to alert: {took.TotalMilliseconds:0} ms");
        Assert.True(took < TimeSpan.FromSeconds(15));
    }

    private static Notice NewNotice(string id, string entity = "alice") => new()
    {
        Key = $"risk_event:{id}",
        Subject = $"risk_event:{id}",
        Kind = NoticeKind.RiskEvent,
        Title = "Kubernetes Access Scanning",
        Message = "Many requests were refused",
        Score = 64,
        EntityType = "user",
        Entity = entity,
        Detection = "Kubernetes Access Scanning",
        Tactics = ["Discovery"],
        Techniques = ["T1046"],
        Cluster = "prod",
        Time = TimeProvider.System.GetUtcNow(),
    };

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("it did not come about within 15 s");
    }

    private async Task<HashSet<string>> FiringAsync()
    {
        try
        {
            using var json = JsonDocument.Parse(await client.GetStringAsync(Alerts));
            return [.. json.RootElement.EnumerateArray().Select(a => a.GetProperty("labels").GetProperty("saker_id").GetString()!)];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    private async Task StartAsync()
    {
        var program = ((string[])["prometheus-alertmanager", "alertmanager"])
            .SelectMany(n => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, n))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "Alertmanager is not installed (Debian: prometheus-alertmanager)");
        Directory.CreateDirectory(directory);
        var config = Path.Combine(directory, "alertmanager.yml");
        await File.WriteAllTextAsync(config, "route: {receiver: none}\nreceivers: [{name: none}]\n");
        process = Process.Start(new ProcessStartInfo(program!, [$"--config.file={config}", $"--storage.path={directory}", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error"]));
        await UntilAsync(async () =>
        {
            try
            {
                return (await client.GetAsync(Alerts)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    private void Stop()
    {
        if (process is not null)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            process = null;
        }
    }
}
