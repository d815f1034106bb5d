using System.Text.Json.Serialization;

namespace Saker.Notify;

/// <summary>What a notice tells of.</summary>
internal enum NoticeKind
{
    RiskEvent,
    Finding,

    /// <summary>Something told before does not hold any more.</summary>
    Withdrawn,

    /// <summary>Somebody tries an output.</summary>
    Test,
}

/// <summary>Something that people or other systems should hear of, whatever the output.</summary>
internal sealed record Notice
{
    /// <summary>The same for the same news, after a restart too; receivers drop what they have by it.</summary>
    public required string Key { get; init; }

    /// <summary>What it is about: <c>risk_event:ID</c> or <c>finding:ID</c>. Withdrawn notices have that of what they withdraw.</summary>
    public required string Subject { get; init; }

    public required NoticeKind Kind { get; init; }

    public required string Title { get; init; }

    public string Message { get; init; } = "";

    public int Score { get; init; }

    /// <summary>The score that this output heard of the subject before; null if it is the first news.</summary>
    public int? ScoreBefore { get; init; }

    public string EntityType { get; init; } = "";

    public string Entity { get; init; } = "";

    public string Detection { get; init; } = "";

    public string DetectionId { get; init; } = "";

    public IReadOnlyList<string> Tactics { get; init; } = [];

    public IReadOnlyList<string> Techniques { get; init; } = [];

    public string Cluster { get; init; } = "";

    public string Namespace { get; init; } = "";

    /// <summary>As the lookup <c>namespace_lookup</c> has them: <c>stage=production</c>.</summary>
    public IReadOnlyList<string> NamespaceLabels { get; init; } = [];

    public required DateTimeOffset Time { get; init; }

    /// <summary>The risk event or finding as JSON; empty for tests.</summary>
    public string Document { get; init; } = "";

    /// <summary>The event of the risk index, a JSON object; empty for others.</summary>
    public string Indexed { get; init; } = "";

    /// <summary>The index that the event belongs to: risk, or notable for those of rules over risk; empty for others.</summary>
    public string Index { get; init; } = "";

    /// <summary>Its fields of several values: a JSON object in which a name stands once a value.</summary>
    public string IndexedSeveral { get; init; } = "";

    /// <summary>As settings and templates name it: <c>risk_event</c>.</summary>
    [JsonIgnore]
    public string KindName => NameOf(Kind);

    /// <summary>critical from 80, high from 60, medium from 40, else low.</summary>
    [JsonIgnore]
    public string Severity => SeverityOf(Score);

    public static string SeverityOf(int score) => score switch { >= 80 => "critical", >= 60 => "high", >= 40 => "medium", _ => "low" };

    public static string NameOf(NoticeKind kind) => kind switch
    {
        NoticeKind.RiskEvent => "risk_event",
        NoticeKind.Finding => "finding",
        NoticeKind.Withdrawn => "withdrawn",
        _ => "test",
    };

    /// <summary>The only output that hears of it, whatever the routes say; empty for those that they say.</summary>
    public string OnlyTo { get; init; } = "";

    /// <summary>Tells one output that a marked event came through, as a test.</summary>
    public static Notice Canary(Notice riskEvent, string output) => Test(output, riskEvent.Time) with
    {
        Key = riskEvent.Key,
        Subject = riskEvent.Subject,
        Title = "Saker canary",
        Message = riskEvent.Message,
        Detection = riskEvent.Detection,
        OnlyTo = output,
    };

    /// <summary>A notice that says of itself that it is a test.</summary>
    public static Notice Test(string output, DateTimeOffset now) => new()
    {
        Key = $"test:{output}:{now.UtcTicks:x}",
        Subject = $"test:{output}",
        Kind = NoticeKind.Test,
        Title = "Test of Saker's notifications",
        Message = $"This is a test of the output {output}. Nothing has happened.",
        EntityType = "system",
        Entity = "saker",
        Detection = "Saker notification test",
        Time = now,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(Delivering.Delivery))]
internal sealed partial class NoticeJson : JsonSerializerContext;
