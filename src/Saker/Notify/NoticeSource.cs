using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Saker.Notify.Delivering;
using Saker.Risk;
using Saker.Risk.Findings;
using Saker.Stores;

namespace Saker.Notify;

/// <summary>Makes notices of risk events and findings. It follows risk events before findings do, since these have their places from those.</summary>
/// <param name="offer">Takes notices, as <see cref="Outbox.OfferAsync"/> does.</param>
/// <param name="state">Where risk events are kept.</param>
/// <param name="canaries">Who hears of marked events; null for nobody.</param>
internal sealed class NoticeSource(Func<IReadOnlyList<Notice>, CancellationToken, Task> offer, IStateStore state, CanaryOutputs? canaries = null) : IFollowsRiskEvents
{
    private const int MostRemembered = 10_000;

    private readonly Lock guard = new();
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    public NoticeSource(Outbox outbox, IStateStore state)
        : this(outbox.OfferAsync, state)
    {
    }

    /// <summary>Where something happened; empty where it is not told.</summary>
    internal readonly record struct Place(string Cluster, string Namespace, IReadOnlyList<string>? Labels);

    /// <summary>Tells of new, changed and withdrawn risk events.</summary>
    /// <exception cref="StoreUnavailableException">They are told, but not for certain: follow again.</exception>
    public Task FollowAsync(IReadOnlyList<ChangedRiskEvent> changes, CancellationToken cancellation)
    {
        var notices = changes.Select(Of).ToList();
        lock (guard)
        {
            foreach (var (change, notice) in changes.Zip(notices))
            {
                var id = change.Stored.Id.ToString("x32");
                if (places.TryAdd(id, new Place(notice.Cluster, notice.Namespace, notice.NamespaceLabels)))
                {
                    order.Enqueue(id);
                }
            }

            while (order.Count > MostRemembered)
            {
                places.Remove(order.Dequeue());
            }
        }

        return offer([.. notices.Select(Heard).OfType<Notice>()], cancellation);
    }

    /// <summary>A marked event is told where that was announced, and nowhere else.</summary>
    private Notice? Heard(Notice notice) => notice.Index != Content.Canary.Index ? notice
        : notice.Kind != NoticeKind.Withdrawn && canaries?.Find(notice.Entity) is { } output ? Notice.Canary(notice, output)
        : null;

    /// <summary>Tells of a finding that is new, opened again, joined by another detection, or withdrawn; what else changes in one is no news.</summary>
    /// <exception cref="StoreUnavailableException">It is told, but not for certain: tell again.</exception>
    public async Task TellAsync(Finding finding, CancellationToken cancellation)
    {
        var place = finding.Evidence.Count > 0 ? await PlaceOfAsync(finding.Evidence[0].RiskEventId, cancellation).ConfigureAwait(false) : default;
        await offer([Of(finding, place)], cancellation).ConfigureAwait(false);
    }

    public static Notice Of(ChangedRiskEvent changed)
    {
        var stored = changed.Stored;
        using var document = JsonDocument.Parse(stored.Document);
        var root = document.RootElement;
        var annotations = root.GetProperty("annotations");
        var place = PlaceOf(root);
        var id = stored.Id.ToString("x32");
        // What an exception hides is told to nobody, and withdrawn where it was told before.
        var isWithdrawn = changed.Change == RiskEventChange.Withdrawn || root.TryGetProperty("hidden_by", out _);
        return new Notice
        {
            Key = isWithdrawn ? $"withdrawn:risk_event:{id}" : $"risk_event:{id}",
            Subject = $"risk_event:{id}",
            Kind = isWithdrawn ? NoticeKind.Withdrawn : NoticeKind.RiskEvent,
            Title = Text(root, "search_name"),
            Message = Text(root, "risk_message"),
            Score = RiskEventJson.ScoreOf(root),
            EntityType = Text(root, "risk_object_type"),
            Entity = Text(root, "risk_object"),
            Detection = Text(root, "search_name"),
            DetectionId = Text(root, "detection_id"),
            Tactics = [.. annotations.GetProperty("mitre_tactic").EnumerateArray().Select(t => t.GetString()!)],
            Techniques = [.. annotations.GetProperty("mitre_attack").EnumerateArray().Select(t => Text(t, "mitre_technique_id"))],
            Cluster = place.Cluster,
            Namespace = place.Namespace,
            NamespaceLabels = place.Labels ?? [],
            Time = root.GetProperty("last_time").GetDateTimeOffset(),
            Document = Encoding.UTF8.GetString(stored.Document),
            Indexed = Encoding.UTF8.GetString(stored.Indexed.Raw.Span),
            Index = stored.Indexed.Index,
            IndexedSeveral = Encoding.UTF8.GetString(stored.Indexed.Extra.Span),
        };
    }

    public static Notice Of(Finding finding, Place place)
    {
        var isWithdrawn = finding is { State: FindingState.Closed, Disposition: FindingDisposition.Withdrawn };
        var closed = finding.Closed?.UtcTicks ?? 0;
        var detections = finding.Evidence.Select(e => e.Detection).Distinct().Order(StringComparer.Ordinal).ToList();
        var news = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{closed}\n{string.Join('\n', detections)}")))[..16];
        return new Notice
        {
            Key = isWithdrawn ? $"withdrawn:finding:{finding.Id}:{closed:x}" : $"finding:{finding.Id}:{news}",
            Subject = $"finding:{finding.Id}",
            Kind = isWithdrawn ? NoticeKind.Withdrawn : NoticeKind.Finding,
            Title = finding.Title,
            Message = finding.Evidence.Count > 0 ? finding.Evidence[^1].Message : "All that it rested on was withdrawn.",
            Score = finding.Score,
            EntityType = finding.EntityType,
            Entity = finding.Entity,
            Detection = detections.Count > 0 ? detections[0] : finding.Title,
            DetectionId = finding.Evidence.Count > 0 ? finding.Evidence[0].DetectionId : "",
            Tactics = finding.Tactics,
            Techniques = finding.Techniques,
            Cluster = place.Cluster,
            Namespace = place.Namespace,
            NamespaceLabels = place.Labels ?? [],
            Time = finding.Evidence.Count > 0 ? finding.Evidence[^1].LastTime : finding.Updated,
            Document = JsonSerializer.Serialize(finding, FindingJson.Default.Finding),
        };
    }

    private async Task<Place> PlaceOfAsync(string riskEventId, CancellationToken cancellation)
    {
        lock (guard)
        {
            if (places.TryGetValue(riskEventId, out var known))
            {
                return known;
            }
        }

        try
        {
            if (await state.FindAsync(StateTable.RiskEvents, riskEventId, cancellation).ConfigureAwait(false) is { } row)
            {
                using var document = JsonDocument.Parse(StoredRiskEvent.Read(row).Document);
                return PlaceOf(document.RootElement);
            }
        }
        catch (StoreUnavailableException)
        {
            // It is told without its place rather than not at all.
        }

        return default;
    }

    private static Place PlaceOf(JsonElement root)
    {
        var evidence = root.TryGetProperty("evidence", out var events) ? events.EnumerateArray().Select(e => Text(e, "cluster")) : [];
        var row = root.GetProperty("row");
        var cluster = Text(row, "cluster") is { Length: > 0 } named ? named : evidence.FirstOrDefault(c => c.Length > 0) ?? "";
        var space = Text(root, "risk_object_type") == "namespace" ? Text(root, "risk_object") : RiskPlace.NamespaceFields.Select(f => Text(row, f)).FirstOrDefault(n => n.Length > 0) ?? "";
        return new Place(cluster, space, root.TryGetProperty("context", out var context) ? [.. LabelsOf(context)] : []);
    }

    private static IEnumerable<string> LabelsOf(JsonElement context)
    {
        const string prefix = "namespace_label_";
        foreach (var told in context.EnumerateObject().Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            foreach (var value in told.Value.ValueKind == JsonValueKind.Array ? told.Value.EnumerateArray() : Enumerable.Repeat(told.Value, 1))
            {
                yield return $"{told.Name[prefix.Length..]}={value}";
            }
        }
    }

    /// <summary>A text; the first of several; empty for none.</summary>
    private static string Text(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.String ? value[0].GetString()!
        : "";
}
