using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Saker.Stores;
using Saker.Stores.ClickHouse;
using Saker.Stores.ClickHouse.Engine;
using Saker.Stores.ClickHouse.Schema;
using Xunit;

namespace Saker.EndToEnd.Stores;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivateEngineTests(EngineFixture fixture)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("/query", null)]
    [InlineData("/query", "0000")]
    [InlineData("/", null)]
    [InlineData("/?query=SELECT+1", null)]
    [InlineData("/ping", null)]
    [InlineData("/play", null)]
    [InlineData("/dashboard", null)]
    [InlineData("/replicas_status", null)]
    [InlineData("/metrics", null)]
    public async Task Who_does_not_know_the_secret_finds_nothing(string path, string? secret)
    {
        var address = fixture.Engine.Address!;
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address.Url, path)) { Content = new StringContent("SELECT 1") };
        if (secret is not null)
        {
            request.Headers.Add(EngineConfig.SecretHeader, secret);
        }

        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Even_with_the_secret_only_queries_are_answered()
    {
        var address = fixture.Engine.Address!;
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add(EngineConfig.SecretHeader, address.Headers[0].Value);
        foreach (var path in (string[])["/play", "/ping", "/", "/queryx", "/query/../play"])
        {
            using var response = await http.GetAsync(new Uri(address.Url, path));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public void It_listens_on_one_port_of_the_loopback()
    {
        var process = fixture.Engine.ProcessId!.Value;
        var sockets = new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Select(f => f.LinkTarget).OfType<string>().Where(t => t.StartsWith("socket:[", StringComparison.Ordinal)).Select(t => t[8..^1]).ToHashSet();
        var listening = File.ReadLines($"/proc/{process}/net/tcp").Concat(File.ReadLines($"/proc/{process}/net/tcp6")).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 9 && f[3] == "0A" && sockets.Contains(f[9])).Select(f => f[1]).ToList();
        Assert.StartsWith("0100007F:", Assert.Single(listening), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_speaks_no_other_protocol_and_outlives_who_tries()
    {
        fixture.RequireEngine();
        await using var engine = await PrivateEngine.StartAsync(fixture.Options("garbage"), None);
        using var answer = new MemoryStream();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, engine.Address!.Url.Port);
            client.ReceiveTimeout = 1000;
            try
            {
                // The native protocol's hello.
                client.GetStream().Write([0, 5, (byte)'s', (byte)'a', (byte)'k', (byte)'e', (byte)'r', 1, 1, 0xFE, 0xA8, 3, 0, 7, (byte)'d', (byte)'e', (byte)'f', (byte)'a', (byte)'u', (byte)'l', (byte)'t', 0, (byte)'\n', (byte)'\n']);
                client.GetStream().CopyTo(answer);
            }
            catch (IOException)
            {
                // It hung up, or said nothing.
            }
        }

        Assert.True(answer.Length == 0 || answer.ToArray().AsSpan().StartsWith("HTTP/1.1 400"u8));
        // The library ends itself when a request's header breaks off: then it is started again.
        await Task.Delay(3000);
        using var query = new ClickHouseClient(() => engine.Address);
        await EventuallyAsync(() => AnswersAsync(query).GetAwaiter().GetResult());
    }

    [Fact]
    public void Nobody_else_can_read_the_secret_or_the_data()
    {
        var options = fixture.Options("shared");
        _ = fixture.Engine;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(options.DataDirectory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(options.DataDirectory, "config.xml")));
        var commandLine = File.ReadAllText($"/proc/{fixture.Engine.ProcessId}/cmdline");
        Assert.DoesNotContain(fixture.Engine.Address!.Headers[0].Value, commandLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_it_comes_back_with_its_data_and_another_secret()
    {
        fixture.RequireEngine();
        await using var engine = await PrivateEngine.StartAsync(fixture.Options("killed"), None);
        using var client = new ClickHouseClient(() => engine.Address);
        await client.ExecuteAsync("CREATE TABLE t (x Int32) ENGINE = MergeTree ORDER BY x SETTINGS fsync_after_insert = 1", None);
        await client.ExecuteAsync("INSERT INTO t SELECT number FROM numbers(1000)", None);
        var (process, secret) = (engine.ProcessId!.Value, engine.Address!.Headers[0].Value);
        Process.GetProcessById(process).Kill();
        await EventuallyAsync(() => engine.Address is { } address && address.Headers[0].Value != secret);
        Assert.NotEqual(process, engine.ProcessId);
        Assert.Equal(1, engine.Restarts);
        Assert.Equal("1000", (await client.ExecuteAsync("SELECT count() FROM t", None)).Trim());
    }

    [Fact]
    public async Task One_that_no_longer_answers_is_replaced()
    {
        fixture.RequireEngine();
        await using var engine = await PrivateEngine.StartAsync(fixture.Options("stopped") with { HealthTimeout = TimeSpan.FromMilliseconds(300) }, None);
        var process = engine.ProcessId!.Value;
        using (var stop = Process.Start("kill", ["-STOP", $"{process}"]))
        {
            await stop.WaitForExitAsync();
        }

        await EventuallyAsync(() => engine.ProcessId is { } now && now != process);
        Assert.Null(LinuxProcess.StartOf(process));
    }

    [Fact]
    public async Task A_data_directory_has_one_engine()
    {
        fixture.RequireEngine();
        await using var engine = await PrivateEngine.StartAsync(fixture.Options("single"), None);
        var refused = await Assert.ThrowsAsync<EngineException>(() => PrivateEngine.StartAsync(fixture.Options("single"), None));
        Assert.Contains("in use by another saker", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_former_run_left_behind_is_ended()
    {
        fixture.RequireEngine();
        var options = fixture.Options("stale");
        Directory.CreateDirectory(options.DataDirectory);
        using var left = Process.Start("sleep", ["600"]);
        StaleEngine.Remember(options.DataDirectory, left.Id);
        await using var engine = await PrivateEngine.StartAsync(options, None);
        Assert.True(left.WaitForExit(5000));
    }

    [Fact]
    public async Task A_number_that_another_process_has_by_now_is_left_alone()
    {
        fixture.RequireEngine();
        var options = fixture.Options("reused");
        Directory.CreateDirectory(options.DataDirectory);
        using var other = Process.Start("sleep", ["600"]);
        await File.WriteAllTextAsync(Path.Combine(options.DataDirectory, "engine.pid"), $"{other.Id} 1");
        await using (await PrivateEngine.StartAsync(options, None))
        {
            Assert.False(other.HasExited);
        }

        other.Kill();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_ends_with_its_parent_however_that_ends(bool isKilled)
    {
        fixture.RequireEngine();
        var options = fixture.Options($"orphan-{isKilled}");
        Directory.CreateDirectory(Path.Combine(options.DataDirectory, "data"));
        EngineConfig.Create(options, "secret").Save(EngineHost.ConfigIn(options.DataDirectory));
        var kind = fixture.Program.IsLibrary ? "--library" : "--program";
        var saker = Path.Combine(AppContext.BaseDirectory, "saker");
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec 3<&0; '{saker}' engine host {kind} '{fixture.Program.Path}' --directory '{options.DataDirectory}' --parent $$ <&3 & echo $!; wait"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var child = int.Parse((await parent.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        await EventuallyAsync(() => LinuxProcess.ListeningPort(child) is not null);
        // By the kernel's signal: the other end of the pipe is ours and stays open.
        using var kill = Process.Start("kill", [isKilled ? "-KILL" : "-TERM", $"{parent.Id}"]);
        await kill.WaitForExitAsync();
        await EventuallyAsync(() => LinuxProcess.StartOf(child) is null);
    }

    [Fact]
    public async Task It_ends_when_the_parent_lets_go_of_it()
    {
        fixture.RequireEngine();
        var options = fixture.Options("pipe");
        Directory.CreateDirectory(Path.Combine(options.DataDirectory, "data"));
        EngineConfig.Create(options, "secret").Save(EngineHost.ConfigIn(options.DataDirectory));
        Assert.SkipUnless(fixture.Program.IsLibrary, "the program has the kernel's signal only");
        using var child = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "saker"),
            ["engine", "host", "--library", fixture.Program.Path, "--directory", options.DataDirectory, "--parent", $"{Environment.ProcessId}"])
        {
            RedirectStandardInput = true,
        })!;
        await EventuallyAsync(() => LinuxProcess.ListeningPort(child.Id) is not null);
        child.StandardInput.Close();
        Assert.True(child.WaitForExit(5000));
    }

    [Fact]
    public async Task Without_disk_it_refuses_inserts_for_now_and_still_reads()
    {
        fixture.RequireEngine();
        var options = fixture.Options("full");
        var settings = new StoreSettings { Engine = options, Retention = new Retention(36_500, 36_500) };
        await using (var store = await ClickHouseStore.OpenAsync(settings, None))
        {
            await store.Events.InsertAsync([SomeEvents.Plain("kept")], "1", None);
        }

        // As if the disk had less left than the engine wants to leave.
        await using var full = await ClickHouseStore.OpenAsync(settings with { Engine = options with { FreeDiskBytes = 1L << 50 } }, None);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => full.Events.InsertAsync([SomeEvents.Plain("no room")], "2", None));
        Assert.Contains("its disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["kept"], SomeEvents.Texts(full.Events, "*"));
    }

    [Fact]
    public async Task An_engine_that_cannot_start_says_why()
    {
        fixture.RequireEngine();
        var options = fixture.Options("broken") with { Program = new EngineProgram("/nonexistent/libchdb.so", IsLibrary: true, "test") };
        var failure = await Assert.ThrowsAsync<EngineException>(() => PrivateEngine.StartAsync(options, None));
        Assert.Contains("/nonexistent/libchdb.so cannot be loaded", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> AnswersAsync(ClickHouseClient client)
    {
        try
        {
            return await client.ExecuteAsync("SELECT 1", None) == "1\n";
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; i < 600 && !condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(condition());
    }
}
