using System.Text;
using Saker.Ingest;
using Saker.Risk;
using Saker.Spl.Text;
using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>The report for people: the risk events, then sums by detection, risk object and tactic, then what was read.</summary>
internal sealed class TableOutput(OutputTarget target)
{
    private const int MostRows = 500;
    private const int MostObjects = 10;

    /// <summary>
    /// Draws a table that nobody sees. The first table of a process takes as long as reading a small input does, since code must be loaded for
    /// it: done beside the reading, it costs no time.
    /// </summary>
    public static void WarmUp()
    {
        var table = NewTable();
        table.AddColumn(new TableColumn(new Text("Time", new Style(decoration: Decoration.Bold))) { Width = 4, Padding = new Padding(0, 0, 2, 0) }.RightAligned());
        table.AddRow(new Text("12:00 UTC", Emphasis(0)));
        Console(TextWriter.Null, isTerminal: false, width: 80).Write(table);
    }

    /// <summary>Writes the report; returns the highest score.</summary>
    public int Write(ScanReport report)
    {
        using var writer = new StreamWriter(target.Stream, new UTF8Encoding(false));
        var console = Console(writer, target.IsTerminal, target.Width);
        WriteRiskEvents(console, report);
        if (report.RiskEventCount > 0)
        {
            WriteSums(console, report);
        }

        WriteInput(writer, report);
        return report.HighestScore;
    }

    private static IAnsiConsole Console(TextWriter writer, bool isTerminal, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        return console;
    }

    private void WriteRiskEvents(IAnsiConsole console, ScanReport report)
    {
        var shown = new List<RiskEvent>();
        foreach (var e in report.RiskEvents())
        {
            if (e.HiddenBy.Length == 0 && shown.Count < MostRows)
            {
                shown.Add(e);
            }
        }

        if (shown.Count == 0)
        {
            return;
        }

        var days = shown.Select(e => RiskEventJson.Time(e.FirstNanoseconds)[..10]).Distinct().ToList();
        console.Write(RiskTable(shown, days is [_] ? days[0] : null));
        if (report.RiskEventCount - report.HiddenCount > shown.Count)
        {
            console.WriteLine($"… and {report.RiskEventCount - report.HiddenCount - shown.Count:#,0} more risk events: see all with --format ndjson");
        }
    }

    /// <summary>The day stands in the heading where all risk events are of one. Long columns share what the short ones leave.</summary>
    private Table RiskTable(List<RiskEvent> events, string? day)
    {
        var cells = events.Select(e => (Event: e, Cells: Cells(e, day))).ToList();
        string[] names = [day is null ? "Time (UTC)" : day, "Detection", "Risk object", "Score", "Message", "Events", "ATT&CK"];
        var widths = names.Select((n, i) => Math.Max(n.Length, cells.Max(c => CellWidth.Of(c.Cells[i])))).ToArray();
        int[] shared = [1, 2, 4];
        var room = target.Width - 2 - (2 * (names.Length - 1)) - widths.Where((_, i) => !shared.Contains(i)).Sum();
        Share(widths, shared, Math.Max(room, 36));
        var table = NewTable();
        for (var i = 0; i < names.Length; i++)
        {
            var column = new TableColumn(new Text(names[i], new Style(decoration: Decoration.Bold))) { Width = widths[i], Padding = new Padding(0, 0, i < names.Length - 1 ? 2 : 0, 0) };
            table.AddColumn(i is 3 or 5 ? column.RightAligned() : column);
        }

        foreach (var (e, texts) in cells)
        {
            table.AddRow(texts.Select((text, i) => new Text(Breakable(text, widths[i]), i == 3 ? Emphasis(e.Score) : Style.Plain)));
        }

        return table;
    }

    /// <summary>Gives the columns what they want, narrowest first; those that want more share the rest.</summary>
    private static void Share(int[] widths, int[] columns, int room)
    {
        var left = columns.OrderBy(c => widths[c]).ToList();
        while (left.Count > 0)
        {
            var column = left[0];
            widths[column] = Math.Min(widths[column], Math.Max(10, room / left.Count));
            room -= widths[column];
            left.RemoveAt(0);
        }
    }

    private static string[] Cells(RiskEvent e, string? day) =>
    [
        RiskEventJson.Time(e.FirstNanoseconds)[(day is null ? 0 : 11)..19].Replace('T', ' '),
        e.Detection.Name,
        SafeText.Of(e.RiskObject.Value),
        e.Score.ToString(),
        SafeText.Of(e.Message),
        e.Evidence.Total.ToString("#,0"),
        string.Join(' ', e.Detection.Annotations.MitreAttackIds),
    ];

    /// <summary>Breaks words that are wider than their column, after a separator where there is one: <c>system:serviceaccount:</c>.</summary>
    internal static string Breakable(string text, int width)
    {
        var broken = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            var rest = word;
            broken.Append(broken.Length > 0 ? " " : "");
            while (CellWidth.Of(rest) > width && CellWidth.Fitting(rest, width) < rest.Length)
            {
                var fitting = CellWidth.Fitting(rest, width);
                var at = rest.LastIndexOfAny([':', '/', '-', '.', ','], fitting - 1);
                var cut = at >= fitting / 2 ? at + 1 : fitting;
                broken.Append(rest[..cut]).Append(' ');
                rest = rest[cut..];
            }

            broken.Append(rest);
        }

        return broken.ToString();
    }

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
        table.AddColumn(new TableColumn("Risk events") { Padding = new Padding(2, 0, 2, 0) }.RightAligned());
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

        console.WriteLine();
        console.Write(table);
    }

    private static Table NewTable()
    {
        var table = new Table().Border(TableBorder.None);
        table.ShowRowSeparators = false;
        return table;
    }

    private static void WriteInput(StreamWriter writer, ScanReport report)
    {
        var (scan, counts) = (report.Scan, report.Scan.Counts);
        var kinds = Enum.GetValues<EventKind>().Where(k => k != EventKind.Other && counts[k] > 0).Select(k => $"{counts[k]:#,0} {KindName.Of(k).Replace('_', ' ')}").ToList();
        writer.WriteLine(report.RiskEventCount == 0 ? "No risk events." : "");
        writer.WriteLine(
            $"Read {counts.Read:#,0} events in {Counted.Of(report.FileCount, "file")} ({Size(scan.BytesRead)}): "
            + $"{counts.Recognised:#,0} recognised{(kinds.Count > 0 ? $" ({string.Join(", ", kinds)})" : "")}, {counts.Other:#,0} other, {counts.Rejected:#,0} rejected"
            + (counts.Truncated > 0 ? $"; {counts.Truncated:#,0} arrived truncated" : "")
            + (scan.DuplicateCount > 0 ? $"; {scan.DuplicateCount:#,0} matched a second time and left out" : "") + ".");
        if (counts.Sieved > 0)
        {
            writer.WriteLine($"{counts.Sieved:#,0} of the audit events are wanted by no detection: looked at where they begin and end only (--decode-all checks them whole).");
        }

        if (report.HiddenCount + report.IgnoredCount > 0)
        {
            writer.WriteLine($"Exceptions hide {Counted.Of(report.HiddenCount, "risk event")}, whose scores count, and ignore {Counted.Of(report.IgnoredCount, "risk event")}.");
        }

        writer.WriteLine(
            $"Ran {Counted.Of(report.Outcomes.Count, "detection")}: {Counted.Of(report.RiskEventCount, "risk event")} in {report.Elapsed().TotalSeconds:0.00} s.");
    }

    private static string Size(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes:#,0} bytes",
        < 10_000_000 => $"{bytes / 1e3:#,0} kB",
        < 10_000_000_000 => $"{bytes / 1e6:#,0} MB",
        _ => $"{bytes / 1e9:#,0.0} GB",
    };
}
