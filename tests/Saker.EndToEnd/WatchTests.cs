using System.Diagnostics;
using Xunit;

namespace Saker.EndToEnd;

/// <summary><c>saker test --watch</c> as an author has it open beside the editor.</summary>
public sealed class WatchTests : IDisposable
{
    private const string Detection = """
        name: Secret Listed
        id: 5bb2a1d0-6f5e-4c69-9a5c-3f6d3b8f2a11
        version: 1
        date: '2026-03-14'
        author: Test
        status: production
        type: Hunting
        description: Somebody lists secrets.
        search: verb=list objectRef.resource=secrets | stats count by user.username | `secret_listed_filter`
        how_to_implement: Send audit events.
        known_false_positives: Controllers.
        references: []
        tags:
          analytic_story: []
          asset_type: Kubernetes
          mitre_attack_id: []
          product: [Splunk Enterprise]
          security_domain: cloud
        tests:
        - name: A list
          events:
          - {"_time":1773489600,"verb":"list","objectRef":{"resource":"secrets"},"user":{"username":"mallory"}}
          expect:
            rows: ROWS
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("saker-watch-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Tests_run_again_when_a_file_is_saved_and_broken_yaml_does_not_end_the_watch()
    {
        Write(Detection.Replace("ROWS", "2", StringComparison.Ordinal));
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"), ["test", directory, "--watch"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            Assert.Contains("1 failed", await UntilWaitingAsync(process));

            Write(Detection.Replace("ROWS", "1", StringComparison.Ordinal));
            Assert.Contains("1 passed", await UntilWaitingAsync(process));

            Write("name: [");
            Assert.Contains("CNT0101", await UntilWaitingAsync(process));

            // As editors save: a new file takes the old one's name.
            var path = Path.Combine(directory, "detections", "secret_listed.yml");
            await File.WriteAllTextAsync(path + ".tmp", Detection.Replace("ROWS", "1", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            File.Move(path + ".tmp", path, overwrite: true);
            Assert.Contains("1 passed", await UntilWaitingAsync(process));
            Assert.False(process.HasExited);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private void Write(string yaml)
    {
        Directory.CreateDirectory(Path.Combine(directory, "detections"));
        File.WriteAllText(Path.Combine(directory, "detections", "secret_listed.yml"), yaml);
    }

    /// <summary>What is written until the program waits for the next change.</summary>
    private static async Task<string> UntilWaitingAsync(Process process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var (told, errors) = (new List<string>(), new List<string>());
        var output = ReadOutputAsync(process.StandardOutput, told, limit.Token);
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line && !line.StartsWith("saker: waiting for changes", StringComparison.Ordinal))
        {
            errors.Add(line);
        }

        // The report was written before.
        await output;
        return string.Join('\n', told.Concat(errors));
    }

    private static async Task ReadOutputAsync(StreamReader reader, List<string> told, CancellationToken cancellation)
    {
        var buffer = new char[65536];
        told.Add(new string(buffer, 0, await reader.ReadAsync(buffer, cancellation)));
    }
}
