using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Saker.Risk.Findings;

/// <summary>What a risk event's document says to findings.</summary>
internal sealed record FindingSource
{
    public required FindingEvidence Evidence { get; init; }

    public required string EntityType { get; init; }

    public required string Entity { get; init; }

    public required string DetectionType { get; init; }

    /// <summary>Whether an exception hides it.</summary>
    public required bool IsHidden { get; init; }

    public required IReadOnlyList<string> Tactics { get; init; }

    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>What lookups say of the entity, by their columns.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Details { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>An Anomaly scores; a TTP and a Correlation make people look.</summary>
    public bool MakesFinding => DetectionType is nameof(Content.DetectionType.Ttp) or nameof(Content.DetectionType.Correlation);

    /// <summary>The same for the same entity and risk event.</summary>
    public string NewId => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{EntityType}\0{Entity}\0{Evidence.RiskEventId}"))).ToString("x16");

    public static FindingSource Read(StoredRiskEvent stored)
    {
        using var document = JsonDocument.Parse(stored.Document);
        var root = document.RootElement;
        string Text(string name) => root.GetProperty(name).GetString()!;
        var annotations = root.GetProperty("annotations");
        return new FindingSource
        {
            EntityType = Text("risk_object_type"),
            Entity = Text("risk_object"),
            DetectionType = Text("detection_type"),
            IsHidden = root.TryGetProperty("hidden_by", out _),
            Tactics = [.. annotations.GetProperty("mitre_tactic").EnumerateArray().Select(t => t.GetString()!)],
            Techniques = [.. annotations.GetProperty("mitre_attack").EnumerateArray().Select(t => t.GetProperty("mitre_technique_id").GetString()!)],
            Details = DetailsOf(root),
            Evidence = new FindingEvidence(
                Text("id"), Text("search_name"), Text("detection_id"), RiskEventJson.ScoreOf(root), Text("risk_message"), root.GetProperty("time").GetDateTimeOffset(), root.GetProperty("last_time").GetDateTimeOffset()),
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> DetailsOf(JsonElement root)
    {
        const string Prefix = "risk_object_";
        var details = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var field in root.TryGetProperty("context", out var context) ? context.EnumerateObject() : default)
        {
            if (field.Name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                details[field.Name[Prefix.Length..]] = [.. field.Value.EnumerateArray().Select(v => v.GetString()!)];
            }
        }

        return details;
    }
}
