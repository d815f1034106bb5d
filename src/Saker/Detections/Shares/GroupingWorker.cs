using System.Text;
using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Detections.Shares;

/// <summary>Decodes batches and groups the events that a search wants. Has scratch of its own: one a thread at a time.</summary>
internal sealed class GroupingWorker(IngestOptions options, EventGroups groups) : IDecodeSink
{
    private static readonly string[] Fingerprinted = ["auditID", "stage", "stageTimestamp"];

    private readonly RecordDecoder decoder = new(options);
    private BatchResult result = null!;
    private readonly FieldTable fields = new();
    private readonly Row row = new(Fingerprinted.Length);
    private FieldExtractor? fingerprinted;
    private List<SeenEvent?> seen = null!;
    private bool[]? leftOut;

    /// <summary>
    /// The groups of a batch. <paramref name="seen"/> takes what tells each event that the search wants from others, null where nothing does; <paramref name="leftOut"/> says by their number
    /// which of these are not grouped.
    /// </summary>
    public GroupStates Process(RecordBatch batch, InputFile file, BatchResult into, List<SeenEvent?> seen, bool[]? leftOut = null)
    {
        (result, this.seen, this.leftOut) = (into, seen, leftOut);
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

        if (leftOut is null || !leftOut[seen.Count])
        {
            groups.Add();
        }

        seen.Add(leftOut is null && EventIdentity.OfRun(e, kind) is { } identity ? new SeenEvent(Fingerprint(e, kind, identity), identity, e.TimeNanoseconds) : null);
    }

    public void Other(string reason) => result.Counts.CountOther();

    public void Reject(in RecordPlace place, string reason) => result.Counts.Reject(place, reason);

    /// <summary>What an audit event would have that was grouped from its line; others are told apart by their identity alone.</summary>
    private ulong Fingerprint(Event e, EventKind kind, UInt128 identity)
    {
        if (kind != EventKind.Audit)
        {
            return (ulong)identity;
        }

        fingerprinted ??= new FieldExtractor(FieldNeed.Of(Fingerprinted), fields);
        row.Clear();
        fingerprinted.Extract(new Event { Raw = e.Raw }, row);
        return EventFingerprint.Of(First("auditID"), First("stage"), First("stageTimestamp"));
    }

    private ReadOnlySpan<byte> First(string field) =>
        row[fields.Slot(field)] switch
        {
            { IsNull: true } => default,
            var value => value.First is { IsUtf8: true } first ? first.Utf8 : Encoding.UTF8.GetBytes(value.First.Text),
        };
}
