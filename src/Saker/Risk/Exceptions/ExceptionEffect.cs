using System.Text.Json;
using Saker.Content;
using Saker.Detections;
using Saker.Detections.Testing;

namespace Saker.Risk.Exceptions;

/// <summary>What an exception would have covered: in what is stored, and of its detections' own tests.</summary>
internal sealed record ExceptionEffect
{
    private const int MostTold = 10;

    /// <summary>Risk events of its detections that were looked at.</summary>
    public long Looked { get; private init; }

    /// <summary>Of these, those that it covers.</summary>
    public long Covered { get; private init; }

    /// <summary>The scores of those, added up.</summary>
    public long Score { get; private init; }

    /// <summary>Whose they are, those with most first.</summary>
    public IReadOnlyList<CoveredEntity> Entities { get; private init; } = [];

    /// <summary>The latest of them.</summary>
    public IReadOnlyList<CoveredRiskEvent> Samples { get; private init; } = [];

    public int TestsRun { get; private init; }

    /// <summary>Tests that pass without the exception and fail with it: it covers what the detection is there for.</summary>
    public IReadOnlyList<string> TestsBroken { get; private init; } = [];

    /// <summary>Looks at risk events as they are kept, and runs the tests of the detections that it means with it and without.</summary>
    public static async Task<ExceptionEffect> OfAsync(RiskException exception, ContentLibrary content, IAsyncEnumerable<StoredRiskEvent> history, CancellationToken cancellation)
    {
        // What it would have done from ever, although it starts now.
        var set = new ExceptionSet([exception with { Starts = null, Expires = null }]);
        var stems = content.Detections.ToDictionary(d => d.Id, d => d.Stem);
        var (entities, samples) = (new Dictionary<(string, string), (long Count, long Score)>(), new Queue<CoveredRiskEvent>());
        var (looked, covered, score) = (0L, 0L, 0L);
        await foreach (var stored in history.ConfigureAwait(false))
        {
            using var document = JsonDocument.Parse(stored.Document);
            var root = document.RootElement;
            var subject = ExceptionSubject.Of(root, id => stems.GetValueOrDefault(id, ""));
            if (!Glob.Matches(exception.Detection, subject.DetectionName) && !Glob.Matches(exception.Detection, subject.DetectionStem) && !Glob.Matches(exception.Detection, subject.DetectionId))
            {
                continue;
            }

            looked++;
            if (set.Find(subject) is null)
            {
                continue;
            }

            var (type, entity, one) = (root.GetProperty("risk_object_type").GetString()!, root.GetProperty("risk_object").GetString()!, RiskEventJson.ScoreOf(root));
            (covered, score) = (covered + 1, score + one);
            var tally = entities.GetValueOrDefault((type, entity));
            entities[(type, entity)] = (tally.Count + 1, tally.Score + one);
            samples.Enqueue(new CoveredRiskEvent(root.GetProperty("id").GetString()!, root.GetProperty("last_time").GetDateTimeOffset(), subject.DetectionName, entity, root.GetProperty("risk_message").GetString()!));
            if (samples.Count > MostTold)
            {
                samples.Dequeue();
            }
        }

        var (run, broken) = await TestAsync(set, content, content.Find(exception.Detection), cancellation).ConfigureAwait(false);
        return new ExceptionEffect
        {
            Looked = looked,
            Covered = covered,
            Score = score,
            Entities = [.. entities.OrderByDescending(e => e.Value.Count).Take(MostTold).Select(e => new CoveredEntity(e.Key.Item1, e.Key.Item2, e.Value.Count, e.Value.Score))],
            Samples = [.. samples.Reverse()],
            TestsRun = run,
            TestsBroken = broken,
        };
    }

    private static async Task<(int Run, IReadOnlyList<string> Broken)> TestAsync(ExceptionSet set, ContentLibrary content, IEnumerable<Detection> detections, CancellationToken cancellation)
    {
        var (run, broken) = (0, new List<string>());
        foreach (var detection in detections.Where(d => d.Tests.Count > 0))
        {
            var without = await new DetectionTestRunner(content, new ScanSettings { Exceptions = ExceptionSet.None }).RunAsync(detection, cancellation).ConfigureAwait(false);
            var with = await new DetectionTestRunner(content, new ScanSettings { Exceptions = set }).RunAsync(detection, cancellation).ConfigureAwait(false);
            foreach (var (before, after) in without.Zip(with).Where(o => o.First.Verdict == TestVerdict.Passed))
            {
                run++;
                if (after.Verdict == TestVerdict.Failed)
                {
                    broken.Add($"{detection.Name}: {before.Name}: {string.Join("; ", after.Reasons)}");
                }
            }
        }

        return (run, broken);
    }
}

internal sealed record CoveredEntity(string Type, string Entity, long RiskEvents, long Score);

internal sealed record CoveredRiskEvent(string Id, DateTimeOffset Time, string Detection, string Entity, string Message);
