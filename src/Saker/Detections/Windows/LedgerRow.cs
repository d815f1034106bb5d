using System.Text.Json;
using System.Text.Json.Serialization;
using Saker.Risk;
using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Detections.Windows;

/// <summary>Where a window stands.</summary>
internal enum WindowState
{
    /// <summary>Its time has not come; it may have been evaluated early.</summary>
    Open,

    /// <summary>Its time has come and it was not evaluated for good yet: after downtime, or while others run.</summary>
    Owed,

    /// <summary>Evaluated for good.</summary>
    Done,

    /// <summary>Could not be evaluated; tried again later.</summary>
    Failed,

    /// <summary>An event came late: to be evaluated again.</summary>
    Reopened,
}

/// <summary>The ledger's word on one detection and window.</summary>
internal sealed record LedgerRow
{
    public required string DetectionId { get; init; }

    public required string Detection { get; init; }

    /// <summary>The run T that the window belongs to.</summary>
    public required DateTimeOffset ScheduledTime { get; init; }

    public required DateTimeOffset Earliest { get; init; }

    public required DateTimeOffset Latest { get; init; }

    public required WindowState State { get; init; }

    /// <summary>Events that the search's head let through.</summary>
    public long Matched { get; init; }

    public long Rows { get; init; }

    /// <summary>Risk events that stand.</summary>
    public long Written { get; init; }

    /// <summary>Risk events that were told early and are gone.</summary>
    public long Withdrawn { get; init; }

    /// <summary>Risk events that throttling or an exception kept back.</summary>
    public long Suppressed { get; init; }

    /// <summary>Events that came after the window was done.</summary>
    public long Late { get; init; }

    /// <summary>Evaluations so far, early ones included.</summary>
    public int Evaluations { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    public double DurationSeconds { get; init; }

    /// <summary>Why it failed; empty when it did not.</summary>
    public string Error { get; init; } = "";

    /// <summary>When it was evaluated last; null if never.</summary>
    public DateTimeOffset? EvaluatedAt { get; init; }

    public long Version { get; init; }

    /// <summary>Under which a window's risk events are kept together.</summary>
    public static string GroupOf(string detectionId, DateTimeOffset run) => $"{detectionId}/{run.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";

    public static LedgerRow Of(Content.Detection detection, Window window, WindowState state) => new()
    {
        DetectionId = detection.Id,
        Detection = detection.Name,
        ScheduledTime = window.ScheduledTime,
        Earliest = Scan.ToTime(window.Range.Earliest),
        Latest = Scan.ToTime(window.Range.Latest),
        State = state,
    };

    /// <summary>The index under which searches read the ledger.</summary>
    public const string Index = SakerWindows.Index;

    /// <summary>The row as an event, at its run.</summary>
    public static Event EventOf(StateRow row) => new()
    {
        Index = Index,
        Source = "saker",
        Sourcetype = SakerWindows.Sourcetype,
        TimeNanoseconds = row.TimeNanoseconds,
        IndexTimeNanoseconds = Read(row).EvaluatedAt is { } at ? TimeRange.Nanoseconds(at) : row.TimeNanoseconds,
        Raw = row.Body,
    };

    public StateRow ToState() =>
        new(GroupOf(DetectionId, ScheduledTime), DetectionId, Version, TimeRange.Nanoseconds(ScheduledTime), JsonSerializer.SerializeToUtf8Bytes(this, LedgerJson.Default.LedgerRow));

    public static LedgerRow Read(StateRow row) => JsonSerializer.Deserialize(row.Body, LedgerJson.Default.LedgerRow)! with { Version = row.Version };
}

/// <summary>The ledger's JSON: lower_snake names, states as words.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(Risk.Findings.EnumWords<WindowState>)])]
[JsonSerializable(typeof(LedgerRow))]
[JsonSerializable(typeof(Backfill))]
internal sealed partial class LedgerJson : JsonSerializerContext;
