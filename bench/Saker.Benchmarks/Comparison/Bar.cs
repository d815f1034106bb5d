using System.Globalization;

namespace Saker.Benchmarks.Comparison;

/// <summary>What Saker has to reach: a ratio of speeds, or a bound of memory.</summary>
/// <param name="Work">What is compared.</param>
/// <param name="Mine">The contestant that has to reach it.</param>
/// <param name="Other">The one it is compared with; itself for memory.</param>
/// <param name="Data"><c>real</c> or <c>synth</c>.</param>
/// <param name="Wanted">At least so many times the speed of the other; at most so many bytes, for memory.</param>
internal sealed record Bar(string Work, string Mine, string Other, string Data, double Wanted)
{
    /// <summary>Counts line feeds and does nothing else: what any program that reads the file could reach on this machine.</summary>
    public const string Limit = "newlines";

    /// <summary>The same with one thread.</summary>
    public const string LimitOfOneThread = "newlines-1t";

    private const double MostBytes = 200e6;

    public bool IsMemory => Mine == Other;

    public static IReadOnlyList<Bar> All { get; } =
    [
        .. Both("5 detections against DuckDB with 3, typed", "saker-5", "duckdb-three", real: 4, synth: 8),
        .. Both("5 detections against DuckDB with 1, typed", "saker-5", "duckdb-one", real: 3, synth: 5),
        .. Both("5 detections against ClickHouse with 1, typed", "saker-5", "clickhouse-one", real: 10, synth: 10),
        .. Both("5 detections against jq with 1", "saker-5-small", "jq-one", real: 100, synth: 100),
        .. Both("5 detections against simdjson's DOM with 3, one thread each", "saker-5-1t", "simdjson-three-1t", real: 1.8, synth: 2.8),
        .. Both("5 detections against ripgrep for one literal (a fifth of its speed)", "saker-5-small", "ripgrep", real: 0.2, synth: 0.2),
        new("50 detections against DuckDB with 3, typed", "saker-50", "duckdb-three", "real", 2.5),
        new("500 detections against DuckDB with 3, typed", "saker-500", "duckdb-three", "real", 2.5),
        .. Both("stats count by user.username verb over all events against DuckDB, typed", "saker-everything", "duckdb-everything", real: 1, synth: 1),
        .. Both("2 threads against 1, 5 detections", "saker-5", "saker-5-1t", real: 1.8, synth: 1.8),
        .. Both("peak memory, small file", "saker-5-small", "saker-5-small", MostBytes, MostBytes),
        .. Both("peak memory, file of 8 times the size", "saker-5", "saker-5", MostBytes, MostBytes),
    ];

    /// <summary>What was reached; null where it was not measured.</summary>
    public BarResult? Judge(IEnumerable<Measurement> measurements)
    {
        var data = measurements.Where(m => m.Data.Split('-')[0] == Data).ToList();
        var mine = data.Where(m => m.Contestant == Mine).ToList();
        if (IsMemory)
        {
            return mine.Count == 0 ? null : new BarResult(this, Spread.Of(mine.Select(m => (double)m.PeakBytes)), null);
        }

        // Another file size is another speed: the limit is that of what was read here.
        static string OneThread(string contestant) => contestant.EndsWith("-1t", StringComparison.Ordinal) ? LimitOfOneThread : Limit;
        var other = data.Where(m => m.Contestant == Other).ToList();
        var limit = data.Where(m => m.Contestant == OneThread(Mine) && mine.Any(o => o.Data == m.Data));
        var against = Other == Mine + "-1t" ? data.Where(m => m.Contestant == LimitOfOneThread) : other;
        return Ratios.OfSpeed(mine, other) is { } ratios ? new BarResult(this, ratios, Ratios.OfSpeed(limit, against)) : null;
    }

    private static Bar[] Both(string work, string mine, string other, double real, double synth) =>
        [new(work, mine, other, "real", real), new(work, mine, other, "synth", synth)];
}

/// <summary>A bar, what was reached, and what counting line feeds reaches in the place of Saker: null where that was not measured.</summary>
internal sealed record BarResult(Bar Bar, Spread Reached, Spread? AtMost)
{
    public bool IsMet => Bar.IsMemory ? Reached.Highest <= Bar.Wanted : Reached.Median >= Bar.Wanted;

    public string WantedText => Bar.IsMemory ? $"≤ {Megabytes(Bar.Wanted)}" : $"≥ {Times(Bar.Wanted)}";

    public string ReachedText => Bar.IsMemory ? Megabytes(Reached.Highest) : $"{Times(Reached.Median)} ({Number(Reached.Lowest)} to {Number(Reached.Highest)})";

    public string AtMostText => AtMost is { } most ? Times(most.Median) : "";

    private static string Times(double ratio) => $"{Number(ratio)}x";

    private static string Number(double ratio) => ratio.ToString(ratio < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private static string Megabytes(double bytes) => $"{bytes / 1e6:0} MB";
}
