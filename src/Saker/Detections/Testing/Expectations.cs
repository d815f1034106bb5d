using Saker.Content;
using Saker.Risk;
using Saker.Spl.Text;

namespace Saker.Detections.Testing;

/// <summary>Compares what came with what a test demands.</summary>
internal static class Expectations
{
    /// <summary>What is not as demanded; none if all is.</summary>
    public static IEnumerable<string> Unmet(TestExpectation expected, TestReading got)
    {
        if (got.Outcome.Failure is { } failure)
        {
            yield return $"could not be evaluated: {failure.Message}";
            yield break;
        }

        foreach (var rejection in got.Rejections)
        {
            yield return $"an event was rejected: {rejection}";
        }

        if (expected is { Rows: null, RiskEvents: null } && got.Outcome.Rows == 0)
        {
            yield return $"expected at least one row, got none ({WhatMatched(got)})";
        }

        if (expected.Rows is { } rows && got.Outcome.Rows != rows)
        {
            yield return $"expected {Counted.Of(rows, "row")}, got {got.Outcome.Rows:#,0} ({WhatMatched(got)})";
        }

        foreach (var line in UnmetRiskEvents(expected.RiskEvents, got))
        {
            yield return line;
        }

        foreach (var broken in got.BrokenRows)
        {
            yield return broken;
        }
    }

    private static string WhatMatched(TestReading got) => $"{got.Outcome.Matched:#,0} of {Counted.Of(got.Read, "event")} passed the search's first stages";

    private static IEnumerable<string> UnmetRiskEvents(IReadOnlyList<ExpectedRiskEvent>? expected, TestReading got)
    {
        if (expected is null || CanPair(expected, [.. got.RiskEvents]))
        {
            yield break;
        }

        yield return expected.Count == got.RiskEvents.Count
            ? $"the {Counted.Of(expected.Count, "risk event")} {(expected.Count == 1 ? "is" : "are")} not as expected"
            : $"expected {Counted.Of(expected.Count, "risk event")}, got {got.RiskEvents.Count:#,0}";
        foreach (var missing in expected.Where(e => !got.RiskEvents.Any(g => Fits(e, g))))
        {
            yield return $"  expected {Describe(missing)}";
        }

        foreach (var e in got.RiskEvents.Where(g => !expected.Any(x => Fits(x, g))))
        {
            yield return $"  got      {TestReading.Describe(e)}";
        }
    }

    /// <summary>Whether each that is expected has one of its own among those that came, and none is left. The most exact choose first.</summary>
    private static bool CanPair(IReadOnlyList<ExpectedRiskEvent> expected, List<RiskEvent> got)
    {
        if (expected.Count != got.Count)
        {
            return false;
        }

        foreach (var one in expected.OrderByDescending(Exactness))
        {
            var index = got.FindIndex(g => Fits(one, g));
            if (index < 0)
            {
                return false;
            }

            got.RemoveAt(index);
        }

        return true;
    }

    private static int Exactness(ExpectedRiskEvent e) => (e.Object is null ? 0 : 1) + (e.Type is null ? 0 : 1) + (e.Score is null ? 0 : 1) + (e.Message is null ? 0 : 1);

    private static bool Fits(ExpectedRiskEvent expected, RiskEvent got) =>
        (expected.Object is null || expected.Object == got.RiskObject.Value)
        && (expected.Type is null || expected.Type == got.RiskObject.Type)
        && (expected.Score is null || expected.Score == got.BaseScore)
        && (expected.Message is null || expected.Message == got.Message);

    private static string Describe(ExpectedRiskEvent e) => $"{e.Type ?? "any"} {e.Object ?? "any"}, score {e.Score?.ToString() ?? "any"}: {e.Message ?? "any message"}";
}
