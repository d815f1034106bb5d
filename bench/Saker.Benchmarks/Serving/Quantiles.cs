using System.Globalization;

namespace Saker.Benchmarks.Serving;

/// <summary>Times in order, as a line of a report.</summary>
internal static class Quantiles
{
    public static string Of(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToList();
        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
        return sorted.Count == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.00} s, p99 {At(0.99):0.00} s, most {sorted[^1]:0.00} s, of {sorted.Count:#,0}");
    }
}
