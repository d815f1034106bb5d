namespace Saker.Content;

/// <summary>How frameworks classify a detection. What the file leaves out is derived as Splunk's build derives it.</summary>
public sealed record Annotations
{
    public static Annotations None { get; } = new();

    public IReadOnlyList<string> AnalyticStories { get; init; } = [];

    public IReadOnlyList<Technique> Techniques { get; init; } = [];

    /// <summary>Names, each once: <c>Execution</c>.</summary>
    public IReadOnlyList<string> Tactics { get; init; } = [];

    public IReadOnlyList<string> KillChainPhases { get; init; } = [];

    public IReadOnlyList<string> Nist { get; init; } = [];

    public IReadOnlyList<string> Cis20 { get; init; } = [];

    public IReadOnlyList<string> Cve { get; init; } = [];

    public IEnumerable<string> MitreAttackIds => Techniques.Select(t => t.Id);
}
