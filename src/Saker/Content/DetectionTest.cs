using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>A test of a detection: events, and what must come of them.</summary>
public sealed record DetectionTest
{
    public required string Name { get; init; }

    /// <summary>Where the test stands in the detection's file.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Splunk's form: data sets to fetch, at least one row expected.</summary>
    public IReadOnlyList<AttackData> AttackData { get; init; } = [];

    /// <summary>One event each: a line of JSON or of text, as a cluster would send it.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>A file of events beside the detection, as a path that can be opened; null when events stand in the test.</summary>
    public string? EventsFile { get; init; }

    /// <summary>Given to the events; null leaves it to what the events are.</summary>
    public string? Source { get; init; }

    public string? Sourcetype { get; init; }

    public TestExpectation Expect { get; init; } = TestExpectation.SomeRow;
}

/// <summary>What a test demands. What is null is not looked at.</summary>
/// <param name="Rows">Exactly so many rows.</param>
/// <param name="RiskEvents">Exactly these risk events, in any order.</param>
public sealed record TestExpectation(int? Rows, IReadOnlyList<ExpectedRiskEvent>? RiskEvents)
{
    /// <summary>At least one row: what Splunk's own form demands.</summary>
    public static TestExpectation SomeRow { get; } = new(null, null);

    public static TestExpectation Nothing { get; } = new(0, []);

    public bool IsNothing => Rows == 0 || (Rows is null && RiskEvents is []);
}

/// <summary>A risk event as a test states it; what is null is not looked at.</summary>
public sealed record ExpectedRiskEvent(string? Object, string? Type, int? Score, string? Message);

/// <summary>A public data set that shows the attack.</summary>
public sealed record AttackData(string Url, string Source, string Sourcetype, string? Host, string? CustomIndex);
