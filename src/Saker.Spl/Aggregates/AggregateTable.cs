using System.Globalization;
using Saker.Spl.Text;

namespace Saker.Spl.Aggregates;

/// <summary>Every stats aggregate. The parser, help and the reference pages read this table.</summary>
public static class AggregateTable
{
    private static readonly Dictionary<string, AggregateSpec> Specs = Build();

    public static IEnumerable<AggregateSpec> All => Specs.Values.Distinct();

    /// <summary>Finds an aggregate by name or alias in any case; the number of <c>perc95</c> is split off.</summary>
    public static bool TryFind(string name, out AggregateSpec spec, out double percent)
    {
        percent = 0;
        var word = name.ToLowerInvariant();
        if (Specs.TryGetValue(word, out spec!) && !spec.TakesPercent)
        {
            return true;
        }

        var letters = word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        return Specs.TryGetValue(letters, out spec!) && spec.TakesPercent
            && double.TryParse(word.AsSpan(letters.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent)
            && percent is >= 0 and <= 100;
    }

    /// <summary>Whether this is an aggregate such as <c>perc</c> without its number, or with one that is no percentage.</summary>
    public static bool WantsPercent(string name) => Specs.TryGetValue(name.ToLowerInvariant().TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'), out var spec) && spec.TakesPercent;

    public static string? Nearest(string name) => Suggestion.Nearest(name, Specs.Keys);

    private static Dictionary<string, AggregateSpec> Build()
    {
        var specs = new Dictionary<string, AggregateSpec>(StringComparer.Ordinal);
        IEnumerable<AggregateSpec>[] families = [Counting.All, Numeric(Moments.All).Select(s => s with { MergesExactly = false }), Extremes.All, Collections.All, Ordering.All, Numeric(Percentiles.All)];
        foreach (var spec in families.SelectMany(f => f))
        {
            foreach (var name in spec.Aliases.Prepend(spec.Name))
            {
                specs.Add(name, spec);
            }
        }

        return specs;
    }

    private static IEnumerable<AggregateSpec> Numeric(IEnumerable<AggregateSpec> family) => family.Select(s => s with { IsNumeric = true });
}
