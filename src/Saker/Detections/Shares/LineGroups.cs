using System.Runtime.CompilerServices;
using Saker.Detections.Sieving;
using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Detections.Shares;

/// <summary>
/// Groups plain audit events from their lines, without decoding: what the search reads of them is what decoding would give. Whatever is not so plain
/// (wrapped, cut off, of an unbelievable time, spelled with white space) is left to decoding. One a thread.
/// </summary>
internal sealed class LineGroups
{
    private const int Stamp = 0;
    private const int AuditId = 1;
    private const int Stage = 2;
    private const int Truncated = 3;

    /// <summary>In the order of the numbers above.</summary>
    private static readonly string[] Watched = ["stageTimestamp", "auditID", "stage", "annotations.audit.k8s.io/truncated"];

    private readonly EventGroups groups;
    private readonly TimeBounds times = new();
    private readonly long latest;
    private readonly bool readsMaskable;
    private LineUnit unit = null!;
    private bool[]? leftOut;

    private LineGroups(EventGroups groups, IngestOptions options, bool readsMaskable)
    {
        (this.groups, this.readsMaskable) = (groups, readsMaskable);
        latest = (options.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
    }

    /// <summary>The time of the newest event that was read; the least number if none was.</summary>
    public long Newest => times.Newest;

    /// <summary>Null if the search must see its events decoded.</summary>
    public static LineGroups? Of(PartialSearch search, IngestOptions options, ScanKernel kernel)
    {
        var groups = search.NewReader();
        var alike = new Event { Index = RecordDecoder.KubernetesIndex, Source = RecordDecoder.KubernetesSource, Sourcetype = RecordDecoder.AuditSourcetype, Cluster = options.Cluster };
        return groups.TryBeginLines(alike, Watched, kernel) ? new LineGroups(groups, options, search.Fields.Names.Any(f => !PlainAudit.IsAsWritten(f))) : null;
    }

    /// <summary>Goes on with the lines of a unit. <paramref name="leftOut"/> says of its wanted events, by their number, which are not grouped.</summary>
    public void Begin(LineUnit unit, bool[]? leftOut) => (this.unit, this.leftOut) = (unit, leftOut);

    /// <summary>The groups of the events taken since <see cref="Begin"/>.</summary>
    public GroupStates End() => groups.Take();

    /// <summary>Takes a line that ends with a newline.</summary>
    /// <param name="text">The array where it stands.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">After its last byte that is no white space.</param>
    /// <param name="next">After its newline.</param>
    /// <param name="offset">Where it begins in its file.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(byte[] text, int start, int end, int next, long offset)
    {
        var line = new ArraySegment<byte>(text, start, end - start);
        unit.Take(text.AsSpan(start, next - start), AuditEvent.IsPlain(line) && groups.TryReadLine(line) ? Judge(text, line, offset) : Verdict.Other);
    }

    /// <summary>Whether a search wants a line, for a sample; null if it would be decoded.</summary>
    public bool? Wants(ArraySegment<byte> line) => AuditEvent.IsPlain(line) && groups.TryReadLine(line) ? groups.WantsLine(0) : null;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Verdict Judge(byte[] text, ArraySegment<byte> line, long offset)
    {
        var (stamp, id, stage) = (groups.First(Stamp), groups.First(AuditId), groups.First(Stage));
        if (!unit.IsAfterPlain || groups.First(Truncated).Exists || !stamp.IsPlainText(text) || !id.IsPlainText(text) || !stage.IsPlainText(text)
            || (readsMaskable && SecretHint.In(line)))
        {
            return Verdict.Wanted;
        }

        if (!times.TryTake(text.AsSpan(stamp.Start, stamp.Length + 1), EventTime.Earliest, latest, out var time))
        {
            return Verdict.Wanted;
        }

        if (groups.WantsLine(time))
        {
            if (leftOut is null || unit.Seen.Length >= leftOut.Length || !leftOut[unit.Seen.Length])
            {
                groups.Add();
            }

            unit.See(new SeenLine(EventFingerprint.Of(id.In(text), stage.In(text), stamp.In(text)), offset, time));
        }

        return Verdict.Unwanted;
    }
}
