using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Saker.Benchmarks.Serving;

/// <summary>A <c>saker serve</c> with a configuration of the benchmark's: started, asked, killed and started again.</summary>
internal sealed class BenchServer(string program, string data, string yaml) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromMinutes(5) };
    private readonly StringBuilder log = new();
    private Process? process;
    private volatile string token = "";
    private volatile Uri? address;

    /// <summary>Null while it is dead.</summary>
    public Uri? Address => address;

    /// <summary>What it wrote.</summary>
    public string Log { get { lock (log) { return log.ToString(); } } }

    /// <summary>The most memory of server and engine that was seen, in bytes.</summary>
    public (long Server, long Engine) Peak { get; private set; }

    public async Task StartAsync()
    {
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"{program} is not there: run ./saker once, or name it with --program");
        }

        Directory.CreateDirectory(data);
        var config = Path.Combine(data, "saker.yaml");
        await File.WriteAllTextAsync(config, $"listen: 127.0.0.1:0\nlisten_grpc: \"off\"\ndata_directory: {Path.Combine(data, "server")}\n{yaml}");
        var start = new ProcessStartInfo(Path.GetFullPath(program), ["serve", "--config", config]) { RedirectStandardOutput = true, RedirectStandardError = true };
        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            Note(line.Data);
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
        for (var i = 0; i < 1200 && !process.HasExited && (address is null || token.Length == 0); i++)
        {
            await Task.Delay(50);
        }

        if (address is null || token.Length == 0)
        {
            throw new InvalidOperationException($"it does not start:\n{Log}");
        }
    }

    /// <summary>SIGKILL; its engine dies with it.</summary>
    public async Task KillAsync()
    {
        address = null;
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task StopAsync()
    {
        address = null;
        using var term = Process.Start("kill", ["-TERM", $"{process!.Id}"]);
        await process.WaitForExitAsync();
    }

    /// <summary>The answer's status; 0 if none came.</summary>
    public async Task<int> PostAsync(string path, ReadOnlyMemory<byte> body)
    {
        if (address is not { } at)
        {
            return 0;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(at, path)) { Content = new ReadOnlyMemoryContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    public async Task<JsonDocument> GetAsync(string path) => JsonDocument.Parse(await TextAsync(path));

    public async Task<string> TextAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address ?? throw new HttpRequestException("it is dead"), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Notes memory; the processor time of server and engine so far.</summary>
    public TimeSpan Sample()
    {
        try
        {
            process!.Refresh();
            var children = Children();
            Peak = (Math.Max(Peak.Server, process.WorkingSet64), Math.Max(Peak.Engine, children.Sum(c => c.WorkingSet64)));
            return process.TotalProcessorTime + children.Aggregate(TimeSpan.Zero, (sum, c) => sum + c.TotalProcessorTime);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }

        process?.Dispose();
        client.Dispose();
        for (var i = 0; Directory.Exists(data) && i < 20; i++)
        {
            try
            {
                Directory.Delete(data, recursive: true);
            }
            catch (IOException)
            {
                // The engine is dying still.
                using var pause = new ManualResetEventSlim();
                pause.Wait(100);
            }
        }
    }

    private List<Process> Children()
    {
        bool IsChild(int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == $"{process!.Id}";
            }
            catch (IOException)
            {
                return false;
            }
        }

        return [.. Process.GetProcesses().Where(p => IsChild(p.Id))];
    }

    private void Note(string? line)
    {
        lock (log)
        {
            if (line is not null && log.Length < 1 << 20)
            {
                log.AppendLine(line);
            }
        }
    }
}
