using System.Text.Json;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>
/// A risk event as an event of <c>index=risk</c>, under the names that Splunk's risk index has, so that detections read it like any other. Fields
/// of several values (<c>threat_object</c>, <c>annotations.mitre_attack</c>) stand in the extra fields once a value.
/// </summary>
internal static class RiskIndex
{
    public const string Name = "risk";

    /// <summary>Where what rules of type Correlation say goes: they look at scores, and must not add to them.</summary>
    public const string Notable = "notable";

    public const string Sourcetype = "stash";

    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "search_name", "risk_event_id", "risk_object", "risk_object_type", "risk_object_field", "risk_score", "calculated_risk_score", "risk_factor", "risk_message", "source", "sourcetype", "index", "host",
        "info_min_time", "info_max_time", "info_search_time", "detection_id", "detection_type", "detection_version", "threat_object", "threat_object_type", "threat_object_field", "hidden_by", "_time", "_raw", "_indextime",
    };

    /// <summary>The event; its time is that of the last event behind it.</summary>
    public static Event EventOf(RiskEvent e, long indexTime) => new()
    {
        Index = IndexOf(e.Detection),
        Source = e.Detection.Name,
        Sourcetype = Sourcetype,
        TimeNanoseconds = e.LastNanoseconds,
        IndexTimeNanoseconds = indexTime,
        Raw = Write(json => WriteSingle(json, e)),
        Extra = Write(json => WriteSeveral(json, e)),
    };

    /// <summary>Tactics as Splunk writes them: <c>initial-access</c>.</summary>
    internal static IEnumerable<string> TacticsOf(Content.Detection detection) => detection.Annotations.Tactics.Select(t => t.ToLowerInvariant().Replace(' ', '-'));

    /// <summary>What lookups say stands before what a row says under the same name.</summary>
    private static IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> FieldsOf(RiskEvent e) => e.Context.Count == 0 ? e.Fields : e.Context.Concat(e.Fields.Where(f => !e.Context.Any(c => c.Key == f.Key)));

    private static string IndexOf(Content.Detection detection) => detection.Id == Content.Canary.DetectionId ? Content.Canary.Index : detection.Type == Content.DetectionType.Correlation ? Notable : Name;

    private static void WriteSingle(Utf8JsonWriter json, RiskEvent e)
    {
        json.WriteString("risk_event_id", e.Id.ToString("x32"));
        json.WriteString("search_name", e.Detection.Name);
        json.WriteString("detection_id", e.Detection.Id);
        json.WriteString("detection_type", e.Detection.Type.ToString());
        json.WriteNumber("detection_version", e.Detection.Version);
        json.WriteString("risk_object", e.RiskObject.Value);
        json.WriteString("risk_object_type", e.RiskObject.Type);
        json.WriteString("risk_object_field", e.RiskObject.Field);
        json.WriteNumber("risk_score", e.BaseScore);
        json.WriteNumber("calculated_risk_score", e.Score);
        json.WriteString("risk_message", e.Message);
        if (e.HiddenBy.Length > 0)
        {
            json.WriteString("hidden_by", e.HiddenBy);
        }

        if (e.Window.Range.Earliest != long.MinValue)
        {
            json.WriteNumber("info_min_time", Seconds(e.Window.Range.Earliest));
        }

        if (e.Window.Range.Latest != long.MaxValue)
        {
            json.WriteNumber("info_max_time", Seconds(e.Window.Range.Latest));
        }

        json.WriteNumber("info_search_time", e.Window.ScheduledTime.ToUnixTimeSeconds());
        foreach (var (name, values) in FieldsOf(e))
        {
            if (values.Count == 1 && !Own.Contains(name) && !name.StartsWith("annotations.", StringComparison.Ordinal))
            {
                json.WriteString(name, values[0]);
            }
        }
    }

    private static void WriteSeveral(Utf8JsonWriter json, RiskEvent e)
    {
        void All(string name, IEnumerable<string> values)
        {
            foreach (var value in values)
            {
                json.WriteString(name, value);
            }
        }

        All("threat_object", e.ThreatObjects.Select(t => t.Value));
        All("threat_object_type", e.ThreatObjects.Select(t => t.Type));
        All("threat_object_field", e.ThreatObjects.Select(t => t.Field));
        All("annotations.mitre_attack", e.Detection.Annotations.MitreAttackIds);
        All("annotations.mitre_attack.mitre_technique_id", e.Detection.Annotations.MitreAttackIds);
        All("annotations.mitre_attack.mitre_technique", e.Detection.Annotations.Techniques.Select(t => t.Name));
        All("annotations.mitre_attack.mitre_tactic", TacticsOf(e.Detection));
        All("annotations.kill_chain_phases", e.Detection.Annotations.KillChainPhases);
        All("annotations.nist", e.Detection.Annotations.Nist);
        All("annotations.cis20", e.Detection.Annotations.Cis20);
        All("annotations.analytic_story", e.Detection.Annotations.AnalyticStories);
        All("risk_factor", e.Factors);
        foreach (var (name, values) in FieldsOf(e))
        {
            if (values.Count > 1 && !Own.Contains(name) && !name.StartsWith("annotations.", StringComparison.Ordinal))
            {
                All(name, values);
            }
        }
    }

    private static double Seconds(long nanoseconds) => nanoseconds / 1_000 / 1e6;

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        // A name may stand several times, once a value.
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
