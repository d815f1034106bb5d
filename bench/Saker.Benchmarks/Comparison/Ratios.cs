namespace Saker.Benchmarks.Comparison;

/// <summary>The lowest, the middle and the highest of some figures.</summary>
internal readonly record struct Spread(double Lowest, double Median, double Highest)
{
    /// <exception cref="ArgumentException">There is no figure.</exception>
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("There is no figure.", nameof(figures));
        }

        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }
}

/// <summary>Compares two contestants round by round: what disturbs the machine for a while disturbs both, and the middle ratio leaves it out.</summary>
internal static class Ratios
{
    /// <summary>How many times the speed of <paramref name="other"/> that <paramref name="mine"/> has, over the rounds that both ran in; null where there are none.</summary>
    public static Spread? OfSpeed(IEnumerable<Measurement> mine, IEnumerable<Measurement> other)
    {
        double[] ratios =
        [
            .. mine.Join(other, m => (m.Session, m.Round), o => (o.Session, o.Round), (m, o) => m.BytesPerSecond / o.BytesPerSecond),
        ];
        return ratios.Length == 0 ? null : Spread.Of(ratios);
    }
}
