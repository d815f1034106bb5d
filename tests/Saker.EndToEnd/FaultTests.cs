using System.Diagnostics;
using Xunit;

namespace Saker.EndToEnd;

/// <summary>What the program says when the machine gives it no room.</summary>
public sealed class FaultTests : IDisposable
{
    private const int CannotWrite = 73;
    private readonly string directory = Directory.CreateTempSubdirectory("saker-fault-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_temporary_directory_that_cannot_be_written_is_told()
    {
        var (code, output, error) = await RunAsync("exec saker search '* | table n' events.ndjson --format csv", ("TMPDIR", "/proc"));

        Assert.Equal((CannotWrite, ""), (code, output));
        Assert.StartsWith("error[SPL0902]: no temporary file can be made in /proc", error);
        Assert.Contains("set TMPDIR to a directory with room", error);
    }

    [Fact]
    public async Task So_is_a_temporary_file_that_may_grow_no_further()
    {
        // 2 MB of a temporary file, as a quota would leave; the run time's own double mapping of code does not fit that.
        var (code, output, error) = await RunAsync("trap '' XFSZ; ulimit -f 4096; exec saker search '* | sort 0 n | table n' events.ndjson --format csv", ("DOTNET_EnableWriteXorExecute", "0"), ("TMPDIR", directory));

        Assert.Equal((CannotWrite, ""), (code, output));
        Assert.StartsWith($"error[SPL0902]: the temporary file in {directory}/ cannot be written: ", error);
        Assert.DoesNotContain("a mistake of saker's own", error);
        Assert.Single(Directory.GetFiles(directory));
    }

    [Fact]
    public async Task A_lookup_that_cannot_be_written_is_told_and_keeps_its_rows()
    {
        var state = Directory.CreateDirectory(Path.Combine(directory, "state")).FullName;
        await RunAsync("exec saker search '| makeresults | eval n=1 | table n | outputlookup seen.csv' --state state --format csv");
        var (code, _, error) = await RunAsync(
            "trap '' XFSZ; ulimit -f 1; exec saker search '| makeresults count=500000 | streamstats count AS n | table n | outputlookup seen.csv' --state state --format csv", ("DOTNET_EnableWriteXorExecute", "0"));

        Assert.Equal(CannotWrite, code);
        Assert.StartsWith("error[SPL0904]: the lookup `seen.csv` cannot be written: ", error);
        Assert.Equal(["seen.csv"], Directory.GetFiles(state).Select(Path.GetFileName));
        Assert.Equal("n\n1\n", (await File.ReadAllTextAsync(Path.Combine(state, "seen.csv"), TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));

        var elsewhere = await RunAsync("exec saker search '| makeresults | outputlookup seen.csv' --state /proc/nowhere");
        Assert.Equal(CannotWrite, elsewhere.Code);
        Assert.StartsWith("error[SPL0904]", elsewhere.Error);
    }

    /// <summary>Runs a line of the shell in the directory, with 40 MB of events beside it: more than the program keeps in memory.</summary>
    private async Task<(int Code, string Output, string Error)> RunAsync(string line, params (string Name, string Value)[] environment)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of files are set as on Linux");
        var events = Path.Combine(directory, "events.ndjson");
        if (line.Contains("events.ndjson", StringComparison.Ordinal))
        {
            var pad = new string('x', 40_000);
            await File.WriteAllLinesAsync(events, Enumerable.Range(0, 1_000).Select(i => $$"""{"_time":{{1_772_445_660 + i}},"n":{{i}},"pad":"{{pad}}"}"""), TestContext.Current.CancellationToken);
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        start.Environment["PATH"] = AppContext.BaseDirectory + ":" + Environment.GetEnvironmentVariable("PATH");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
