using Saker.Detections;
using Saker.Risk;

namespace Saker.Cli.Output;

/// <summary>What a scan found, for an output to write. Risk events are read once; tallies grow as they are.</summary>
internal sealed class ScanReport(Scan scan, int fileCount, IReadOnlyList<DetectionOutcome> outcomes)
{
    public Scan Scan { get; } = scan;

    public int FileCount { get; } = fileCount;

    public IReadOnlyList<DetectionOutcome> Outcomes { get; } = outcomes;

    public required Func<TimeSpan> Elapsed { get; init; }

    public int HighestScore { get; private set; }

    public long RiskEventCount { get; private set; }

    /// <summary>Of these, those that an exception hides: they score.</summary>
    public long HiddenCount { get; private set; }

    /// <summary>Risk events that an exception leaves out.</summary>
    public long IgnoredCount => Outcomes.Sum(o => (long)o.Ignored.Count);

    public Dictionary<string, Tally> ByDetection { get; } = new(StringComparer.Ordinal);

    public Dictionary<TalliedObject, Tally> ByRiskObject { get; } = [];

    public Dictionary<string, Tally> ByTactic { get; } = new(StringComparer.Ordinal);

    public IEnumerable<RiskEvent> RiskEvents()
    {
        foreach (var e in Scan.RiskEvents())
        {
            RiskEventCount++;
            HighestScore = Math.Max(HighestScore, e.HiddenBy.Length > 0 ? 0 : e.Score);
            HiddenCount += e.HiddenBy.Length > 0 ? 1 : 0;
            Count(ByDetection, e.Detection.Name, e.Score);
            Count(ByRiskObject, new TalliedObject(e.RiskObject.Type, e.RiskObject.Value), e.Score);
            foreach (var tactic in e.Detection.Annotations.Tactics)
            {
                Count(ByTactic, tactic, e.Score);
            }

            yield return e;
        }
    }

    private static void Count<TKey>(Dictionary<TKey, Tally> tallies, TKey key, int score)
        where TKey : notnull
    {
        if (!tallies.TryGetValue(key, out var tally))
        {
            tallies.Add(key, tally = new Tally());
        }

        tally.Count++;
        tally.Score += score;
    }
}

/// <summary>How many risk events, and the sum of their scores.</summary>
internal sealed class Tally
{
    public long Count { get; set; }

    public long Score { get; set; }
}

/// <summary>A risk object, whichever field it stands in.</summary>
internal sealed record TalliedObject(string Type, string Value);
