using System.Globalization;
using Saker.Cli;
using Xunit;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class BaselineTests : IDisposable
{
    private const string Name = "Baseline Of Kubernetes Container Network IO Ratio";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("saker-baseline-");

    [Fact]
    public async Task A_baseline_fills_a_lookup_that_later_searches_read()
    {
        var (metrics, state) = (Path.Combine(directory.FullName, "metrics.ndjson"), Path.Combine(directory.FullName, "state"));
        await File.WriteAllLinesAsync(metrics, [.. Enumerable.Range(0, 4).SelectMany(Points)], TestContext.Current.CancellationToken);

        var run = await SakerRun.Of("baseline", Name, metrics, "--state", state);

        Assert.Equal((ExitCode.Nothing, ""), (run.Exit, run.Output));
        Assert.Contains($"{Name}: 1 row written to {state}", run.Errors, StringComparison.Ordinal);
        const string look = "| makeresults | eval key=\"prod:web\" | lookup k8s_container_network_io_ratio_baseline key | fields count avg_inbound:outbound stdev_outbound:inbound | fields - _time";
        var found = await SakerRun.Of("search", look, "--state", state, "--format", "csv");
        Assert.Equal(ExitCode.Nothing, found.Exit);
        Assert.Contains("4", found.Output, StringComparison.Ordinal);
        Assert.Contains("2.5", found.Output, StringComparison.Ordinal);

        // Without the state there is nothing to compare with.
        var empty = await SakerRun.Of("search", look, "--format", "csv");
        Assert.DoesNotContain("2.5", empty.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_nearly_right_is_told()
    {
        var run = await SakerRun.Of("baseline", Name.Replace("Ratio", "Ration", StringComparison.Ordinal), "x", "--state", directory.FullName);

        Assert.Equal(ExitCode.Usage, run.Exit);
    }

    public void Dispose() => directory.Delete(recursive: true);

    /// <summary>What a pod received and sent in ten seconds: 20 or 30 for 10.</summary>
    private static IEnumerable<string> Points(int index)
    {
        var time = (1773489480 + (10 * index)).ToString(CultureInfo.InvariantCulture);
        foreach (var (direction, value) in (IEnumerable<(string, int)>)[("receive", index % 2 == 0 ? 20 : 30), ("transmit", 10)])
        {
            yield return $$$"""{"time":{{{time}}},"event":"metric","fields":{"metric_name:k8s.pod.network.io":{{{value}}},"k8s.cluster.name":"prod","k8s.node.name":"n1","k8s.pod.name":"web-5d4f8c7b9d-abcde","direction":"{{{direction}}}"}}""";
        }
    }
}
