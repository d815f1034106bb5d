using Saker.Detections.Tracing;
using Saker.Events;

namespace Saker.Cli.Output;

/// <summary>What each stage of a search let through, and what became of one event, for people.</summary>
internal static class TraceText
{
    private const int LongestText = 100;
    private const int LongestValue = 160;

    public static void Write(TextWriter writer, TraceReport report, long? number)
    {
        var duplicates = report.Duplicates > 0 ? $", {report.Duplicates:#,0} of them read before and left out" : "";
        writer.WriteLine($"\nread       {report.Read:#,0} events{duplicates}; {(report.ReadsNothing ? "the search reads none" : $"{report.InRange:#,0} for the search to look at")}");
        foreach (var filter in report.Filters)
        {
            writer.WriteLine($"{report.Filters[0] switch { var first when ReferenceEquals(first, filter) => "left", _ => "" },-10} {filter.Left,9:#,0}  {Cut(filter.Text, LongestText)}{(filter.IsUnknown ? "  (a subsearch: not counted here)" : "")}");
        }

        for (var i = 0; i < report.Stages.Count; i++)
        {
            writer.WriteLine($"{(i == 0 ? "rows" : ""),-10} {report.Stages[i].Rows,9:#,0}  | {Cut(report.Stages[i].Command.ToString()!, LongestText)}");
        }

        if (report.Event is { } followed)
        {
            Write(writer, followed, number ?? 0);
        }
    }

    private static void Write(TextWriter writer, EventTrace trace, long number)
    {
        var e = trace.Event;
        writer.WriteLine($"\nevent {number}    {Timestamp.Format(e.TimeNanoseconds)} index={e.Index} source={SafeText.Of(e.Source)} sourcetype={SafeText.Of(e.Sourcetype)}");
        writer.WriteLine(trace.RemovedBy is null ? "outcome    let through by every stage" : $"removed by {Cut(trace.RemovedBy, LongestText)}");
        if (trace.Why is not null)
        {
            writer.WriteLine($"because    {SafeText.Of(trace.Why)}");
        }

        foreach (var condition in trace.Conditions)
        {
            var mark = condition.Holds switch { true => "holds", false => "FAILS", null => "?" };
            writer.WriteLine($"  {mark,-8} {Cut(condition.Text, LongestText)}");
            foreach (var (field, value) in condition.Holds == true ? [] : condition.Values)
            {
                writer.WriteLine($"           {SafeText.Of(field)} {(value is null ? "is absent" : $"= {Cut(value, LongestValue)}")}");
            }
        }

        foreach (var (field, value) in trace.LeadsTo ?? [])
        {
            writer.WriteLine($"{(ReferenceEquals(field, trace.LeadsTo![0].Field) ? "row" : ""),-10} {SafeText.Of(field)} = {Cut(value.Replace('\n', ' '), LongestValue)}");
        }
    }

    private static string Cut(string text, int length) => SafeText.Of(text.Length <= length ? text : text[..(length - 1)] + "…");
}
