using Saker.Ingest;
using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>
/// Tells of lines whether any search may want them, without decoding: only of plain audit events, each sound in its strings and brackets; all other
/// lines are kept. One a thread.
/// </summary>
internal sealed class LineSieve
{
    /// <summary>Behind the text that is sieved so many bytes must be readable.</summary>
    public const int SlackBytes = 2 * ScanKernel.BlockBytes;

    private const int DeepestNesting = 10_000;

    private readonly SievePlan plan;
    private readonly ScanKernel kernel;
    private readonly PredicateSet predicates;
    private readonly LiteralSet? phrases;
    private readonly long latest;
    private readonly ulong[] seen;
    private ulong[] candidates = [];

    /// <param name="plan">What to look for.</param>
    /// <param name="kernel">What to look with.</param>
    /// <param name="arrival">When the scan began, nanoseconds since 1970: stamps much later are not believed.</param>
    public LineSieve(SievePlan plan, ScanKernel kernel, long arrival)
    {
        this.plan = plan;
        this.kernel = kernel;
        latest = arrival;
        predicates = new PredicateSet(plan.Predicates, kernel, "stageTimestamp");
        predicates.Learn(plan.Sample);
        phrases = plan.Literals is null && predicates.Phrases.Count > 0
            ? new LiteralSet([.. predicates.Phrases.Select(p => new Literal(p.Literal)), new Literal("\u017F", LiteralKind.Veil), new Literal("\u212A", LiteralKind.Veil)], plan.Rarity)
            : null;
        seen = new ulong[((phrases ?? plan.Literals)?.Count + 63) / 64 ?? 0];
    }

    public TimeBounds Times { get; } = new();

    private LiteralSet? Sought => plan.Literals ?? phrases;

    /// <summary>Makes ready to ask of lines in this text, of so many bytes; <see cref="SlackBytes"/> more must be readable.</summary>
    public void Begin(byte[] text, int length)
    {
        if (Sought is { } sought)
        {
            var blocks = (length + ScanKernel.BlockBytes - 1) / ScanKernel.BlockBytes;
            if (candidates.Length < blocks)
            {
                candidates = new ulong[blocks + (blocks / 4)];
            }

            kernel.Candidates(text, blocks, sought, candidates);
        }
    }

    /// <summary>What is to be done with a line; <paramref name="end"/> is after its last byte that is no white space.</summary>
    public Verdict Judge(byte[] text, int start, int end)
    {
        if (!AuditEvent.IsPlain(text.AsSpan(start, end - start)))
        {
            return Verdict.Other;
        }

        return plan.Literals is { } literals ? JudgeByLiterals(text, start, end, literals) : JudgeByWalk(text, start, end);
    }

    private Verdict JudgeByLiterals(byte[] text, int start, int end, LiteralSet literals)
    {
        Array.Clear(seen);
        var facts = kernel.ScanLine(text, start, end, candidates, literals, seen);
        if (facts.End != end || facts.Depth > DeepestNesting)
        {
            return Verdict.Other;
        }

        if (facts.IsVeiled || facts.Marked < 0 || text[facts.Marked] != '"')
        {
            return Verdict.Wanted;
        }

        if (HasNeeds(seen[0]) && predicates.Match(new ArraySegment<byte>(text, start, end - start), [], out _) is not { Count: 0 })
        {
            return Verdict.Wanted;
        }

        return IsDated(text.AsSpan(facts.Marked + 1, end - facts.Marked - 1));
    }

    private bool HasNeeds(ulong found)
    {
        foreach (var needs in plan.Needs)
        {
            var has = true;
            foreach (var alternatives in needs)
            {
                has &= (found & alternatives) != 0;
            }

            if (has)
            {
                return true;
            }
        }

        return false;
    }

    private Verdict JudgeByWalk(byte[] text, int start, int end)
    {
        if (phrases is not null)
        {
            Array.Clear(seen);
            if (!phrases.FindIn(text, start, end, candidates, seen))
            {
                return Verdict.Wanted;
            }
        }

        var matched = predicates.Match(new ArraySegment<byte>(text, start, end - start), phrases is null ? [] : seen, out var length);
        if (matched is null || length != end - start)
        {
            return Verdict.Other;
        }

        return matched.Count > 0 || predicates.WatchedAt < 0 || text[predicates.WatchedAt - 1] != '"' ? Verdict.Wanted : IsDated(text.AsSpan(predicates.WatchedAt, end - predicates.WatchedAt));
    }

    /// <summary>A line whose time cannot be told must be decoded, since the newest is <c>now()</c>.</summary>
    private Verdict IsDated(ReadOnlySpan<byte> stamp) => Times.TryTake(stamp, EventTime.Earliest, latest) ? Verdict.Unwanted : Verdict.Wanted;
}

/// <summary>What becomes of a line.</summary>
internal enum Verdict
{
    /// <summary>No plain audit event: it is decoded, whatever it is.</summary>
    Other,

    /// <summary>A plain audit event that some search may want, or of which that cannot be told: it is decoded.</summary>
    Wanted,

    /// <summary>A plain audit event that no search wants.</summary>
    Unwanted,
}
