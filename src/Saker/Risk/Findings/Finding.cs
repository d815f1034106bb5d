using System.Text.Json;
using System.Text.Json.Serialization;
using Saker.Stores;

namespace Saker.Risk.Findings;

/// <summary>Where the work on a finding stands.</summary>
internal enum FindingState
{
    New,
    InProgress,
    Closed,
}

/// <summary>What a closed finding turned out to be.</summary>
internal enum FindingDisposition
{
    Undetermined,
    TruePositive,
    FalsePositive,
    Benign,

    /// <summary>All that it rested on was withdrawn.</summary>
    Withdrawn,
}

/// <summary>Something that happened to a finding: who did what, when.</summary>
internal sealed record FindingEntry(DateTimeOffset At, string Who, string What);

/// <summary>A risk event that a finding rests on.</summary>
internal sealed record FindingEvidence(string RiskEventId, string Detection, string DetectionId, int Score, string Message, DateTimeOffset FirstTime, DateTimeOffset LastTime);

/// <summary>What an analyst works on: all that rules of type TTP or Correlation said of one entity, while it is open.</summary>
internal sealed record Finding
{
    public const int MostEvidence = 500;
    public const int MostHistory = 500;

    /// <summary>Follows from the entity and the first risk event: 16 hex digits.</summary>
    public required string Id { get; init; }

    public required string EntityType { get; init; }

    public required string Entity { get; init; }

    public required string Title { get; init; }

    public FindingState State { get; init; }

    public FindingDisposition Disposition { get; init; }

    public string Owner { get; init; } = "";

    /// <summary>The sum of the scores of its risk events, as a risk object's score sums.</summary>
    public int Score { get; init; }

    public IReadOnlyList<string> Tactics { get; init; } = [];

    public IReadOnlyList<string> Techniques { get; init; } = [];

    /// <summary>The risk events it rests on, those of the latest <see cref="MostEvidence"/>.</summary>
    public IReadOnlyList<FindingEvidence> Evidence { get; init; } = [];

    /// <summary>All risk events that were merged, those beyond the bound included.</summary>
    public long EvidenceTotal { get; init; }

    public IReadOnlyList<FindingEntry> Notes { get; init; } = [];

    public IReadOnlyList<FindingEntry> History { get; init; } = [];

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    /// <summary>When it was closed last; null while it never was.</summary>
    public DateTimeOffset? Closed { get; init; }

    /// <summary>Grows with each change: who changes it says which one was read.</summary>
    public long Version { get; init; }

    public StateRow ToState() =>
        new(Id, $"{EntityType}\n{Entity}", Version, Spl.Execution.TimeRange.Nanoseconds(Created), JsonSerializer.SerializeToUtf8Bytes(this, FindingJson.Default.Finding));

    public static Finding Read(StateRow row) => JsonSerializer.Deserialize(row.Body, FindingJson.Default.Finding)! with { Version = row.Version };
}

/// <summary>Findings as JSON: lower_snake names, states as words.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(EnumWords<FindingState>), typeof(EnumWords<FindingDisposition>)])]
[JsonSerializable(typeof(Finding))]
internal sealed partial class FindingJson : JsonSerializerContext;

/// <summary>Enum values as words in lower_snake: <c>in_progress</c>.</summary>
internal sealed class EnumWords<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
    where T : struct, Enum;
