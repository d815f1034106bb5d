using Saker.Benchmarks.Comparison;
using Xunit;

namespace Saker.Tests.Benchmarks;

public sealed class ResultsPageTests
{
    [Fact]
    public void A_page_has_its_bars_and_a_line_for_each_contestant()
    {
        Measurement[] measured =
        [
            new("0.1.0+abc", "a", 0, "real-4GB", "saker-5", 4_000_000_000, 0.5, 1.0, 90_000_000),
            new("0.1.0+abc", "a", 0, "real-4GB", "duckdb-three", 4_000_000_000, 2.5, 5.0, 300_000_000),
            new("0.1.0+abc", "a", 0, "real-4GB", "newlines", 4_000_000_000, 0.25, 0.5, 4_000_000),
        ];
        var contestants = Contestants.All("saker", new Peers("/", "/"), "/");
        var page = ResultsPage.Write(measured, contestants, ["jq-1.6"], new Dictionary<string, string> { ["grep"] = "install grep" }, "AMD EPYC (AVX2), 2 CPUs", DateTimeOffset.UnixEpoch);
        Assert.Contains("| 5 detections against DuckDB with 3, typed | real | ≥ 4.00x | 5.00x (5.00 to 5.00) | 10x | met |", page, StringComparison.Ordinal);
        Assert.Contains("| saker-5 | 5 detections | 2 | 8.00 | 8.00 | 8.00 | 0.25 | 90 | 1 |", page, StringComparison.Ordinal);
        Assert.Contains("| **Saker** | 5 detections | 2 | 8.00 GB/s |  |", ResultsPage.Summary(page), StringComparison.Ordinal);
        Assert.Contains("grep (install grep)", page, StringComparison.Ordinal);
        Assert.Equal("1970-01-01 00:00", ResultsPage.MeasuredOn(page));
        Assert.Equal(page, ResultsPage.Replace(page, ResultsPage.Summary(page)));
    }

    [Fact]
    public void The_readme_has_the_table_of_the_newest_results()
    {
        var newest = ResultsPage.Newest(Path.Combine(Repository.Root, "bench", "results"));
        Assert.SkipWhen(newest is null, "nothing was measured yet");
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.Equal(ResultsPage.Summary(newest), ResultsPage.Summary(readme));
    }
}
