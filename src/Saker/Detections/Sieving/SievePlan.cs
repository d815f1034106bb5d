using System.Text;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Sieving;

/// <summary>
/// How the lines that nobody wants are told from the others without decoding them. Where few literals let few lines through, these are sought first
/// and only what has them is walked; else every line is walked. Which one, a sample of the input decides.
/// </summary>
internal sealed class SievePlan
{
    /// <summary>Past this share of what the literals let through, walking each line costs less than seeking first.</summary>
    private const double MostLetThrough = 0.3;

    /// <summary>Past this share of lines that are wanted, decoding is the work, and sieving only adds to it.</summary>
    private const double MostWanted = 0.5;

    /// <summary>A key that stands in more than this share of the input tells nothing.</summary>
    private const double MostWithKey = 0.8;

    /// <summary>What a line costs, however short it is, in bytes that are walked.</summary>
    private const int BytesPerLine = 256;

    /// <summary>What a place costs where a literal may stand and is compared, in bytes that are walked.</summary>
    private const int BytesPerPlace = 60;

    /// <summary>With the places where literals may stand.</summary>
    private const double MostLookedAt = 0.6;

    private const int MostLiterals = 60;
    private const int FewNeeds = 20;
    private const int MostTried = 600;
    private const string Head = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/";
    private const string Stamp = "\"stageTimestamp\"";

    private readonly List<SearchExpression> predicates;

    private SievePlan(List<SearchExpression> predicates) => this.predicates = predicates;

    /// <summary>What searches ask of plain audit lines; equal predicates once.</summary>
    public IReadOnlyList<SearchExpression> Predicates => predicates;

    /// <summary>The literals to seek in every line; null where each is walked.</summary>
    public LiteralSet? Literals { get; private set; }

    /// <summary>For each predicate, the sets of literals of which a line must have one each.</summary>
    public ulong[][] Needs { get; private set; } = [];

    /// <summary>For each literal, the predicates of which it meets the first need.</summary>
    public int[][] First { get; private set; } = [];

    /// <summary>For each predicate, the keys without which it does not hold and that many lines lack: looked for only in lines that have its literals.</summary>
    public byte[][][] Keys { get; private set; } = [];

    /// <summary>What is rare in the sample, for sets of literals.</summary>
    public TextSample? Text { get; private set; }

    /// <summary>A plan for these requests; null if some search wants whatever comes, or takes its events with what a transport says of them.</summary>
    public static SievePlan? Of(IReadOnlyList<SourceRequest> requests, IngestOptions options)
    {
        var weakened = requests.Where(r => !r.IsMetrics).Select(r => PlainAudit.Weaken(HeadMatcher.Predicate(r), options)).OfType<SearchExpression>()
            .DistinctBy(p => p.ToString()).ToList();
        return weakened.Exists(p => p is SearchAll) ? null : new SievePlan(weakened);
    }

    /// <summary>Looks at some lines of the input; false if most are no plain audit events, or wanted.</summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="seeks">Whether to seek literals or to walk; null leaves it to the sample.</param>
    public bool Learn(ReadOnlyMemory<byte> text, bool? seeks = null)
    {
        var sample = Lines(text, out var others);
        if (seeks is null && (sample.Count == 0 || others > sample.Count))
        {
            return false;
        }

        var asked = new PredicateSet(predicates, KernelTable.Best);
        if (seeks is null && sample.Count(line => asked.Match(line, [], out _) is not { Count: 0 }) > MostWanted * sample.Count)
        {
            return false;
        }

        Text = new TextSample(sample);
        if (seeks != false)
        {
            ChooseLiterals(sample, seeks == true);
        }

        return true;
    }

    private static List<ArraySegment<byte>> Lines(ReadOnlyMemory<byte> text, out int others)
    {
        var lines = new List<ArraySegment<byte>>();
        others = 0;
        var array = new byte[text.Length + LineSieve.SlackBytes];
        text.CopyTo(array);
        for (var at = 0; at < text.Length;)
        {
            var length = array.AsSpan(at).IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }

            var line = array.AsSpan(at, length).TrimEnd(" \t\r"u8);
            if (AuditEvent.IsPlain(line))
            {
                lines.Add(new ArraySegment<byte>(array, at, line.Length));
            }
            else
            {
                others++;
            }

            at += length + 1;
        }

        return lines;
    }

    private void ChooseLiterals(List<ArraySegment<byte>> sample, bool isForced)
    {
        var lists = predicates.Select(p => NecessaryLiterals.Of(p, isCompact: true)).ToList();
        var texts = lists.SelectMany(l => l).SelectMany(l => l).Select(t => t.ToLowerInvariant()).Distinct().ToList();
        if (lists.Exists(l => l.Count == 0) || texts.Count > MostTried)
        {
            return;
        }

        var found = Find(texts, sample);
        var weights = sample.ConvertAll(line => line.Count + BytesPerLine);
        var total = weights.Sum(w => (long)w);
        var often = lists.SelectMany(l => l.Select(Joined)).CountBy(t => t).ToDictionary();
        var chosen = lists.ConvertAll(list => Rarest(list, found, weights, often));
        if (chosen.Sum(c => c.Count) <= FewNeeds)
        {
            for (var i = 0; i < lists.Count; i++)
            {
                AddSurety(chosen[i], lists[i], found, sample.Count);
            }
        }

        var used = chosen.SelectMany(c => c).SelectMany(c => c).Distinct().ToList();
        var through = new LineMarks(sample.Count);
        foreach (var needs in chosen)
        {
            through.Add(needs.Select(alternatives => LineMarks.Any(alternatives.Select(t => found[t]), sample.Count)).Aggregate(LineMarks.All(sample.Count), LineMarks.And));
        }

        if (chosen.Exists(c => c.Count == 0) || used.Count > MostLiterals || (!isForced && through.Sum(weights) > MostLetThrough * total))
        {
            return;
        }

        Needs = [.. chosen.Select(needs => needs.Select(alternatives => alternatives.Aggregate(0UL, (mask, text) => mask | (1UL << used.IndexOf(text)))).ToArray())];
        Keys = [.. predicates.Select(p => NecessaryLiterals.Roots(p).Select(Encoding.UTF8.GetBytes).Where(key => isForced || With(key, sample).Sum(weights) < MostWithKey * total).ToArray())];
        First = [.. used.Select((_, literal) => Enumerable.Range(0, Needs.Length).Where(p => (Needs[p][0] >> literal & 1) != 0).ToArray())];
        Literals = new LiteralSet(
            [
                .. used.Select(t => new Literal(t)),
                new Literal(Stamp, LiteralKind.Mark),
                new Literal("audit.k8s.io/truncated", LiteralKind.Veil),

                // These two letters equal an s and a k in another case.
                new Literal("\u017F", LiteralKind.Veil),
                new Literal("\u212A", LiteralKind.Veil),

                // What begins another object in the line.
                new Literal("}{", LiteralKind.Veil),
                new Literal("} ", LiteralKind.Veil),

                // A key and its value are sought as one: no space, and none behind a space, may part them.
                new Literal("\": ", LiteralKind.White),
                new Literal("\" :", LiteralKind.White),
                new Literal("\"  ", LiteralKind.White),
                new Literal(Head, LiteralKind.Head),
            ],
            Text);
        if (!isForced && (Places(Literals, sample) * BytesPerPlace) + through.Sum(weights) > MostLookedAt * total)
        {
            Literals = null;
        }
    }

    /// <summary>The alternatives to seek, rarest first, as long as one more leaves markedly less to walk.</summary>
    private static List<List<string>> Rarest(IReadOnlyList<IReadOnlyList<string>> lists, Dictionary<string, LineMarks> found, List<int> weights, Dictionary<string, int> often)
    {
        const double worthwhile = 0.6;
        const double rare = 0.005;
        var chosen = new List<List<string>>();
        var left = LineMarks.All(weights.Count);
        var (leftSum, least) = (left.Sum(weights), rare * left.Sum(weights));
        var marked = lists.Select(l => l.Select(t => t.ToLowerInvariant()).ToList()).Select(l => (Texts: l, Marks: LineMarks.Any(l.Select(t => found[t]), weights.Count))).ToList();
        while (marked.Count > 0 && leftSum > least)
        {
            // Where several leave next to nothing, what other predicates need too costs nothing more.
            var best = marked.MinBy(m => LineMarks.And(left, m.Marks).Sum(weights) is var sum && sum <= least ? (0, -often[Joined(m.Texts)]) : (sum, 0));
            var with = LineMarks.And(left, best.Marks);
            if (chosen.Count > 0 && with.Sum(weights) > worthwhile * leftSum)
            {
                break;
            }

            chosen.Add(best.Texts);
            (left, leftSum) = (with, with.Sum(weights));
            marked.Remove(best);
        }

        return chosen;
    }

    private static string Joined(IReadOnlyList<string> texts) => string.Join('\n', texts).ToLowerInvariant();

    /// <summary>At how many places of a sample some literal may stand.</summary>
    private static long Places(LiteralSet literals, List<ArraySegment<byte>> sample)
    {
        var places = 0L;
        foreach (var line in sample)
        {
            for (var at = 0; at + LiteralSet.WindowBytes <= line.Count; at++)
            {
                places += literals.BucketsAt(ref line.Array![line.Offset + at]) != 0 ? 1 : 0;
            }
        }

        return places;
    }

    /// <summary>One list more, for what the sample does not have: where it stands in few lines, it is found at no cost.</summary>
    private static void AddSurety(List<List<string>> chosen, IReadOnlyList<IReadOnlyList<string>> lists, Dictionary<string, LineMarks> found, int lines)
    {
        const double few = 0.5;
        var others = lists.Select(l => l.Select(t => t.ToLowerInvariant()).ToList()).Where(l => !chosen.Exists(c => c.SequenceEqual(l)));
        if (others.Select(l => (Texts: l, LineMarks.Any(l.Select(t => found[t]), lines).Count)).OrderBy(o => o.Count).FirstOrDefault() is { Texts: { } texts, Count: var count } && count < few * lines)
        {
            chosen.Add(texts);
        }
    }

    private static LineMarks With(byte[] key, List<ArraySegment<byte>> sample)
    {
        var marks = new LineMarks(sample.Count);
        for (var line = 0; line < sample.Count; line++)
        {
            if (sample[line].AsSpan().IndexOf(key) >= 0)
            {
                marks.Set(line);
            }
        }

        return marks;
    }

    private static Dictionary<string, LineMarks> Find(List<string> texts, List<ArraySegment<byte>> sample)
    {
        var marks = texts.ToDictionary(t => t, _ => new LineMarks(sample.Count));
        var set = new LiteralSet([.. texts.Select(t => new Literal(t))]);
        var seen = new ulong[(texts.Count + 63) / 64];
        for (var line = 0; line < sample.Count; line++)
        {
            Array.Clear(seen);
            set.FindIn(sample[line], seen);
            for (var i = 0; i < texts.Count; i++)
            {
                if ((seen[i / 64] >> i & 1) != 0)
                {
                    marks[texts[i]].Set(line);
                }
            }
        }

        return marks;
    }
}
