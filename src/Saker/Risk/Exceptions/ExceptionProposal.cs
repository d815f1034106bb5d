using System.Text.Json;
using Saker.Content;
using Saker.Risk.Findings;

namespace Saker.Risk.Exceptions;

/// <summary>What an exception for a finding might be: for each of its detections, what all of its risk events have in common that tells who did what where. A person says why, and for how long.</summary>
internal static class ExceptionProposal
{
    /// <summary>Fields that name somebody, something or a place; not those that differ from request to request.</summary>
    private static readonly string[] Telling =
    [
        "user", "src_ip", "src", "dest", "host", "cluster", "namespace", "objectRef.namespace", "objectRef.resource", "verb", "userAgent", "container_name", "container_image", "parent", "proc_exepath", "process",
    ];

    /// <param name="finding">What was found.</param>
    /// <param name="documents">The risk events that it rests on, as they are kept.</param>
    public static IReadOnlyList<RiskException> Of(Finding finding, IReadOnlyList<JsonElement> documents) =>
    [
        .. documents.GroupBy(d => d.GetProperty("search_name").GetString()!).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new RiskException
        {
            Id = "",
            Detection = g.Key,
            Fields = Common([.. g.Select(d => ExceptionSubject.Of(d, _ => ""))]),
            Clusters = Known([.. g.SelectMany(d => ExceptionSubject.Of(d, _ => "").Clusters).Distinct().Order(StringComparer.Ordinal)]),
            Action = ExceptionAction.Hide,
            Finding = finding.Id,
        }),
    ];

    /// <summary>None, if that of one event is not known.</summary>
    private static IReadOnlyList<string> Known(IReadOnlyList<string> clusters) => clusters.Contains("") ? [] : clusters;

    private static Dictionary<string, IReadOnlyList<string>> Common(List<ExceptionSubject> subjects)
    {
        var fields = new Dictionary<string, IReadOnlyList<string>> { ["risk_object"] = subjects[0].ValuesOf("risk_object") };
        foreach (var field in Telling)
        {
            var values = subjects[0].ValuesOf(field);
            if (values.Count == 1 && values[0].Length > 0 && values[0] != "0" && subjects.TrueForAll(s => s.ValuesOf(field).SequenceEqual(values)) && !subjects.Exists(s => s.Claimed.Contains(values[0])))
            {
                fields[field] = [Escape(values[0])];
            }
        }

        fields["risk_object"] = [.. fields["risk_object"].Select(Escape)];
        return fields;
    }

    /// <summary>A value as a pattern that means it alone.</summary>
    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);
}
