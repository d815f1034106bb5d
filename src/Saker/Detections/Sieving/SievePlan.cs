using System.Text;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Sieving;

/// <summary>
/// How the lines that nobody wants are told from the others without decoding them. Where few literals let few lines through, or the values behind few keys do,
/// these are sought first and only what they leave is walked; else every line is walked. Which one, a sample of the input decides.
/// </summary>
internal sealed class SievePlan
{
    /// <summary>Past this share of what is let through, walking each line costs less than seeking first.</summary>
    private const double MostLetThrough = 0.3;

    /// <summary>Past this share of lines that are wanted, decoding is the work, and sieving only adds to it.</summary>
    private const double MostWanted = 0.5;

    /// <summary>A key that stands in more than this share of the input tells nothing.</summary>
    private const double MostWithKey = 0.8;

    /// <summary>What is possible in no more than this share of the input needs no literals besides keys.</summary>
    private const double Rare = 0.005;

    /// <summary>What a place costs where a literal may stand and is compared, in bytes that are walked.</summary>
    private const int BytesPerPlace = 60;

    /// <summary>With the places where literals may stand.</summary>
    private const double MostLookedAt = 0.6;

    private const int MostLiterals = 60;
    private const int FewNeeds = 20;

    private readonly List<SearchExpression> predicates;

    private SievePlan(List<SearchExpression> predicates) => this.predicates = predicates;

    /// <summary>What searches ask of plain audit lines; equal predicates once.</summary>
    public IReadOnlyList<SearchExpression> Predicates => predicates;

    /// <summary>What to seek in every line; null where each is walked.</summary>
    public Seeking? Seeking { get; private set; }

    /// <summary>What of it to look for: made once, since it takes a while.</summary>
    public LiteralSet? Literals { get; private set; }

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
    /// <param name="way">How to tell lines apart; null leaves it to the sample.</param>
    public bool Learn(ReadOnlyMemory<byte> text, SieveWay? way = null)
    {
        var sample = new SampleLines(text);
        if (way is null && (sample.Count == 0 || sample.Others > sample.Count))
        {
            return false;
        }

        var asked = new PredicateSet(predicates, KernelTable.Best);
        if (way is null && sample.Lines.Count(line => asked.Match(line, [], out _) is not { Count: 0 }) > MostWanted * sample.Count)
        {
            return false;
        }

        Text = new TextSample(sample.Lines);
        var (literals, keys) = (new Option(null, 0), new Option(null, 0));
        if (way is null or SieveWay.Literals)
        {
            literals = ByLiterals(sample, way is not null);
        }

        if (way is null or SieveWay.Keys)
        {
            keys = ByKeys(asked, sample);
        }

        Choose(sample, way is not null, literals, keys);
        return true;
    }

    /// <summary>Takes what costs least, if that is less than walking each line.</summary>
    private void Choose(SampleLines sample, bool isForced, params IEnumerable<Option> options)
    {
        var least = isForced ? double.PositiveInfinity : MostLookedAt * sample.Weight;
        foreach (var (seeking, through) in options)
        {
            if (seeking is null || (!isForced && through > MostLetThrough * sample.Weight))
            {
                continue;
            }

            var literals = new LiteralSet(seeking.Literals, Text);
            var cost = (sample.Places(literals) * BytesPerPlace) + through;
            if (cost <= least)
            {
                (Seeking, Literals, least) = (seeking, literals, cost);
            }
        }
    }

    /// <summary>Texts alone; none if some predicate has none.</summary>
    private Option ByLiterals(SampleLines sample, bool isForced)
    {
        if (LiteralChoice.Of(predicates, sample) is not { } choice)
        {
            return default;
        }

        var chosen = predicates.Select((_, p) => choice.Rarest(p, sample.All, needsOne: true)).ToList();
        if (chosen.Exists(c => c.Count == 0))
        {
            return default;
        }

        if (chosen.Sum(c => c.Count) <= FewNeeds)
        {
            for (var i = 0; i < chosen.Count; i++)
            {
                choice.AddSurety(i, chosen[i]);
            }
        }

        var roots = predicates.Select(p => NecessaryLiterals.Roots(p).Select(Encoding.UTF8.GetBytes)
            .Where(key => isForced || sample.With(key).Sum(sample.Weights) < MostWithKey * sample.Weight).ToArray());
        return Of(chosen, [], [.. roots], sample.Any(chosen.Select(needs => choice.With(needs, sample.All))).Sum(sample.Weights));
    }

    /// <summary>The values behind a few keys, and texts for the predicates that these leave possible too often.</summary>
    private Option ByKeys(PredicateSet asked, SampleLines sample)
    {
        var keys = new KeyChoice(asked, sample);
        if (keys.Keys.Count == 0)
        {
            return default;
        }

        var possible = keys.PossibleIn();
        var often = Enumerable.Range(0, predicates.Count).Where(p => possible[p].Sum(sample.Weights) > Rare * sample.Weight).ToList();
        var chosen = predicates.ConvertAll(_ => new List<List<string>>());
        if (LiteralChoice.Of(often.Select(p => predicates[p]), sample) is { } choice)
        {
            foreach (var (i, p) in often.Index())
            {
                chosen[p] = choice.Rarest(i, possible[p], needsOne: false);
            }

            KeepWorthwhile(chosen, possible, choice, sample);
        }

        return Of(chosen, keys.Keys, [.. predicates.Select(_ => Array.Empty<byte[]>())], sample.Any(possible).Sum(sample.Weights));
    }

    /// <summary>Forgets the texts that cost more to seek than they save, since lines are walked for other predicates; leaves the lines in which each predicate is possible.</summary>
    private static void KeepWorthwhile(List<List<List<string>>> chosen, List<LineMarks> possible, LiteralChoice choice, SampleLines sample)
    {
        var with = possible.Select((lines, p) => choice.With(chosen[p], lines)).ToList();
        var least = sample.Any(with).Sum(sample.Weights);
        for (var p = 0; p < chosen.Count; p++)
        {
            var alone = chosen[p].SelectMany(t => t).Except(chosen.Where((_, other) => other != p).SelectMany(c => c).SelectMany(t => t));
            var others = sample.Any(with.Where((_, other) => other != p).Append(possible[p])).Sum(sample.Weights);
            if (chosen[p].Count > 0 && others - least <= BytesPerPlace * choice.LinesWith(alone))
            {
                (chosen[p], with[p], least) = ([], possible[p], others);
            }

            possible[p] = with[p];
        }
    }

    private static Option Of(List<List<List<string>>> chosen, IReadOnlyList<SoughtKey> keys, byte[][][] roots, long through)
    {
        var texts = chosen.SelectMany(c => c).SelectMany(c => c).Distinct().ToList();
        ulong[] Needs(List<List<string>> lists) => [.. lists.Select(alternatives => alternatives.Aggregate(0UL, (mask, text) => mask | (1UL << texts.IndexOf(text))))];
        return texts.Count > MostLiterals ? default : new Option(new Seeking(texts, keys, [.. chosen.Select(Needs)], roots), through);
    }

    /// <summary>What may be sought, and what walking what it lets through costs.</summary>
    private readonly record struct Option(Seeking? Seeking, long Through);
}

/// <summary>How lines are told apart.</summary>
internal enum SieveWay
{
    /// <summary>By texts that predicates cannot do without.</summary>
    Literals,

    /// <summary>By the values behind a few keys, and texts for what they leave.</summary>
    Keys,

    /// <summary>By the values of all fields.</summary>
    Walk,
}
