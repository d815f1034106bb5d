using System.Text.RegularExpressions;
using Saker.Risk;
using Saker.Spl.Text;

namespace Saker.Detections;

/// <summary>
/// Finds fields that a detection's message, risk or threat objects name and its search does not yield. Without its risk object's field a detection tells
/// nothing: that is an error; the others leave a place empty.
/// </summary>
internal static class OutputCheck
{
    public static IEnumerable<Diagnostic> Check(PreparedDetection prepared)
    {
        if (prepared.Detection.Risk is not { } risk || prepared.Plan.OutputColumns is not { } columns)
        {
            yield break;
        }

        var file = prepared.Detection.File;
        var objects = risk.RiskObjects.Select(o => (o.Field, Severity: Severity.Error)).Concat(risk.ThreatObjects.Select(o => (o.Field, Severity: Severity.Warning)));
        foreach (var (field, severity) in objects.DistinctBy(o => o.Field).Where(o => !columns.Contains(o.Field)))
        {
            var at = Regex.Match(file.Content, $@"field:\s*['""]?{Regex.Escape(field)}['""]?(?=\s*(?:$|[,}}]))", RegexOptions.Multiline);
            yield return Mistake(prepared, severity, "CNT0131", $"the search does not yield `{field}`, which a {(severity == Severity.Error ? "risk" : "threat")} object names", at, columns);
        }

        foreach (var field in risk.RiskObjects.Select(o => o.Message).Append(risk.Message).SelectMany(MessageTemplate.Fields).Distinct().Where(f => !columns.Contains(f)))
        {
            var at = Regex.Match(file.Content, Regex.Escape($"${field}$"));
            yield return Mistake(prepared, Severity.Warning, "CNT0132", $"the search does not yield `{field}`, which the risk message names", at, columns);
        }
    }

    private static Diagnostic Mistake(PreparedDetection prepared, Severity severity, string code, string message, Match at, IReadOnlyList<string> columns)
    {
        var span = at.Success ? new SourceSpan(at.Index, at.Length) : default;
        return new Diagnostic(code, severity, message, prepared.Detection.File, span, $"it yields {string.Join(", ", columns)}");
    }
}
