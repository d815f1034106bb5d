using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Saker.Benchmarks.Soak;

/// <summary>The <c>saker serve</c> that is measured: a process like any other.</summary>
internal sealed class SoakServer(SoakOptions options) : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(20) };
    private Process? process;
    private volatile string token = "";
    private volatile Uri? address;

    public Uri? Address => address;

    public string Token => token;

    /// <summary>The most memory of server and engine that was seen, in bytes.</summary>
    public (long Server, long Engine) Peak { get; private set; }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Path.GetFullPath(options.Program), ["serve"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SAKER__DATA_DIRECTORY"] = options.Data;
        start.Environment["SAKER__LISTEN"] = "127.0.0.1:0";
        start.Environment["SAKER__LISTEN_GRPC"] = "off";
        start.Environment["SAKER__SEARCH__SECONDS"] = "1200";
        if (!File.Exists(start.FileName))
        {
            throw new FileNotFoundException($"{start.FileName} is not there: run ./saker once, or name it with --program");
        }

        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("token: ", StringComparison.Ordinal) == true)
            {
                token = line.Data[7..].Trim();
            }
            else if (line.Data?.IndexOf("listens on ", StringComparison.Ordinal) is { } at and > 0)
            {
                address = new Uri(line.Data[(at + 11)..].Split(' ')[0]);
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var i = 0; i < 1200 && (address is null || token.Length == 0); i++)
        {
            await Task.Delay(50);
        }

        if (address is null)
        {
            throw new InvalidOperationException("it does not start");
        }
    }

    public async Task KillAsync(string what)
    {
        if (what is "engine" or "both")
        {
            foreach (var engine in Children())
            {
                engine.Kill();
            }
        }

        if (what is "server" or "both")
        {
            address = null;
            process!.Kill();
            await process.WaitForExitAsync();
            await StartAsync();
        }
    }

    public void Sample()
    {
        try
        {
            process!.Refresh();
            Peak = (Math.Max(Peak.Server, process.WorkingSet64), Math.Max(Peak.Engine, Children().Sum(c => c.WorkingSet64)));
        }
        catch (InvalidOperationException)
        {
            // It was killed just now.
        }
    }

    /// <summary>Waits until the store has all; how long that took.</summary>
    public async Task<TimeSpan> DrainAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            using var health = JsonDocument.Parse(await GetAsync("/api/v1/health"));
            if (health.RootElement.GetProperty("journal").GetProperty("pending_bytes").GetInt64() == 0)
            {
                return watch.Elapsed;
            }

            await Task.Delay(200);
        }
    }

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
        return answer.IsSuccessStatusCode ? [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)] : throw new InvalidOperationException(text);
    }

    public void Dispose()
    {
        client.Dispose();
        if (process is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            process.WaitForExit(60_000);
        }

        process?.Dispose();
        if (Directory.Exists(options.Data))
        {
            Directory.Delete(options.Data, recursive: true);
        }
    }

    private List<Process> Children()
    {
        var parent = $" {process!.Id} ";
        return [.. Process.GetProcesses().Where(p =>
        {
            try
            {
                return string.Join(' ', File.ReadAllText($"/proc/{p.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..2]) == parent.Trim();
            }
            catch (IOException)
            {
                return false;
            }
        })];
    }

    private static void Log(string? line)
    {
        if (line?.Contains("\"level\":\"error\"", StringComparison.Ordinal) == true)
        {
            Console.Error.WriteLine(line);
        }
    }
}
