using System.Globalization;
using System.Text;

namespace Saker.Benchmarks.Comparison;

/// <summary>The table of README.md: what a reader compares, in GB/s, an engine and task a line.</summary>
internal static class SpeedSummary
{
    private static readonly (string Contestant, string Engine)[] Shown =
    [
        ("saker-5", "**Saker**"),
        ("saker-50", "**Saker**"),
        ("saker-500", "**Saker**"),
        ("duckdb-one", "DuckDB"),
        ("duckdb-three", "DuckDB"),
        ("clickhouse-one", "ClickHouse"),
        ("simdjson-three-1t", "simdjson, C++"),
        ("jq-one", "jq"),
        ("saker-everything", "**Saker**"),
        ("duckdb-everything", "DuckDB"),
    ];

    public static string Table(IReadOnlyList<Measurement> measurements, IReadOnlyList<Contestant> contestants)
    {
        var table = new StringBuilder();
        table.AppendLine("| | task | threads | a real API server's log | generated log |").AppendLine("|---|---|---:|---:|---:|");
        foreach (var (name, engine) in Shown)
        {
            var runs = measurements.Where(m => m.Contestant == name).ToList();
            if (runs.Count > 0 && contestants.FirstOrDefault(c => c.Name == name) is { } contestant)
            {
                table.AppendLine(CultureInfo.InvariantCulture, $"| {engine} | {contestant.Task.Replace("|", "\\|", StringComparison.Ordinal)} | {contestant.Threads} | {Speed(runs, "real")} | {Speed(runs, "synth")} |");
            }
        }

        return table.ToString();
    }

    private static string Speed(IEnumerable<Measurement> runs, string data)
    {
        double[] speeds = [.. runs.Where(m => m.Data.Split('-')[0] == data).Select(m => m.BytesPerSecond / 1e9)];
        return speeds.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Spread.Of(speeds).Median:0.00} GB/s");
    }
}
