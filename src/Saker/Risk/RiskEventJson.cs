using System.Text;
using System.Text.Json;
using Saker.Detections;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>A risk event as JSON. The form is documented in docs/reference/scan-json.md; names follow Splunk's risk index.</summary>
/// <param name="evidenceOf">The events behind a risk event, those that are named; null to leave them out.</param>
internal sealed class RiskEventJson(Func<RiskEvent, IEnumerable<Event>>? evidenceOf)
{
    private static readonly Comparer<ReadOnlyMemory<byte>> ByBytes = Comparer<ReadOnlyMemory<byte>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span));

    private readonly RequestIdentity requests = new();

    public void Write(Utf8JsonWriter json, RiskEvent e)
    {
        json.WriteStartObject();
        json.WriteString("id", e.Id.ToString("x32"));
        json.WriteString("time", Time(e.FirstNanoseconds));
        json.WriteString("last_time", Time(e.LastNanoseconds));
        json.WriteString("search_name", e.Detection.Name);
        json.WriteString("detection_id", e.Detection.Id);
        json.WriteNumber("detection_version", e.Detection.Version);
        json.WriteString("detection_type", e.Detection.Type.ToString());
        json.WriteString("risk_object", e.RiskObject.Value);
        json.WriteString("risk_object_type", e.RiskObject.Type);
        json.WriteString("risk_object_field", e.RiskObject.Field);
        json.WriteNumber("risk_score", e.BaseScore);
        WriteFactors(json, e);
        json.WriteString("risk_message", e.Message);
        if (e.HiddenBy.Length > 0)
        {
            json.WriteString("hidden_by", e.HiddenBy);
        }

        WriteContext(json, e);
        WriteThreatObjects(json, e);
        WriteAnnotations(json, e.Detection.Annotations);
        WriteWindow(json, e.Window);
        WriteRow(json, e);
        json.WriteNumber("evidence_total", e.Evidence.Total);
        if (evidenceOf is not null)
        {
            json.WriteStartArray("evidence");
            // Whatever the order in which they were read.
            foreach (var behind in evidenceOf(e).OrderBy(b => b.TimeNanoseconds).ThenBy(b => b.Raw, ByBytes))
            {
                WriteEvent(json, behind);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The score that counts, of a document that was kept.</summary>
    internal static int ScoreOf(JsonElement document) => document.GetProperty(document.TryGetProperty("calculated_risk_score", out _) ? "calculated_risk_score" : "risk_score").GetInt32();

    internal static string Time(long nanoseconds) => Scan.ToTime(nanoseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    private static void WriteFactors(Utf8JsonWriter json, RiskEvent e)
    {
        if (e.Factors.Count > 0)
        {
            json.WriteNumber("calculated_risk_score", e.Score);
            WriteTexts(json, "risk_factors", e.Factors);
        }
    }

    private static void WriteContext(Utf8JsonWriter json, RiskEvent e)
    {
        if (e.Context.Count == 0)
        {
            return;
        }

        json.WriteStartObject("context");
        foreach (var (name, values) in e.Context)
        {
            WriteTexts(json, name, values);
        }

        json.WriteEndObject();
    }

    private static void WriteThreatObjects(Utf8JsonWriter json, RiskEvent e)
    {
        json.WriteStartArray("threat_objects");
        foreach (var threat in e.ThreatObjects)
        {
            json.WriteStartObject();
            json.WriteString("threat_object", threat.Value);
            json.WriteString("threat_object_type", threat.Type);
            json.WriteString("threat_object_field", threat.Field);
            if (threat.Origin != AddressOrigin.None)
            {
                json.WriteString("address_origin", threat.Origin == AddressOrigin.Peer ? "peer" : "claimed");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, Content.Annotations annotations)
    {
        json.WriteStartObject("annotations");
        json.WriteStartArray("mitre_attack");
        foreach (var technique in annotations.Techniques)
        {
            json.WriteStartObject();
            json.WriteString("mitre_technique_id", technique.Id);
            json.WriteString("mitre_technique", technique.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteTexts(json, "mitre_tactic", annotations.Tactics);
        WriteTexts(json, "kill_chain_phases", annotations.KillChainPhases);
        WriteTexts(json, "nist", annotations.Nist);
        WriteTexts(json, "cis20", annotations.Cis20);
        WriteTexts(json, "cve", annotations.Cve);
        WriteTexts(json, "analytic_story", annotations.AnalyticStories);
        json.WriteEndObject();
    }

    private static void WriteWindow(Utf8JsonWriter json, Window window)
    {
        json.WriteStartObject("window");
        json.WriteString("kind", window.IsScheduled ? "scheduled" : "all");
        if (window.IsScheduled)
        {
            json.WriteString("scheduled_time", window.ScheduledTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        }

        if (window.Range.Earliest != long.MinValue)
        {
            json.WriteString("info_min_time", Time(window.Range.Earliest));
        }

        if (window.Range.Latest != long.MaxValue)
        {
            json.WriteString("info_max_time", Time(window.Range.Latest));
        }

        json.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter json, RiskEvent e)
    {
        json.WriteNumber("rows", e.Rows);
        json.WriteStartObject("row");
        foreach (var (name, values) in e.Fields)
        {
            if (values.Count == 1)
            {
                json.WriteString(name, values[0]);
            }
            else
            {
                WriteTexts(json, name, values);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private void WriteEvent(Utf8JsonWriter json, Event e)
    {
        json.WriteStartObject();
        json.WriteString("_time", Time(e.TimeNanoseconds));
        json.WriteString("index", e.Index);
        foreach (var (name, value) in ((string, string)[])[("source", e.Source), ("sourcetype", e.Sourcetype), ("host", e.Host), ("cluster", e.Cluster)])
        {
            if (value.Length > 0)
            {
                json.WriteString(name, value);
            }
        }

        WriteAddresses(json, e);
        json.WriteString("_raw", Encoding.UTF8.GetString(e.Raw.Span));
        json.WriteEndObject();
    }

    private void WriteAddresses(Utf8JsonWriter json, Event e)
    {
        if (requests.Read(e) is not { Addresses: { Length: > 0 } addresses })
        {
            return;
        }

        json.WriteStartArray("source_ips");
        for (var i = 0; i < addresses.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("address", addresses[i]);
            json.WriteString("origin", i == addresses.Length - 1 ? "peer" : "claimed");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
