using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>Telemetry that detections name: where it is found and which fields it has.</summary>
public sealed record DataSource
{
    public required string Name { get; init; }

    public required SourceText File { get; init; }

    public string Id { get; init; } = "";

    public string Description { get; init; } = "";

    public string Source { get; init; } = "";

    public string Sourcetype { get; init; } = "";

    public IReadOnlyList<string> Fields { get; init; } = [];
}
