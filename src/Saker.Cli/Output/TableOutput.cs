using System.Text;
using Saker.Ingest;
using Saker.Risk;
using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>The report for people: the risk events, then sums by detection, risk object and tactic, then what was read.</summary>
internal sealed class TableOutput(OutputTarget target)
{
    private const int MostRows = 500;
    private const int MostObjects = 10;

    /// <summary>Writes the report; returns the highest score.</summary>
    public int Write(ScanReport report)
    {
        using var writer = new StreamWriter(target.Stream, new UTF8Encoding(false));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = target.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = target.Width;
        WriteRiskEvents(console, report);
        if (report.RiskEventCount > 0)
        {
            WriteSums(console, report);
        }

        WriteInput(writer, report);
        return report.HighestScore;
    }

    private static void WriteRiskEvents(IAnsiConsole console, ScanReport report)
    {
        var table = NewTable();
        foreach (var name in (string[])["Time (UTC)", "Detection", "Risk object", "Score", "Message", "Events", "ATT&CK"])
        {
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))));
        }

        table.Columns[3].RightAligned();
        table.Columns[5].RightAligned();
        foreach (var e in report.RiskEvents())
        {
            if (report.RiskEventCount <= MostRows)
            {
                table.AddRow(Cells(e));
            }
        }

        if (report.RiskEventCount > 0)
        {
            console.Write(table);
        }

        if (report.RiskEventCount > MostRows)
        {
            console.WriteLine($"… and {report.RiskEventCount - MostRows:#,0} more risk events: see all with --format ndjson");
        }
    }

    private static Text[] Cells(RiskEvent e) =>
    [
        new(RiskEventJson.Time(e.FirstNanoseconds)[..19].Replace('T', ' ')),
        new(e.Detection.Name),
        new(SafeText.Of(e.RiskObject.Value)),
        new(e.Score.ToString(), Emphasis(e.Score)),
        new(SafeText.Of(e.Message)),
        new(e.Evidence.Total.ToString("#,0")),
        new(string.Join(' ', e.Detection.Annotations.MitreAttackIds)),
    ];

    // Splunk's severities: up to 40 low, to 60 medium, to 80 high, above critical.
    private static Style Emphasis(int score) => new(score switch { <= 40 => Color.Default, <= 60 => Color.Yellow, <= 80 => Color.Orange1, _ => Color.Red });

    private static void WriteSums(IAnsiConsole console, ScanReport report)
    {
        WriteSum(console, "Detection", report.ByDetection.Select(d => (d.Key, d.Value)));
        WriteSum(console, "Risk object", report.ByRiskObject.Select(o => ($"{o.Key.Type} {SafeText.Of(o.Key.Value)}", o.Value)));
        WriteSum(console, "Tactic", report.ByTactic.Select(t => (t.Key, t.Value)));
    }

    private static void WriteSum(IAnsiConsole console, string name, IEnumerable<(string Name, Tally Tally)> tallies)
    {
        var table = NewTable();
        table.AddColumn(new TableColumn(new Text("By " + name.ToLowerInvariant(), new Style(decoration: Decoration.Bold))));
        table.AddColumn(new TableColumn("Risk events").RightAligned());
        table.AddColumn(new TableColumn("Score").RightAligned());
        var ordered = tallies.OrderByDescending(t => t.Tally.Score).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        foreach (var (label, tally) in ordered.Take(MostObjects))
        {
            table.AddRow(new Text(label), new Text(tally.Count.ToString("#,0")), new Text(tally.Score.ToString("#,0")));
        }

        if (ordered.Count > MostObjects)
        {
            table.AddRow(new Text($"… and {ordered.Count - MostObjects:#,0} more"), new Text(""), new Text(""));
        }

        console.Write(table);
    }

    private static Table NewTable()
    {
        var table = new Table().Border(TableBorder.Simple);
        table.ShowRowSeparators = false;
        return table;
    }

    private static void WriteInput(StreamWriter writer, ScanReport report)
    {
        var (scan, counts) = (report.Scan, report.Scan.Counts);
        var kinds = Enum.GetValues<EventKind>().Where(k => k != EventKind.Other && counts[k] > 0).Select(k => $"{counts[k]:#,0} {KindName.Of(k).Replace('_', ' ')}").ToList();
        if (report.RiskEventCount == 0)
        {
            writer.WriteLine("No risk events.");
        }

        writer.WriteLine(
            $"Read {counts.Read:#,0} events in {report.FileCount:#,0} file{(report.FileCount == 1 ? "" : "s")} ({Size(scan.BytesRead)}): "
            + $"{counts.Recognised:#,0} recognised{(kinds.Count > 0 ? $" ({string.Join(", ", kinds)})" : "")}, {counts.Other:#,0} other, {counts.Rejected:#,0} rejected"
            + (counts.Truncated > 0 ? $"; {counts.Truncated:#,0} arrived truncated" : "")
            + (scan.DuplicateCount > 0 ? $"; {scan.DuplicateCount:#,0} matched a second time and left out" : "") + ".");
        writer.WriteLine(
            $"Ran {report.Outcomes.Count:#,0} detection{(report.Outcomes.Count == 1 ? "" : "s")}: {report.RiskEventCount:#,0} risk event{(report.RiskEventCount == 1 ? "" : "s")} in {report.Elapsed().TotalSeconds:0.00} s.");
    }

    private static string Size(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes:#,0} bytes",
        < 10_000_000 => $"{bytes / 1e3:#,0} kB",
        < 10_000_000_000 => $"{bytes / 1e6:#,0} MB",
        _ => $"{bytes / 1e9:#,0.0} GB",
    };
}
