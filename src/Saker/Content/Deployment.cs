using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>The defaults of all detections (or baselines) of a type: when they run and what they raise.</summary>
public sealed record Deployment
{
    public required string Name { get; init; }

    /// <summary>TTP, Anomaly, Hunting, Correlation, Baseline, Finding-based detection.</summary>
    public required string Type { get; init; }

    public required SourceText File { get; init; }

    public Schedule Schedule { get; init; } = Schedule.Hourly;

    public bool MakesRiskEvents { get; init; }

    public NotableSpec? Notable { get; init; }
}

/// <summary>How a finding is titled: <c>%name%</c> and <c>%description%</c> stand for the detection's.</summary>
public sealed record NotableSpec(string RuleTitle, string RuleDescription, IReadOnlyList<string> Fields);
