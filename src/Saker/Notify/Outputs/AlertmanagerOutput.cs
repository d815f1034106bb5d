using System.Text;
using System.Text.Json;

namespace Saker.Notify.Outputs;

/// <summary>
/// Posts to Prometheus' Alertmanager (API v2). What an alert is about stands in its labels, what changes in its annotations; a withdrawn one is posted with its end, so that
/// Alertmanager tells of it as resolved.
/// </summary>
internal sealed class AlertmanagerOutput(OutputSettings settings, TimeProvider clock) : IOutput
{
    private const int MostLabelCharacters = 500;
    private const int MostMessageCharacters = 4000;

    private readonly HttpSender sender = new(settings, clock, "/api/v2/alerts");

    public int MostAtOnce => 64;

    public Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var body = Template.Json(json =>
        {
            json.WriteStartArray();
            foreach (var notice in notices)
            {
                if (notice.ScoreBefore is { } before && notice.Kind != NoticeKind.Withdrawn && Notice.SeverityOf(before) != notice.Severity)
                {
                    // The severity is a label: the alert that had another one is over.
                    Write(json, notice with { Kind = NoticeKind.Withdrawn, Score = before });
                }

                Write(json, notice.Kind == NoticeKind.Withdrawn ? notice with { Score = notice.ScoreBefore ?? notice.Score } : notice);
            }

            json.WriteEndArray();
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
        var now = clock.GetUtcNow();
        json.WriteStartObject();
        json.WriteStartObject("labels");
        Text(json, "alertname", n.Subject.StartsWith("finding:", StringComparison.Ordinal) ? "SakerFinding" : n.Detection, MostLabelCharacters);
        Text(json, "saker_id", n.Subject, MostLabelCharacters);
        Text(json, "severity", n.Severity, MostLabelCharacters);
        Text(json, "entity_type", n.EntityType, MostLabelCharacters);
        Text(json, "entity", n.Entity, MostLabelCharacters);
        Text(json, "cluster", n.Cluster, MostLabelCharacters);
        Text(json, "namespace", n.Namespace, MostLabelCharacters);
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        Text(json, "summary", n.Title, MostMessageCharacters);
        Text(json, "description", n.Message, MostMessageCharacters);
        Text(json, "score", n.Score.ToString(System.Globalization.CultureInfo.InvariantCulture), MostLabelCharacters);
        Text(json, "mitre_attack", string.Join(", ", n.Techniques), MostMessageCharacters);
        Text(json, "mitre_tactic", string.Join(", ", n.Tactics), MostMessageCharacters);
        json.WriteEndObject();
        // Alertmanager refuses an end before the start, which a clock ahead of ours could make.
        var start = n.Time < now ? n.Time : now;
        json.WriteString("startsAt", start.UtcDateTime);
        json.WriteString("endsAt", (n.Kind == NoticeKind.Withdrawn ? now : now + settings.ResolveAfter).UtcDateTime);
        json.WriteEndObject();
    }

    /// <summary>Alertmanager refuses text that is no UTF-8, and takes an empty label as absent.</summary>
    private static void Text(Utf8JsonWriter json, string name, string text, int most)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Length > most ? text[..most] : text)));
        }
    }
}
