using System.Buffers;
using Saker.Detections.Sieving;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>What a stretch of a file came to: the groups of its plain events, and the lines that are to be decoded, with a line in place of those that were grouped.</summary>
internal sealed class LineUnit : SievedUnit
{
    private const int Usual = 8 * 1024;

    private SeenLine[] seen = [];
    private int count;

    /// <summary>The events that the search wants, in their order; those to be decoded are not among them.</summary>
    public ReadOnlySpan<SeenLine> Seen => seen.AsSpan(0, count);

    public GroupStates? Groups { get; set; }

    /// <summary>The time of the newest event grouped or not wanted.</summary>
    public long Newest { get; set; } = long.MinValue;

    /// <summary>The number of the file.</summary>
    public int File { get; init; }

    public long Start { get; init; }

    public long End { get; init; }

    /// <summary>Takes an event that the search wants.</summary>
    public void See(SeenLine line)
    {
        if (count == seen.Length)
        {
            // What is used again needs no fresh memory, which is dear.
            var larger = ArrayPool<SeenLine>.Shared.Rent(Math.Max(Usual, 2 * count));
            Seen.CopyTo(larger);
            Return();
            seen = larger;
        }

        seen[count++] = line;
    }

    protected override void Dispose(bool disposing)
    {
        Return();
        (seen, count) = ([], 0);
        base.Dispose(disposing);
    }

    private void Return()
    {
        if (seen.Length > 0)
        {
            ArrayPool<SeenLine>.Shared.Return(seen);
        }
    }
}
