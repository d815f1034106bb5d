using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Saker.Notify.Outputs;

/// <summary>Posts OTLP logs as JSON (<c>/v1/logs</c>): a log record a notice.</summary>
internal sealed class OtlpOutput(OutputSettings settings, TimeProvider clock) : IOutput
{
    private readonly HttpSender sender = new(settings, clock, "/v1/logs");

    public int MostAtOnce => 100;

    public Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var body = Template.Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceLogs");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, [("service.name", "saker")]);
            json.WriteEndObject();
            json.WriteStartArray("scopeLogs");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", "saker.notifications");
            json.WriteEndObject();
            json.WriteStartArray("logRecords");
            foreach (var notice in notices)
            {
                Write(json, notice);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return sender.PostAsync(Encoding.UTF8.GetBytes(body), "Bearer", [], cancellation);
    }

    public ValueTask DisposeAsync()
    {
        sender.Dispose();
        return default;
    }

    private void Write(Utf8JsonWriter json, Notice n)
    {
        json.WriteStartObject();
        // 64-bit numbers are texts in the JSON of protocol buffers.
        json.WriteString("timeUnixNano", Nanoseconds(n.Time));
        json.WriteString("observedTimeUnixNano", Nanoseconds(clock.GetUtcNow()));
        var (number, text) = n.Severity switch { "critical" => (21, "FATAL"), "high" => (17, "ERROR"), "medium" => (13, "WARN"), _ => (9, "INFO") };
        json.WriteNumber("severityNumber", number);
        json.WriteString("severityText", text);
        json.WriteString("eventName", $"saker.{n.KindName}");
        json.WriteStartObject("body");
        json.WriteString("stringValue", n.Message.Length > 0 ? $"{n.Title}: {n.Message}" : n.Title);
        json.WriteEndObject();
        WriteAttributes(
            json,
            [
                ("saker.key", n.Key), ("saker.subject", n.Subject), ("saker.kind", n.KindName), ("saker.title", n.Title), ("saker.entity.type", n.EntityType), ("saker.entity", n.Entity),
                ("saker.detection", n.Detection), ("saker.detection.id", n.DetectionId), ("k8s.cluster.name", n.Cluster), ("k8s.namespace.name", n.Namespace), ("saker.document", n.Document),
            ],
            n);
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IReadOnlyList<(string Name, string Value)> texts, Notice? notice = null)
    {
        json.WriteStartArray("attributes");
        foreach (var (name, value) in texts.Where(t => t.Value.Length > 0))
        {
            Attribute(json, name, () => json.WriteString("stringValue", value));
        }

        if (notice is not null)
        {
            Attribute(json, "saker.score", () => json.WriteString("intValue", notice.Score.ToString(CultureInfo.InvariantCulture)));
            Attribute(json, "saker.tactics", () => WriteTexts(json, notice.Tactics));
            Attribute(json, "saker.techniques", () => WriteTexts(json, notice.Techniques));
        }

        json.WriteEndArray();
    }

    private static void Attribute(Utf8JsonWriter json, string name, Action value)
    {
        json.WriteStartObject();
        json.WriteString("key", name);
        json.WriteStartObject("value");
        value();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartObject("arrayValue");
        json.WriteStartArray("values");
        foreach (var text in texts)
        {
            json.WriteStartObject();
            json.WriteString("stringValue", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Nanoseconds(DateTimeOffset time) => ((time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100).ToString(CultureInfo.InvariantCulture);
}
