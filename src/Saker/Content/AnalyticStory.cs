using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>A use case that gathers detections.</summary>
public sealed record AnalyticStory
{
    public required string Name { get; init; }

    public required SourceText File { get; init; }

    public string Id { get; init; } = "";

    public ContentStatus Status { get; init; }

    public string Author { get; init; } = "";

    public DateOnly? Date { get; init; }

    public string Description { get; init; } = "";

    public string Narrative { get; init; } = "";

    public IReadOnlyList<string> References { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];
}
