using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Saker.Benchmarks.Comparison;

/// <summary><c>bench/results/amd-epyc.md</c>, and its first table for README.md.</summary>
internal static partial class ResultsPage
{
    private const string Start = "<!-- bench: written by bench/run -->";
    private const string End = "<!-- /bench -->";

    public static string Write(IReadOnlyList<Measurement> measurements, IReadOnlyList<Contestant> contestants, IReadOnlyList<string> versions, IReadOnlyDictionary<string, string> missing, string machine, DateTimeOffset now)
    {
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"# {machine.Split(" (")[0]}").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"Measured on {now:yyyy-MM-dd HH:mm} UTC with `bench/run`: {machine}.").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"Saker {measurements[0].Build}; {string.Join("; ", versions)}.").AppendLine();
        page.AppendLine("Whole processes over files in the page cache, the contestants in turn, the files copied anew each round; their answers were checked to agree.");
        page.AppendLine("A ratio is taken within a round; its median is shown, with the lowest and highest. “synth” is the generator's log, “real” a log of a");
        page.AppendLine("real API server, repeated. One thread means one CPU.").AppendLine();
        page.AppendLine(Start).Append(SpeedSummary.Table(measurements, contestants)).AppendLine(End).AppendLine();
        page.AppendLine("## Against what is wanted").AppendLine();
        page.AppendLine("The limit is what a program reaches in Saker's place that reads the file and counts its line feeds, with as many threads: the most that this machine allows to who reads files by `pread`.");
        page.AppendLine().Append(BarTable(measurements));
        foreach (var data in measurements.GroupBy(m => m.Data).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {data.Key}").AppendLine().Append(SpeedTable([.. data], contestants));
        }

        if (missing.Count > 0)
        {
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Not here, so not measured: {string.Join("; ", missing.Select(m => $"{m.Key} ({m.Value})"))}.");
        }

        return page.ToString();
    }

    /// <summary>The first table of a results page, with its marks.</summary>
    public static string Summary(string page) => Block().Match(page) is { Success: true } block ? block.Value : throw new FormatException("this page has no table between its marks");

    /// <summary>When a page's figures were measured: <c>2026-03-14 10:00</c>; later ones sort after earlier ones.</summary>
    public static string MeasuredOn(string page) => When().Match(page).Groups[1].Value;

    /// <summary>A text with its block replaced; the same where it has none.</summary>
    public static string Replace(string text, string summary) => Block().Replace(text, summary.Replace("$", "$$", StringComparison.Ordinal));

    /// <summary>The page measured last; null where there is none.</summary>
    public static string? Newest(string directory) => !Directory.Exists(directory)
        ? null
        : Directory.EnumerateFiles(directory, "*.md").Select(File.ReadAllText).MaxBy(MeasuredOn, StringComparer.Ordinal);

    /// <summary>A line for each bar that was measured.</summary>
    public static string BarTable(IReadOnlyList<Measurement> measurements)
    {
        var table = new StringBuilder();
        table.AppendLine("| work | data | wanted | reached | limit | |").AppendLine("|---|---|---:|---:|---:|---|");
        foreach (var result in Bar.All.Select(bar => bar.Judge(measurements)).OfType<BarResult>())
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {result.Bar.Work} | {result.Bar.Data} | {result.WantedText} | {result.ReachedText} | {result.AtMostText} | {(result.IsMet ? "met" : "**missed**")} |");
        }

        return table.ToString();
    }

    private static string SpeedTable(IReadOnlyList<Measurement> measurements, IReadOnlyList<Contestant> contestants)
    {
        var table = new StringBuilder();
        table.AppendLine("| contestant | work | threads | GB/s | lowest | highest | CPU s/GB | peak MB | runs |").AppendLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var contestant in contestants)
        {
            var runs = measurements.Where(m => m.Contestant == contestant.Name).ToList();
            if (runs.Count > 0)
            {
                var speed = Spread.Of(runs.Select(m => m.BytesPerSecond / 1e9));
                var cpu = Spread.Of(runs.Select(m => m.CpuSeconds / m.Bytes * 1e9)).Median;
                table.AppendLine(CultureInfo.InvariantCulture, $"| {contestant.Name} | {contestant.Task.Replace("|", "\\|", StringComparison.Ordinal)} | {contestant.Threads} | {speed.Median:0.00} | {speed.Lowest:0.00} | {speed.Highest:0.00} | {cpu:0.00} | {runs.Max(m => m.PeakBytes) / 1e6:0} | {runs.Count} |");
            }
        }

        return table.ToString();
    }

    [GeneratedRegex("<!-- bench: [^>]*-->.*?<!-- /bench -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("Measured on ([0-9: -]+) UTC")]
    private static partial Regex When();
}
