using System.Text;

namespace Saker.Generate.Samples;

/// <summary>expected.json: for each detection the lines whose events make risk events, and those that its search matches but that are let go.</summary>
internal static class Expected
{
    public static string Write(Steps steps)
    {
        var all = steps.Attack.Concat(steps.Benign).ToArray();
        var detections = all.Where(step => step.Detection is not null).GroupBy(step => step.Detection!);
        var json = new StringBuilder("{\n");
        json.AppendJoin(",\n", detections.Select(detection =>
            $"  {GoJson.Quote(detection.Key)}: {{\n    \"risk\": {Lines(detection, Outcome.Risk)},\n    \"let_go\": {Lines(detection, Outcome.LetGo)}\n  }}"));
        return json.Append("\n}\n").ToString();
    }

    private static string Lines(IEnumerable<Step> steps, Outcome outcome)
    {
        var lines = steps.Where(step => step.Outcome == outcome).SelectMany(step => step.Matched).OrderBy(line => line.File, StringComparer.Ordinal).ThenBy(line => line.Line);
        return "[" + string.Join(", ", lines.Select(line => $"\"{line.File}:{line.Line}\"")) + "]";
    }
}
