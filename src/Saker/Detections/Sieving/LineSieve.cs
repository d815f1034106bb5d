using System.Numerics;
using System.Runtime.CompilerServices;
using Saker.Ingest;
using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>
/// Tells of lines whether any search may want them, without decoding: only of plain audit events; all other lines are kept. Where literals tell, a line
/// that has none is looked at where it begins and ends, no more: <c>--decode-all</c> is for those who ask whether all between is valid. One a thread.
/// </summary>
internal sealed class LineSieve
{
    /// <summary>Behind the text that is sieved so many bytes must be readable.</summary>
    public const int SlackBytes = 2 * ScanKernel.BlockBytes;

    /// <summary>So many of a stretch's lines that may be wanted are walked; where nearly all prove to be, those that follow are left to the decoder.</summary>
    private const int Trial = 16;

    private const int NearlyAll = Trial - 2;

    private readonly SievePlan plan;
    private readonly ScanKernel kernel;
    private readonly PredicateSet predicates;
    private readonly LiteralSet sought;
    private readonly KeyedValues? values;
    private readonly SharedNeed[] needs = [];
    private readonly long latest;
    private readonly ulong[] seen;
    private readonly BlockMarks marks = new();
    private LineFacts facts;
    private int walked;
    private int wanted;

    /// <param name="plan">What to look for.</param>
    /// <param name="kernel">What to look with.</param>
    /// <param name="arrival">When the scan began, nanoseconds since 1970: stamps much later are not believed.</param>
    public LineSieve(SievePlan plan, ScanKernel kernel, long arrival)
    {
        this.plan = plan;
        this.kernel = kernel;
        latest = arrival;
        predicates = new PredicateSet(plan.Predicates, kernel, "stageTimestamp");
        sought = plan.Literals ?? new LiteralSet(
            predicates.Phrases.Count == 0 ? [] : [.. predicates.Phrases.Select(p => new Literal(p.Text)), new Literal("\u017F", LiteralKind.Veil), new Literal("\u212A", LiteralKind.Veil)], plan.Text);
        seen = new ulong[(sought.Count + 63) / 64];
        if (plan.Seeking is { Keys.Count: > 0 } seeking)
        {
            values = new KeyedValues(predicates, [.. seeking.Keys.Select(k => k.Fields)], seeking.Texts.Count);
            needs = seeking.ByNeed();
        }
    }

    public TimeBounds Times { get; } = new();

    /// <summary>To be called before the first line of a stretch: what is learned holds for that stretch alone, whichever thread reads it.</summary>
    public void BeginStretch() => (walked, wanted) = (0, 0);

    /// <summary>Makes ready to ask of lines in this text, of so many bytes; <see cref="SlackBytes"/> more must be readable.</summary>
    public void Begin(byte[] text, int length) =>
        kernel.Marks(text, (length + ScanKernel.BlockBytes - 1) / ScanKernel.BlockBytes, sought, marks);

    /// <summary>The index of the first newline at or after <paramref name="start"/> and before <paramref name="end"/>, -1 if there is none. Lines are to be asked for in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Newline(byte[] text, int start, int end)
    {
        if (plan.Seeking is null)
        {
            return marks.Newline(text, start, end, out facts.Control);
        }

        values?.Begin();
        return LineLook.Read(text, start, end, marks, sought, values, out facts);
    }

    /// <summary>
    /// What is to be done with the line whose newline was found last. JSON has no control characters but as white space, which API servers do not write.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Verdict Judge(byte[] text, int start, int newline)
    {
        var end = newline;
        while (end > start && text[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            end--;
        }

        if ((uint)facts.Control < (uint)end || !AuditEvent.IsPlain(text.AsSpan(start, end - start)))
        {
            return Verdict.Other;
        }

        return plan.Seeking is { } seeking ? JudgeByLiterals(seeking, text, start, end) : JudgeByWalk(text, start, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Verdict JudgeByLiterals(Seeking seeking, byte[] text, int start, int end)
    {
        if (facts.IsVeiled || facts.Marked < 0 || text[facts.Marked] != '"')
        {
            return Verdict.Other;
        }

        if (values is not null ? IsPossible(facts.Seen) : HasNeeds(seeking, facts.Seen, text.AsSpan(start, end - start)))
        {
            if (walked == Trial && wanted >= NearlyAll)
            {
                return kernel.EndsAt(text, facts.Marked, end) ? Verdict.Wanted : Verdict.Other;
            }

            var matched = predicates.Match(new ArraySegment<byte>(text, start, end - start), [], out var length);
            if (walked < Trial)
            {
                walked++;
                wanted += matched is { Count: > 0 } && length == end - start ? 1 : 0;
            }

            if (matched is not { Count: 0 } || length != end - start)
            {
                return matched is null || length != end - start ? Verdict.Other : Verdict.Wanted;
            }
        }

        return kernel.EndsAt(text, facts.Marked, end) ? IsDated(text.AsSpan(facts.Marked + 1, end - facts.Marked - 1)) : Verdict.Other;
    }

    /// <summary>Whether the values behind keys leave some predicate possible that has the literals it needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsPossible(ulong found)
    {
        var possible = values!.Possible();
        foreach (var need in needs)
        {
            if ((found & need.Alternatives) == 0)
            {
                PredicateMask.And(possible, need.Others);
            }
        }

        return !PredicateMask.IsEmpty(possible);
    }

    /// <summary>Whether a line has all that some predicate needs: the literals that were found, and keys, which are looked for now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool HasNeeds(Seeking seeking, ulong found, ReadOnlySpan<byte> line)
    {
        for (var literals = found; literals != 0; literals &= literals - 1)
        {
            var literal = BitOperations.TrailingZeroCount(literals);
            foreach (var predicate in seeking.First[literal])
            {
                var has = true;
                foreach (var alternatives in seeking.Needs[predicate])
                {
                    has &= (found & alternatives) != 0;
                }

                if (has && HasKeys(seeking.Roots[predicate], line))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool HasKeys(byte[][] keys, ReadOnlySpan<byte> line)
    {
        foreach (var key in keys)
        {
            if (line.IndexOf(key) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private Verdict JudgeByWalk(byte[] text, int start, int end)
    {
        Array.Clear(seen);
        if (!sought.FindIn(text, start, end, marks, seen))
        {
            return Verdict.Wanted;
        }

        var matched = predicates.Match(new ArraySegment<byte>(text, start, end - start), seen, out var length);
        if (matched is null || length != end - start)
        {
            return Verdict.Other;
        }

        return matched.Count > 0 || predicates.WatchedAt < 0 || text[predicates.WatchedAt - 1] != '"' ? Verdict.Wanted : IsDated(text.AsSpan(predicates.WatchedAt, end - predicates.WatchedAt));
    }

    /// <summary>A line whose time cannot be told must be decoded, since the newest is <c>now()</c>.</summary>
    private Verdict IsDated(ReadOnlySpan<byte> stamp) => Times.TryTake(stamp, EventTime.Earliest, latest, out _) ? Verdict.Unwanted : Verdict.Wanted;
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
