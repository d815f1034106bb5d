using System.Text;
using Saker.Ingest;
using Saker.Risk;
using Saker.Spl.Text;

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
        WriteRiskEvents(writer, report);
        if (report.RiskEventCount > 0)
        {
            WriteSums(writer, report);
        }

        WriteInput(writer, report);
        return report.HighestScore;
    }

    private string Heading => target.IsTerminal ? "\e[1m" : "";

    private void WriteRiskEvents(TextWriter writer, ScanReport report)
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

        RiskTable(shown, OnlyDay(shown)).Write(writer, Heading);
        if (report.RiskEventCount - report.HiddenCount > shown.Count)
        {
            writer.WriteLine($"… and {report.RiskEventCount - report.HiddenCount - shown.Count:#,0} more risk events: see all with --format ndjson");
        }
    }

    private static string? OnlyDay(List<RiskEvent> events)
    {
        var day = RiskEventJson.Time(events[0].FirstNanoseconds)[..10];
        return events.TrueForAll(e => RiskEventJson.Time(e.FirstNanoseconds).StartsWith(day, StringComparison.Ordinal)) ? day : null;
    }

    /// <summary>The day stands in the heading where all risk events are of one. Long columns share what the short ones leave.</summary>
    private ReportTable RiskTable(List<RiskEvent> events, string? day)
    {
        ReportTable.Column[] columns =
        [
            new(day ?? "Time (UTC)"), new("Detection"), new("Risk object"), new("Score", isRight: true), new("Message"), new("Events", isRight: true), new("ATT&CK"),
        ];
        var table = new ReportTable(columns);
        foreach (var e in events)
        {
            table.Add(Cells(e, day), target.HasColours ? Emphasis(e.Score) : "", styled: 3);
        }

        table.Fit();
        Share(columns, [1, 2, 4], target.Width - (2 * (columns.Length - 1)));
        return table;
    }

    /// <summary>
    /// Gives the shared columns what they want, narrowest first; those that want more share the rest of the room that the others leave, but that none breaks words for the others' sake.
    /// </summary>
    private static void Share(ReportTable.Column[] columns, List<int> shared, int room)
    {
        const int margin = 2;
        var words = 0;
        for (var i = 0; i < columns.Length; i++)
        {
            room -= shared.Contains(i) ? 0 : columns[i].Width;
            words += shared.Contains(i) ? Word(columns[i]) : 0;
        }

        // The margin is given up where words would break.
        room = Math.Max(room - margin < words ? room : room - margin, 36);
        while (shared.Count > 0)
        {
            var narrowest = shared[0];
            foreach (var i in shared)
            {
                narrowest = columns[i].Width < columns[narrowest].Width ? i : narrowest;
            }

            words -= Word(columns[narrowest]);
            var share = Math.Max(Word(columns[narrowest]), Math.Min(room / shared.Count, room - words));
            columns[narrowest].Width = Math.Min(columns[narrowest].Width, share);
            room -= columns[narrowest].Width;
            shared.Remove(narrowest);
        }
    }

    /// <summary>What a shared column has at least: the longest word that is no code.</summary>
    private static int Word(ReportTable.Column column) => Math.Clamp(column.LongestPart, 10, 16);

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

    // Splunk's severities: up to 40 low, to 60 medium, to 80 high, above critical: plain, yellow, orange, red.
    private static string Emphasis(int score) => score switch { <= 40 => "", <= 60 => "\e[33m", <= 80 => "\e[38;5;214m", _ => "\e[31m" };

    private void WriteSums(TextWriter writer, ScanReport report)
    {
        WriteSum(writer, "Detection", Sums(report.ByDetection, name => name));
        WriteSum(writer, "Risk object", Sums(report.ByRiskObject, o => $"{o.Type} {SafeText.Of(o.Value)}"));
        WriteSum(writer, "Tactic", Sums(report.ByTactic, name => name));
    }

    private static List<Sum> Sums<TKey>(Dictionary<TKey, Tally> tallies, Func<TKey, string> name)
        where TKey : notnull
    {
        var sums = new List<Sum>(tallies.Count);
        foreach (var (key, tally) in tallies)
        {
            sums.Add(new Sum(name(key), tally));
        }

        sums.Sort((a, b) => a.Tally.Score != b.Tally.Score ? b.Tally.Score.CompareTo(a.Tally.Score) : string.CompareOrdinal(a.Name, b.Name));
        return sums;
    }

    private void WriteSum(TextWriter writer, string name, List<Sum> sums)
    {
        ReportTable.Column[] columns = [new("By " + name.ToLowerInvariant()), new("Risk events", isRight: true), new("Score", isRight: true)];
        var table = new ReportTable(columns);
        for (var i = 0; i < Math.Min(sums.Count, MostObjects); i++)
        {
            table.Add([sums[i].Name, sums[i].Tally.Count.ToString("#,0"), sums[i].Tally.Score.ToString("#,0")]);
        }

        if (sums.Count > MostObjects)
        {
            table.Add([$"… and {sums.Count - MostObjects:#,0} more", "", ""]);
        }

        table.Fit();
        columns[0].Width = Math.Min(columns[0].Width, Math.Max(20, target.Width - columns[1].Width - columns[2].Width - 4));
        writer.WriteLine();
        table.Write(writer, Heading);
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

    private sealed record Sum(string Name, Tally Tally);
}
