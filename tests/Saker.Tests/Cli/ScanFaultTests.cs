using Saker.Cli;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.Tests.Cli;

/// <summary>What <c>saker scan</c> says to those who use it wrongly, or whose machine fails.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ScanFaultTests
{
    private static readonly string Falco = Path.Combine(Repository.Root, "samples", "falco.log");
    private static readonly string Benign = Path.Combine(GoldenTests.Root, "cli", "data", "three.ndjson");

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    public async Task A_full_disk_is_told_in_a_line(string format)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no /dev/full here");

        var run = await SakerRun.Of("scan", Falco, "--format", format, "--output", "/dev/full");

        Assert.Equal(ExitCode.Output, run.Exit);
        Assert.StartsWith("saker: --output /dev/full: No space left on device", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_told_before_anything_is_read()
    {
        var directory = await SakerRun.Of("scan", Falco, "--output", Path.GetTempPath());
        Assert.Equal((ExitCode.Output, $"saker: --output {Path.GetTempPath()}: is a directory\n"), (directory.Exit, directory.Errors));

        var missing = await SakerRun.Of("scan", Falco, "--output", "/nowhere/found.json");
        Assert.Equal((ExitCode.Output, "saker: --output /nowhere/found.json: no such file or directory\n"), (missing.Exit, missing.Errors));
    }

    [Fact]
    public async Task The_output_never_overwrites_what_is_to_be_read()
    {
        var path = Path.Combine(Path.GetTempPath(), $"saker-{Guid.NewGuid():N}.log");
        File.Copy(Falco, path);
        try
        {
            var run = await SakerRun.Of("scan", path, "--output", path);

            Assert.Equal((ExitCode.Usage, $"saker: --output {path}: this is one of the files to read; write elsewhere\n"), (run.Exit, run.Errors));
            Assert.Equal(await File.ReadAllTextAsync(Falco, TestContext.Current.CancellationToken), await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_without_a_line()
    {
        var directory = Directory.CreateTempSubdirectory("saker-test-").FullName;
        try
        {
            File.Copy(Falco, Path.Combine(directory, "falco.log"));
            File.CreateSymbolicLink(Path.Combine(directory, "gone"), "nowhere");

            var run = await SakerRun.Of("scan", directory, "--format", "json");

            Assert.Equal(ExitCode.Rejected, run.Exit);
            Assert.StartsWith($"rejected: {directory}/gone: no such file or directory\n", run.Errors, StringComparison.Ordinal);
            Assert.Contains("\"recognised\": 2,", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Shell_metrics_without_a_cluster_are_told_of()
    {
        const string Metrics = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"n1"}},{"key":"process.pid","value":{"intValue":"7"}},{"key":"process.executable.name","value":{"stringValue":"bash"}}]},
            "scopeMetrics":[{"metrics":[{"name":"process.cpu.utilization","gauge":{"dataPoints":[{"timeUnixNano":"1773482400000000000","asDouble":0.3}]}}]}]}]}
            """;
        var path = Path.Combine(Path.GetTempPath(), $"saker-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, Metrics, TestContext.Current.CancellationToken);
        try
        {
            var without = await SakerRun.Of("scan", path);
            Assert.Contains("No risk events.", without.Output, StringComparison.Ordinal);
            Assert.Contains("note: 1 data point of interest without k8s.cluster.name: a search that groups by it leaves them out; name the cluster with --cluster\n", without.Errors, StringComparison.Ordinal);

            var named = await SakerRun.Of("scan", path, "--cluster", "shop");
            Assert.Contains("1 risk event ", named.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("--cluster", named.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("0", ExitCode.Found)]
    [InlineData("49", ExitCode.Found)]
    [InlineData("50", ExitCode.Nothing)]
    public async Task Fail_on_is_reached_by_an_equal_score(string score, int exit) => Assert.Equal(exit, (await SakerRun.Of("scan", Falco, "--fail-on", score)).Exit);

    [Fact]
    public async Task Fail_on_is_not_reached_where_nothing_is_found() => Assert.Equal(ExitCode.Nothing, (await SakerRun.Of("scan", Benign, "--fail-on", "0")).Exit);

    [Theory]
    [InlineData("1000")]
    [InlineData("abc")]
    [InlineData("-1")]
    public async Task Fail_on_takes_a_score(string score)
    {
        var run = await SakerRun.Of("scan", Falco, "--fail-on", score);
        Assert.Equal((ExitCode.Usage, $"saker: --fail-on {score}: write a score from 0 to 100\n"), (run.Exit, run.Errors));
    }
}
