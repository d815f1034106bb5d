using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Saker.Benchmarks.Soak;

/// <summary>The <c>saker serve</c> that is measured: a process like any other.</summary>
internal sealed class SoakServer(SoakOptions options) : IDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(20) };
    private Process? process;
    private volatile string token = "";
    private volatile Uri? address;

    /// <summary>Null while it is down.</summary>
    public Uri? Address => address;

    /// <summary>OTLP over gRPC; null unless a setting asks for it.</summary>
    public Uri? Grpc { get; private set; }

    public string Token => token;

    /// <summary>More settings: variables as <c>saker serve</c> reads them.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public int ProcessId => process!.Id;

    /// <summary>Whether the process is there.</summary>
    public bool IsAlive => process is { HasExited: false };

    /// <summary>Whether its disk fails sooner or later.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>What it said that is worse than a warning.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The most memory of server and engine that was seen, in bytes.</summary>
    public (long Server, long Engine) Peak { get; private set; }

    /// <summary>Starts it and waits until it listens; false if it ended before: with a failing disk it may.</summary>
    /// <param name="failing">What <see cref="FailingServer"/> is told; null for the real program.</param>
    public async Task<bool> StartAsync(string? failing = null)
    {
        var program = failing is null ? Path.GetFullPath(options.Program) : Environment.ProcessPath!;
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"{program} is not there: run ./saker once, or name it with --program");
        }

        var start = new ProcessStartInfo(program, failing is null ? ["serve"] : ["failing-server", .. failing.Split(' ')]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SAKER__DATA_DIRECTORY"] = options.Data;
        start.Environment["SAKER__LISTEN"] = "127.0.0.1:0";
        start.Environment["SAKER__LISTEN_GRPC"] = "off";
        start.Environment["SAKER__SEARCH__SECONDS"] = "1200";
        start.Environment["SAKER__SEARCH__ROWS"] = "100000000";
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        process?.Dispose();
        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var began = Stopwatch.GetTimestamp();
        while (address is null || token.Length == 0)
        {
            await Task.Delay(20);
            if (process.HasExited && failing is not null)
            {
                return false;
            }

            if (process.HasExited || Stopwatch.GetElapsedTime(began) > StartWithin)
            {
                throw new InvalidOperationException($"it does not start:\n{string.Join('\n', Errors)}");
            }
        }

        return true;
    }

    /// <summary>Kills what is named, and starts it again as the next round wants it.</summary>
    public async Task KillAsync(string what, string? failing)
    {
        if (what is "engine" or "both")
        {
            Engines().ForEach(e => e.Kill());
        }

        if (what is "server" or "both")
        {
            process!.Kill();
        }

        if (what is "disk" && IsFailing)
        {
            // It ends itself at its next flush.
            var order = FailingServer.OrderIn(options.Data);
            await File.WriteAllTextAsync(order, "");
            using var late = new CancellationTokenSource(StartWithin);
            await process!.WaitForExitAsync(late.Token);
            File.Delete(order);
        }
        else if (what is "disk")
        {
            // It ended while it started, and was started again since.
            process!.Kill();
        }

        if (what is not "engine")
        {
            await process!.WaitForExitAsync();
            address = null;
            IsFailing = failing is not null && await StartAsync(failing);
            if (!IsFailing)
            {
                await StartAsync();
            }
        }
    }

    public void Sample()
    {
        try
        {
            process!.Refresh();
            Peak = (Math.Max(Peak.Server, process.WorkingSet64), Math.Max(Peak.Engine, Engines().Sum(c => c.WorkingSet64)));
        }
        catch (InvalidOperationException)
        {
            // It was killed just now.
        }
    }

    /// <summary>What server and engine have used since they began.</summary>
    public (TimeSpan Server, TimeSpan Engine) ProcessorTime()
    {
        process!.Refresh();
        return (process.TotalProcessorTime, Engines().Aggregate(TimeSpan.Zero, (sum, e) => sum + e.TotalProcessorTime));
    }

    /// <summary>Waits until the store has all; how long that took.</summary>
    public async Task<TimeSpan> DrainAsync()
    {
        var watch = Stopwatch.StartNew();
        while ((await HealthAsync()).GetProperty("journal").GetProperty("pending_bytes").GetInt64() > 0)
        {
            await Task.Delay(200);
        }

        return watch.Elapsed;
    }

    public async Task<JsonElement> HealthAsync() => JsonDocument.Parse(await GetAsync("/api/v1/health")).RootElement;

    public async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task<IReadOnlyList<JsonElement>> SearchAsync(string search)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address!, "/api/v1/events/search")) { Content = new StringContent(JsonSerializer.Serialize(new { search }), Encoding.UTF8) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        List<JsonElement> rows = answer.IsSuccessStatusCode ? [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)] : throw new InvalidOperationException(text);
        return rows.Exists(r => r.TryGetProperty("_saker", out _)) ? throw new InvalidOperationException($"{search}: {rows[^1]}") : rows;
    }

    public void Dispose()
    {
        client.Dispose();
        if (process is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            process.WaitForExit(60_000);
        }

        process?.Dispose();
        if (Directory.Exists(options.Data))
        {
            Directory.Delete(options.Data, recursive: true);
        }
    }

    /// <summary>The processes that it started.</summary>
    public List<Process> Engines()
    {
        var parent = process!.Id.ToString(CultureInfo.InvariantCulture);
        return [.. Process.GetProcesses().Where(p =>
        {
            try
            {
                return File.ReadAllText($"/proc/{p.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == parent;
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        })];
    }

    private void Hear(string? line)
    {
        if (line?.StartsWith("token: ", StringComparison.Ordinal) == true)
        {
            token = line[7..].Trim();
        }
        else if (line?.IndexOf("listens on ", StringComparison.Ordinal) is { } at and > 0)
        {
            var told = line[(at + 11)..].Split(" and ");
            Grpc = told.Length > 1 ? new Uri(told[1]) : null;
            address = new Uri(told[0]);
        }
    }

    private void Log(string? line)
    {
        if (line is not null && (!line.StartsWith("{\"time\"", StringComparison.Ordinal) || line.Contains("\"level\":\"error\"", StringComparison.Ordinal)))
        {
            lock (Errors)
            {
                Errors.Add(line);
            }
        }
    }
}
