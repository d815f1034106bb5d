using System.Diagnostics;
using Xunit;

namespace Saker.EndToEnd.Senders;

/// <summary>The npm packages that real senders use, installed once from the lock file; without npm, or without a registry, the tests are skipped.</summary>
public sealed class NodeClients : IAsyncLifetime
{
    private static readonly string Source = Path.Combine(SakerProcess.Root, "tests", "Saker.EndToEnd", "clients");
    private readonly string directory = Path.Combine(SakerProcess.Root, "artifacts", "clients");
    private string? whyNot;

    public async ValueTask InitializeAsync()
    {
        try
        {
            Directory.CreateDirectory(directory);
            foreach (var file in Directory.GetFiles(Source))
            {
                File.Copy(file, Path.Combine(directory, Path.GetFileName(file)), overwrite: true);
            }

            var (code, _, error) = await RunAsync("npm", TimeSpan.FromMinutes(3), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
            whyNot = code == 0 ? null : "npm could not install the clients: " + error.Split('\n')[0];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            whyNot = "npm is not installed";
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs a script to its end; fails the test where it fails.</summary>
    public async Task<string> RunAsync(string script, params string[] arguments)
    {
        Assert.SkipWhen(whyNot is not null, whyNot ?? "");
        var (code, output, error) = await RunAsync("node", TimeSpan.FromMinutes(1), [script, .. arguments]);
        Assert.True(code == 0, $"{script} ended with {code}: {output}{error}");
        return output;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, TimeSpan limit, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, await output, $"{program} did not end within {limit}");
        }

        return (process.ExitCode, await output, await error);
    }
}
