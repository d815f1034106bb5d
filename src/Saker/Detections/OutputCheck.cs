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
        var named = new HashSet<string>(columns, StringComparer.Ordinal);
        foreach (var o in risk.RiskObjects)
        {
            if (named.Add(o.Field))
            {
                yield return Missing(prepared, Severity.Error, o.Field, "risk", columns);
            }
        }

        foreach (var o in risk.ThreatObjects)
        {
            if (named.Add(o.Field))
            {
                yield return Missing(prepared, Severity.Warning, o.Field, "threat", columns);
            }
        }

        foreach (var field in risk.RiskObjects.Select(o => o.Message).Append(risk.Message).SelectMany(MessageTemplate.Fields).Distinct().Where(f => !columns.Contains(f)))
        {
            var at = Regex.Match(file.Content, Regex.Escape($"${field}$"));
            yield return Mistake(prepared, Severity.Warning, "CNT0132", $"the search does not yield `{field}`, which the risk message names", at, columns);
        }
    }

    private static Diagnostic Missing(PreparedDetection prepared, Severity severity, string field, string kind, IReadOnlyList<string> columns)
    {
        var at = Regex.Match(prepared.Detection.File.Content, $@"field:\s*['""]?{Regex.Escape(field)}['""]?(?=\s*(?:$|[,}}]))", RegexOptions.Multiline);
        return Mistake(prepared, severity, "CNT0131", $"the search does not yield `{field}`, which a {kind} object names", at, columns);
    }

    private static Diagnostic Mistake(PreparedDetection prepared, Severity severity, string code, string message, Match at, IReadOnlyList<string> columns)
    {
        var span = at.Success ? new SourceSpan(at.Index, at.Length) : default;
        return new Diagnostic(code, severity, message, prepared.Detection.File, span, $"it yields {string.Join(", ", columns)}");
    }
}
