using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Sieving;

/// <summary>Which of the literals that predicates cannot do without are sought: few, and those that are rare in a sample.</summary>
internal sealed class LiteralChoice
{
    /// <summary>More texts are not looked for in the sample.</summary>
    private const int MostTried = 600;

    private readonly SampleLines sample;
    private readonly Dictionary<string, LineMarks> found;
    private readonly List<List<Alternatives>> needs = [];

    private LiteralChoice(SampleLines sample, List<List<List<string>>> lists, IReadOnlyCollection<string> texts)
    {
        this.sample = sample;
        found = sample.Find(texts);
        var known = new Dictionary<string, Alternatives>(StringComparer.Ordinal);
        foreach (var list in lists)
        {
            var own = new List<Alternatives>();
            foreach (var alternatives in list)
            {
                var joined = string.Join('\n', alternatives);
                if (!known.TryGetValue(joined, out var one))
                {
                    known.Add(joined, one = new Alternatives(alternatives, sample.Any(alternatives.Select(t => found[t]))));
                }

                one.Often++;
                own.Add(one);
            }

            needs.Add(own);
        }
    }

    /// <summary>Null if they have too many literals to look for.</summary>
    public static LiteralChoice? Of(IEnumerable<SearchExpression> predicates, SampleLines sample)
    {
        var lists = predicates.Select(p => NecessaryLiterals.Of(p, isCompact: true).Select(l => l.Select(t => t.ToLowerInvariant()).ToList()).ToList()).ToList();
        var texts = lists.SelectMany(l => l).SelectMany(l => l).ToHashSet(StringComparer.Ordinal);
        return texts.Count > MostTried ? null : new LiteralChoice(sample, lists, texts);
    }

    /// <summary>For a predicate, texts of which a line must have one of each: rarest first, as long as one more leaves markedly less to walk.</summary>
    /// <param name="predicate">Its number.</param>
    /// <param name="left">The lines that it is possible in.</param>
    /// <param name="needsOne">Whether there must be one, and be it in most lines.</param>
    public List<Alternatives> Rarest(int predicate, LineMarks left, bool needsOne)
    {
        const double worthwhile = 0.6;
        var chosen = new List<Alternatives>();
        var untried = needs[predicate].ToList();
        for (var leftSum = left.Sum(sample.Weights); untried.Count > 0 && leftSum > NextToNothing;)
        {
            var best = Best(untried, left);
            var with = LineMarks.And(left, best.Lines);
            var withSum = with.Sum(sample.Weights);
            if ((chosen.Count > 0 || !needsOne) && withSum > worthwhile * leftSum)
            {
                break;
            }

            chosen.Add(best);
            untried.Remove(best);
            (left, leftSum) = (with, withSum);
        }

        return chosen;
    }

    /// <summary>One more, for what the sample does not have: where it stands in few lines, it is found at no cost.</summary>
    public void AddSurety(int predicate, List<Alternatives> chosen)
    {
        const double few = 0.5;
        var (rarest, least) = ((Alternatives?)null, (int)(few * sample.Count));
        foreach (var other in needs[predicate])
        {
            if (!chosen.Contains(other) && other.Lines.Count is var count && count < least)
            {
                (rarest, least) = (other, count);
            }
        }

        if (rarest is not null)
        {
            chosen.Add(rarest);
        }
    }

    /// <summary>In how many lines a text stands.</summary>
    public int LinesWith(string text) => found[text].Count;

    /// <summary>What leaves a predicate so little needs nothing more.</summary>
    private double NextToNothing => 0.005 * sample.Weight;

    /// <summary>What leaves least. Where several leave next to nothing, what other predicates need too costs nothing more.</summary>
    private Alternatives Best(List<Alternatives> untried, LineMarks left)
    {
        var (best, least) = (untried[0], long.MaxValue);
        foreach (var one in untried)
        {
            var sum = LineMarks.And(left, one.Lines).Sum(sample.Weights);
            sum = sum <= NextToNothing ? -one.Often : sum;
            (best, least) = sum < least ? (one, sum) : (best, least);
        }

        return best;
    }
}

/// <summary>Texts of which a line must have one, in lower case, and the lines of a sample that do.</summary>
internal sealed class Alternatives(List<string> texts, LineMarks lines)
{
    public List<string> Texts => texts;

    public LineMarks Lines => lines;

    /// <summary>How many predicates ask for one of them.</summary>
    public int Often { get; set; }
}
