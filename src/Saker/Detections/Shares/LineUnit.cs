using Saker.Detections.Sieving;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>What a stretch of a file came to: the groups of its plain events, and the lines that are to be decoded, with a line in place of those that were grouped.</summary>
internal sealed class LineUnit : SievedUnit
{
    /// <summary>Of the events that the search wants, in their order; those to be decoded are not among them.</summary>
    public List<SeenEvent?> Seen { get; } = [];

    public GroupStates? Groups { get; set; }

    /// <summary>The time of the newest event grouped or not wanted.</summary>
    public long Newest { get; set; } = long.MinValue;

    /// <summary>The number of the file.</summary>
    public int File { get; init; }

    public long Start { get; init; }

    public long End { get; init; }
}
