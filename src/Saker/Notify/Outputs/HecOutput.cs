using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Saker.Notify.Outputs;

/// <summary>
/// Posts to Splunk's HTTP Event Collector as Splunk Enterprise Security stores such events: risk events in <c>index=risk</c>, findings in <c>index=notable</c>, both of sourcetype
/// <c>stash</c>. Fields of several values are HEC's indexed fields, since those of the event itself have one.
/// </summary>
internal sealed class HecOutput(OutputSettings settings, TimeProvider clock) : IOutput
{
    private readonly HttpSender sender = new(settings, clock, "/services/collector/event");

    public int MostAtOnce => 50;

    public Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var body = string.Join('\n', notices.Select(n => Template.Json(json => Write(json, n))));
        return sender.PostAsync(Encoding.UTF8.GetBytes(body), "Splunk", [], cancellation);
    }

    public ValueTask DisposeAsync()
    {
        sender.Dispose();
        return default;
    }

    private void Write(Utf8JsonWriter json, Notice n)
    {
        var isRisk = n.Subject.StartsWith("risk_event:", StringComparison.Ordinal);
        json.WriteStartObject();
        json.WritePropertyName("time");
        json.WriteRawValue((n.Time.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture));
        json.WriteString("index", isRisk && n.Index != Risk.RiskIndex.Notable ? settings.RiskIndex : settings.NotableIndex);
        json.WriteString("sourcetype", "stash");
        json.WriteString("source", n.Detection.Length > 0 ? n.Detection : n.Title);
        json.WritePropertyName("event");
        json.WriteStartObject();
        if (isRisk && n.Indexed.Length > 0)
        {
            using var indexed = JsonDocument.Parse(n.Indexed);
            foreach (var field in indexed.RootElement.EnumerateObject())
            {
                field.WriteTo(json);
            }
        }
        else
        {
            WriteNotable(json, n);
        }

        json.WriteString("saker_key", n.Key);
        if (n.Kind == NoticeKind.Withdrawn)
        {
            json.WriteString("saker_withdrawn", "true");
        }

        json.WriteEndObject();
        WriteSeveral(json, n);
        json.WriteEndObject();
    }

    /// <summary>The names of Enterprise Security's incident review.</summary>
    private static void WriteNotable(Utf8JsonWriter json, Notice n)
    {
        json.WriteString("search_name", n.Detection.Length > 0 ? n.Detection : n.Title);
        json.WriteString("rule_name", n.Detection.Length > 0 ? n.Detection : n.Title);
        json.WriteString("rule_title", n.Title);
        json.WriteString("rule_description", n.Message);
        json.WriteString("rule_id", n.Subject);
        json.WriteString("event_id", n.Key);
        json.WriteString("security_domain", "threat");
        json.WriteString("severity", n.Severity);
        json.WriteString("urgency", n.Severity);
        json.WriteString("status", n.Kind == NoticeKind.Withdrawn ? "5" : "1");
        json.WriteString("owner", "unassigned");
        json.WriteString("risk_object", n.Entity);
        json.WriteString("risk_object_type", n.EntityType);
        json.WriteNumber("risk_score", n.Score);
        json.WriteString("cluster", n.Cluster);
        json.WriteString("namespace", n.Namespace);
    }

    private static void WriteSeveral(Utf8JsonWriter json, Notice n)
    {
        var fields = new List<(string Name, List<string> Values)>();
        void Add(string name, string value)
        {
            var at = fields.FindIndex(f => f.Name == name);
            if (at < 0)
            {
                fields.Add((name, [value]));
            }
            else
            {
                fields[at].Values.Add(value);
            }
        }

        if (n.IndexedSeveral.Length > 0)
        {
            using var several = JsonDocument.Parse(n.IndexedSeveral);
            foreach (var field in several.RootElement.EnumerateObject())
            {
                Add(field.Name, field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText());
            }
        }
        else
        {
            n.Techniques.ToList().ForEach(t => Add("annotations.mitre_attack", t));
            n.Tactics.ToList().ForEach(t => Add("annotations.mitre_attack.mitre_tactic", t.ToLowerInvariant().Replace(' ', '-')));
        }

        if (fields.Count > 0)
        {
            json.WriteStartObject("fields");
            foreach (var (name, values) in fields)
            {
                json.WriteStartArray(name);
                values.ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
    }
}
