using Saker.Benchmarks.Comparison;
using Xunit;

namespace Saker.Tests.Benchmarks;

public sealed class RatioTests
{
    [Fact]
    public void The_median_is_the_middle_figure_or_lies_between_the_two_in_the_middle()
    {
        Assert.Equal(new Spread(1, 3, 9), Spread.Of([9, 1, 3]));
        Assert.Equal(new Spread(1, 2.5, 9), Spread.Of([9, 1, 3, 2]));
        Assert.Throws<ArgumentException>(() => Spread.Of([]));
    }

    [Fact]
    public void Ratios_are_taken_within_a_round_of_a_session()
    {
        // Round 1 was slow for both: the ratio stays. What ran in another session, or alone, counts for nothing.
        Measurement[] mine = [Run("a", 0, "saker-5", 1), Run("a", 1, "saker-5", 10), Run("a", 2, "saker-5", 1), Run("b", 0, "saker-5", 0.001)];
        Measurement[] other = [Run("a", 0, "duckdb-three", 4), Run("a", 1, "duckdb-three", 40), Run("a", 2, "duckdb-three", 8), Run("c", 0, "duckdb-three", 1)];
        Assert.Equal(new Spread(4, 4, 8), Ratios.OfSpeed(mine, other));
        Assert.Null(Ratios.OfSpeed(mine, []));
    }

    [Theory]
    [InlineData("real", 4.0, true)]
    [InlineData("real", 3.9, false)]
    [InlineData("synth", 4.0, false)]
    public void A_bar_is_met_by_the_median_on_its_own_data(string data, double seconds, bool isMet)
    {
        var bar = Assert.Single(Bar.All, b => b.Mine == "saker-5" && b.Other == "duckdb-three" && b.Data == data);
        Measurement[] measured = [Run("a", 0, "saker-5", 1, data), Run("a", 0, "duckdb-three", seconds, data)];
        Assert.Equal(isMet, bar.Judge(measured)!.IsMet);
        Assert.Null(bar.Judge(measured[..1]));
    }

    [Fact]
    public void The_limit_of_a_bar_is_what_counting_line_feeds_reaches_in_the_place_of_saker()
    {
        Measurement[] measured = [Run("a", 0, "saker-5", 4), Run("a", 0, "saker-5-1t", 5), Run("a", 0, "duckdb-three", 12), Run("a", 0, "simdjson-three-1t", 10), Run("a", 0, "newlines", 2), Run("a", 0, "newlines-1t", 2.5)];
        double? LimitOf(string mine, string other) => Assert.Single(Bar.All, b => b.Mine == mine && b.Other == other && b.Data == "synth").Judge(measured)!.AtMost?.Median;
        Assert.Equal(6, LimitOf("saker-5", "duckdb-three"));
        Assert.Equal(4, LimitOf("saker-5-1t", "simdjson-three-1t"));
        Assert.Equal(1.25, LimitOf("saker-5", "saker-5-1t"));
        measured = [.. measured.Select(m => m.Contestant is "saker-5" ? m with { Data = "synth-4GB" } : m)];
        Assert.Null(LimitOf("saker-5", "duckdb-three"));
    }

    [Fact]
    public void Memory_is_judged_by_the_highest_peak()
    {
        var bar = Bar.All.First(b => b.IsMemory && b.Data == "synth");
        var run = Run("a", 0, bar.Mine, 1);
        Assert.True(bar.Judge([run])!.IsMet);
        Assert.False(bar.Judge([run, run with { PeakBytes = 200_000_001 }])!.IsMet);
    }

    [Fact]
    public void Slower_is_what_the_pairs_and_the_best_runs_both_say()
    {
        Assert.True(Regression.Says([(1.3, 1.0), (1.3, 1.0), (1.2, 0.9)], out var median, out var best));
        Assert.Equal((1.3, 1.2 / 0.9), (median, best));
        // One neighbour's build during two pairs: the best runs are as good as ever.
        Assert.False(Regression.Says([(2.0, 1.0), (2.0, 1.0), (1.0, 1.0)], out _, out _));
        Assert.False(Regression.Says([(1.1, 1.0), (1.1, 1.0), (9.0, 1.0)], out _, out _));
    }

    private static Measurement Run(string session, int round, string contestant, double seconds, string data = "synth") =>
        new("0.1.0", session, round, $"{data}-1GB", contestant, 1_000_000_000, seconds, seconds, 100_000_000);
}
