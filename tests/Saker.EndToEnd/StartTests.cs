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
    [InlineData("--help", 900)]
    [InlineData("scan samples/", 5_000)]
    public async Task Little_is_compiled(string arguments, int most) => Assert.InRange((await ReportAsync(arguments)).Compiled, 100, most);

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
