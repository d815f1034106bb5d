using Saker.Detections.Sieving;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>What a stretch of a file came to: the groups of its plain events, and the lines that are to be decoded.</summary>
internal sealed class LineUnit : IDisposable
{
    /// <summary>The lines to decode, with a line in place of those that were grouped.</summary>
    public SievedUnit Rest { get; } = new();

    /// <summary>Of the events that the search wants, in their order; those to be decoded are not among them.</summary>
    public List<SeenEvent?> Seen { get; } = [];

    public GroupStates? Groups { get; set; }

    /// <summary>The time of the newest event grouped or not wanted.</summary>
    public long Newest { get; set; } = long.MinValue;

    /// <summary>Whether the line before was plain: only then is the next surely a record of its own, as no comma stands between.</summary>
    public bool IsAfterPlain { get; private set; }

    /// <summary>The number of the file.</summary>
    public int File { get; init; }

    public long Start { get; init; }

    public long End { get; init; }

    public void Take(ReadOnlySpan<byte> line, Verdict verdict)
    {
        Rest.Take(line, verdict);
        IsAfterPlain = verdict != Verdict.Other;
    }

    public void Dispose() => Rest.Dispose();
}
