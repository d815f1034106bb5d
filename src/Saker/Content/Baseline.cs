using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>A search that fills a lookup which detections compare with.</summary>
public sealed record Baseline
{
    public required string Name { get; init; }

    public required string Id { get; init; }

    public required SourceText Search { get; init; }

    public required SourceText File { get; init; }

    public required Schedule Schedule { get; init; }

    internal bool HasOwnSchedule { get; init; }

    public ContentStatus Status { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Names of the detections that need it.</summary>
    public IReadOnlyList<string> Detections { get; init; } = [];

    public IReadOnlyList<string> AnalyticStories { get; init; } = [];
}
