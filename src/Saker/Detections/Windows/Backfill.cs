using System.Globalization;
using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Detections.Windows;

/// <summary>That somebody asked for the windows of a stretch of time to be evaluated: kept, so that a restart goes on with those that were not yet.</summary>
internal sealed record Backfill(string DetectionId, DateTimeOffset From, DateTimeOffset To, DateTimeOffset Asked, bool IsDone)
{
    public const string Group = "backfill";

    /// <summary>Whether a window is still to be evaluated for it.</summary>
    public bool Wants(LedgerRow? row) => row is not { State: WindowState.Done } || row.EvaluatedAt is not { } at || at < Asked;

    public StateRow ToState() => new(
        string.Create(CultureInfo.InvariantCulture, $"backfill/{DetectionId}/{From.UtcTicks}/{To.UtcTicks}"), Group, Asked.UtcTicks + (IsDone ? 1 : 0), TimeRange.Nanoseconds(DateTimeOffset.UnixEpoch),
        JsonSerializer.SerializeToUtf8Bytes(this, LedgerJson.Default.Backfill));

    public static Backfill Read(StateRow row) => JsonSerializer.Deserialize(row.Body, LedgerJson.Default.Backfill)!;
}
