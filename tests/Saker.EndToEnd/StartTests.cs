using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Saker.EndToEnd;

/// <summary>
/// A small scan takes as long as it takes to load its code. Times differ from machine to machine and from run to run; what is loaded and compiled hardly does.
/// The build that is tested is not compiled ahead, so every method that runs counts once.
/// </summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--help", 800)]
    [InlineData("scan samples/", 4_300)]
    public async Task Little_is_compiled(string arguments, int most) => Assert.InRange((await ReportAsync(arguments)).Compiled, 100, most);

    /// <summary>A file that is sieved: what is learned of it beforehand is compiled in each scan too.</summary>
    [Fact]
    public async Task Little_is_compiled_to_sieve_a_large_file()
    {
        const int lines = 180_000;
        const string line = """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete","requestURI":"/api/v1/nodes","verb":"get","user":{"username":"system:node:a","groups":["system:nodes"]},"sourceIPs":["192.0.2.1"],"userAgent":"kubelet","objectRef":{"resource":"nodes","name":"a","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"stageTimestamp":"2026-03-14T10:00:00.000001Z"}
            """;
        var large = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(large, Enumerable.Repeat(line, lines));
            Assert.InRange((await ReportAsync($"scan {large}")).Compiled, 100, 4_400);
        }
        finally
        {
            File.Delete(large);
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("scan samples/")]
    [InlineData("list")]
    public async Task Nothing_that_only_a_server_needs_is_loaded(string arguments) => Assert.DoesNotContain(
        (await ReportAsync(arguments)).Assemblies,
        name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("OpenTelemetry", StringComparison.Ordinal)
            || name is "Google.Protobuf" or "Polly.Core" or "System.Linq.Expressions" or "System.Net.Http");

    private static async Task<(int Compiled, IReadOnlyList<string> Assemblies)> ReportAsync(string arguments)
    {
        var report = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"), arguments.Split(' '))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = SakerProcess.Root,
            };
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartTests).Assembly.Location;
            start.Environment[StartupHook.ReportVariable] = report;
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await error);
            var lines = await File.ReadAllLinesAsync(report);
            return (int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1..]);
        }
        finally
        {
            File.Delete(report);
        }
    }
}
