using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Saker.EndToEnd.Stores;

namespace Saker.EndToEnd.Serving;

/// <summary>A data directory, and the <c>saker serve</c> that runs over it: started, killed and started again.</summary>
internal sealed partial class ServeProcess : IAsyncDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("saker-serve-").FullName;
    private readonly Dictionary<string, string> environment;
    private readonly StringBuilder log = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Process? process;

    public ServeProcess(EngineFixture? engine, params (string Name, string Value)[] settings)
    {
        environment = new()
        {
            ["SAKER__DATA_DIRECTORY"] = Data,
            ["SAKER__LISTEN"] = "127.0.0.1:0",
            ["SAKER__LISTEN_GRPC"] = "off",
            ["XDG_DATA_HOME"] = Path.Combine(root, "share"),
        };
        if (engine?.Program is { IsLibrary: true } library)
        {
            // …/engine/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so, where the program looks for what `saker engine install` fetched.
            var installed = Path.GetFullPath(Path.Combine(library.Path, "..", "..", "..", ".."));
            Directory.CreateDirectory(Path.Combine(root, "share", "saker"));
            Directory.CreateSymbolicLink(Path.Combine(root, "share", "saker", "engine"), installed);
        }

        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }
    }

    /// <summary>Where it runs: a <c>saker.yaml</c> in it is its configuration.</summary>
    public string Root => root;

    public string Data => Path.Combine(root, "data");

    public string Token { get; private set; } = "";

    public Uri Address { get; private set; } = null!;

    public int Id => process!.Id;

    /// <summary>All that it wrote so far.</summary>
    public string Log { get { lock (log) { return log.ToString(); } } }

    /// <summary>Writes its saker.yaml, which it looks at every few seconds.</summary>
    public void Configure(string yaml)
    {
        var path = Path.Combine(root, "saker.yaml");
        File.WriteAllText(path + ".new", yaml);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Starts it and waits until it takes events.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"), ["serve"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var listening = new TaskCompletionSource();
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"it ended:\n{Log}"));
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            Note(line.Data);
            if (Listens().Match(line.Data ?? "") is { Success: true } found)
            {
                Address = new Uri(found.Groups[1].Value);
            }
            else if (line.Data?.StartsWith("token: ", StringComparison.Ordinal) == true)
            {
                Token = line.Data["token: ".Length..].Trim();
            }

            if (Token.Length > 0 && Address is not null)
            {
                listening.TrySetResult();
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var ready = await client.GetAsync(new Uri(Address, "/readyz"));
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // The address of before the restart.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"it does not get ready:\n{Log}");
    }

    /// <summary>SIGKILL: nothing of it runs on.</summary>
    public async Task KillAsync()
    {
        Address = null!;
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGKILL to its engine.</summary>
    public void KillEngine()
    {
        foreach (var child in Process.GetProcesses().Where(p => IsChild(p.Id)))
        {
            child.Kill();
        }
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process!.Id.ToString()]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        return process.ExitCode;
    }

    public async Task<(int Status, string Text)> PostAsync(string path, string body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The rows of a search.</summary>
    public async Task<List<JsonElement>> SearchAsync(string search)
    {
        var (status, text) = await PostAsync("/api/v1/events/search", JsonSerializer.Serialize(new { search }));
        return status == 200 ? [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)] : throw new InvalidOperationException($"{status}: {text}");
    }

    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await TextAsync(path)).RootElement;

    public async Task<string> TextAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Waits until all that was acknowledged is in the store.</summary>
    public async Task DrainAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            var health = await GetAsync("/api/v1/health");
            if (health.GetProperty("journal").GetProperty("pending_bytes").GetInt64() == 0)
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"it does not drain:\n{Log}");
    }

    /// <summary>Runs another verb beside it.</summary>
    public async Task<(int Code, string Output, string Error)> SakerAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var run = Process.Start(start)!;
        var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.WaitForExitAsync();
        return (run.ExitCode, await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        for (var i = 0; Directory.Exists(root) && i < 50; i++)
        {
            try
            {
                Directory.Delete(root, recursive: true);
            }
            catch (IOException)
            {
                // The engine is dying still.
                await Task.Delay(100);
            }
        }
    }

    private bool IsChild(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == process!.Id.ToString();
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Note(string? line)
    {
        lock (log)
        {
            log.AppendLine(line);
        }
    }

    [GeneratedRegex(@"listens on (http://[0-9.]+:\d+)")]
    private static partial Regex Listens();
}
