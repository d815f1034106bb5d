using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>Decodes batches and groups the events that a search wants. Has scratch of its own: one a thread at a time.</summary>
internal sealed class GroupingWorker(IngestOptions options, EventGroups groups) : IDecodeSink
{
    private readonly RecordDecoder decoder = new(options);
    private BatchResult result = null!;
    private List<UInt128?> identities = null!;
    private bool[]? leftOut;

    /// <summary>
    /// The groups of a batch. <paramref name="identities"/> takes the identity of each event that the search wants; <paramref name="leftOut"/> says by their number
    /// which of these are not grouped.
    /// </summary>
    public GroupStates Process(RecordBatch batch, InputFile file, BatchResult into, List<UInt128?> identities, bool[]? leftOut = null)
    {
        (result, this.identities, this.leftOut) = (into, identities, leftOut);
        InputReader.Decode(decoder, batch, file.Path, file.Day, this, file.Wrapping);
        return groups.Take();
    }

    public void Accept(Event e, EventKind kind, bool truncated)
    {
        result.Counts.Accepted(kind, truncated);
        result.Newest = Math.Max(result.Newest, e.TimeNanoseconds);
        if (!groups.Read(e))
        {
            return;
        }

        if (leftOut is null || !leftOut[identities.Count])
        {
            groups.Add();
        }

        identities.Add(leftOut is null ? EventIdentity.OfRun(e, kind) : null);
    }

    public void Other(string reason) => result.Counts.CountOther();

    public void Reject(in RecordPlace place, string reason) => result.Counts.Reject(place, reason);
}
