using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Sieving;

/// <summary>Which of the literals that predicates cannot do without are sought: few, and those that are rare in a sample.</summary>
internal sealed class LiteralChoice
{
    /// <summary>More texts are not looked for in the sample.</summary>
    private const int MostTried = 600;

    private readonly SampleLines sample;
    private readonly List<IReadOnlyList<IReadOnlyList<string>>> lists;
    private readonly Dictionary<string, LineMarks> found;
    private readonly Dictionary<string, int> often;

    private LiteralChoice(SampleLines sample, List<IReadOnlyList<IReadOnlyList<string>>> lists, List<string> texts)
    {
        (this.sample, this.lists) = (sample, lists);
        found = sample.Find(texts);
        often = lists.SelectMany(l => l.Select(Joined)).CountBy(t => t).ToDictionary();
    }

    /// <summary>Null if they have too many literals to look for.</summary>
    public static LiteralChoice? Of(IEnumerable<SearchExpression> predicates, SampleLines sample)
    {
        var lists = predicates.Select(p => NecessaryLiterals.Of(p, isCompact: true)).ToList();
        var texts = lists.SelectMany(l => l).SelectMany(l => l).Select(t => t.ToLowerInvariant()).Distinct().ToList();
        return texts.Count > MostTried ? null : new LiteralChoice(sample, lists, texts);
    }

    /// <summary>For a predicate, lists of texts of which a line must have one each: rarest first, as long as one more leaves markedly less to walk.</summary>
    /// <param name="predicate">Its number.</param>
    /// <param name="left">The lines that it is possible in.</param>
    /// <param name="needsOne">Whether there must be one list, and be it in most lines.</param>
    public List<List<string>> Rarest(int predicate, LineMarks left, bool needsOne)
    {
        const double worthwhile = 0.6;
        const double rare = 0.005;
        var chosen = new List<List<string>>();
        var (leftSum, least) = (left.Sum(sample.Weights), rare * sample.Weight);
        var marked = Lowered(predicate).Select(l => (Texts: l, Marks: sample.Any(l.Select(t => found[t])))).ToList();
        while (marked.Count > 0 && leftSum > least)
        {
            // Where several leave next to nothing, what other predicates need too costs nothing more.
            var best = marked.MinBy(m => LineMarks.And(left, m.Marks).Sum(sample.Weights) is var sum && sum <= least ? (0, -often[Joined(m.Texts)]) : (sum, 0));
            var with = LineMarks.And(left, best.Marks);
            if ((chosen.Count > 0 || !needsOne) && with.Sum(sample.Weights) > worthwhile * leftSum)
            {
                break;
            }

            chosen.Add(best.Texts);
            (left, leftSum) = (with, with.Sum(sample.Weights));
            marked.Remove(best);
        }

        return chosen;
    }

    /// <summary>One list more, for what the sample does not have: where it stands in few lines, it is found at no cost.</summary>
    public void AddSurety(int predicate, List<List<string>> chosen)
    {
        const double few = 0.5;
        var others = Lowered(predicate).Where(l => !chosen.Exists(c => c.SequenceEqual(l)));
        if (others.Select(l => (Texts: l, sample.Any(l.Select(t => found[t])).Count)).OrderBy(o => o.Count).FirstOrDefault() is { Texts: { } texts, Count: var count } && count < few * sample.Count)
        {
            chosen.Add(texts);
        }
    }

    /// <summary>Of some lines those that have one text of each list.</summary>
    public LineMarks With(List<List<string>> needs, LineMarks left) => needs.Select(alternatives => sample.Any(alternatives.Select(t => found[t]))).Aggregate(left, LineMarks.And);

    /// <summary>In how many lines texts stand, all together.</summary>
    public long LinesWith(IEnumerable<string> texts) => texts.Sum(t => (long)found[t].Count);

    private List<List<string>> Lowered(int predicate) => [.. lists[predicate].Select(l => l.Select(t => t.ToLowerInvariant()).ToList())];

    private static string Joined(IReadOnlyList<string> texts) => string.Join('\n', texts).ToLowerInvariant();
}
