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
        if (way is null && Wanted(asked, sample) > MostWanted * sample.Count)
        {
            return false;
        }

        Text = new TextSample(sample.Lines);
        Choose(
            sample,
            way is not null,
            way is null or SieveWay.Literals ? ByLiterals(sample, way is not null) : null,
            way is null or SieveWay.Keys ? ByKeys(asked, sample) : null);
        return true;
    }

    /// <summary>How many lines some predicate wants.</summary>
    private static int Wanted(PredicateSet asked, SampleLines sample)
    {
        var wanted = 0;
        for (var line = 0; line < sample.Count; line++)
        {
            wanted += asked.Match(sample.Lines[line], [], out _) is { Count: 0 } ? 0 : 1;
        }

        return wanted;
    }

    /// <summary>Takes what costs least, if that is less than walking each line.</summary>
    private void Choose(SampleLines sample, bool isForced, params Option?[] options)
    {
        var least = isForced ? double.PositiveInfinity : MostLookedAt * sample.Weight;
        foreach (var option in options)
        {
            if (option is null || (!isForced && option.Through > MostLetThrough * sample.Weight))
            {
                continue;
            }

            var literals = new LiteralSet(option.Seeking.Literals, Text);
            var cost = (sample.Places(literals) * BytesPerPlace) + option.Through;
            if (cost <= least)
            {
                (Seeking, Literals, least) = (option.Seeking, literals, cost);
            }
        }
    }

    /// <summary>Texts alone; null if some predicate has none.</summary>
    private Option? ByLiterals(SampleLines sample, bool isForced)
    {
        if (LiteralChoice.Of(predicates, sample) is not { } choice)
        {
            return null;
        }

        var chosen = predicates.Select((_, p) => choice.Rarest(p, sample.All, needsOne: true)).ToList();
        if (chosen.Exists(c => c.Count == 0))
        {
            return null;
        }

        if (chosen.SelectMany(c => c).Count() <= FewNeeds)
        {
            for (var i = 0; i < chosen.Count; i++)
            {
                choice.AddSurety(i, chosen[i]);
            }
        }

        var roots = predicates.Select(p => NecessaryLiterals.Roots(p).Select(Encoding.UTF8.GetBytes)
            .Where(key => isForced || sample.With(key).Sum(sample.Weights) < MostWithKey * sample.Weight).ToArray());
        return Of(chosen, [], [.. roots], sample.Any(chosen.Select(needs => With(needs, sample.All))).Sum(sample.Weights));
    }

    /// <summary>The values behind a few keys, and texts for the predicates that these leave possible too often.</summary>
    private Option? ByKeys(PredicateSet asked, SampleLines sample)
    {
        var keys = new KeyChoice(asked, sample);
        if (keys.Keys.Count == 0)
        {
            return null;
        }

        var possible = keys.PossibleIn();
        var often = predicates.Where((_, p) => IsOften(possible[p], sample));
        var chosen = predicates.ConvertAll(_ => new List<Alternatives>());
        if (LiteralChoice.Of(often, sample) is { } choice)
        {
            for (var (p, number) = (0, 0); p < chosen.Count; p++)
            {
                if (IsOften(possible[p], sample))
                {
                    chosen[p] = choice.Rarest(number++, possible[p], needsOne: false);
                }
            }

            KeepWorthwhile(chosen, possible, choice, sample);
        }

        return Of(chosen, keys.Keys, [.. predicates.Select(_ => Array.Empty<byte[]>())], sample.Any(possible).Sum(sample.Weights));
    }

    private static bool IsOften(LineMarks possible, SampleLines sample) => possible.Sum(sample.Weights) > Rare * sample.Weight;

    /// <summary>Forgets the texts that cost more to seek than they save, since lines are walked for other predicates; leaves the lines in which each predicate is possible.</summary>
    private static void KeepWorthwhile(List<List<Alternatives>> chosen, List<LineMarks> possible, LiteralChoice choice, SampleLines sample)
    {
        var without = possible.ToList();
        for (var p = 0; p < chosen.Count; p++)
        {
            possible[p] = With(chosen[p], without[p]);
        }

        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in chosen.SelectMany(TextsOf))
        {
            uses[text] = uses.GetValueOrDefault(text) + 1;
        }

        var least = sample.Any(possible).Sum(sample.Weights);
        for (var p = 0; p < chosen.Count; p++)
        {
            if (chosen[p].Count == 0)
            {
                continue;
            }

            var others = sample.Any(possible.Where((_, other) => other != p).Append(without[p])).Sum(sample.Weights);
            var linesWith = 0L;
            foreach (var text in TextsOf(chosen[p]))
            {
                linesWith += uses[text] == 1 ? choice.LinesWith(text) : 0;
            }

            if (others - least <= BytesPerPlace * linesWith)
            {
                foreach (var text in TextsOf(chosen[p]))
                {
                    uses[text]--;
                }

                (chosen[p], possible[p], least) = ([], without[p], others);
            }
        }
    }

    private static IEnumerable<string> TextsOf(List<Alternatives> chosen) => chosen.SelectMany(c => c.Texts).Distinct();

    /// <summary>Of some lines those that have what a predicate needs.</summary>
    private static LineMarks With(List<Alternatives> needs, LineMarks left) => needs.Aggregate(left, (lines, alternatives) => LineMarks.And(lines, alternatives.Lines));

    private static Option? Of(List<List<Alternatives>> chosen, IReadOnlyList<SoughtKey> keys, byte[][][] roots, long through)
    {
        var texts = chosen.SelectMany(TextsOf).Distinct().ToList();
        if (texts.Count > MostLiterals)
        {
            return null;
        }

        var needs = new ulong[chosen.Count][];
        for (var p = 0; p < needs.Length; p++)
        {
            needs[p] = new ulong[chosen[p].Count];
            for (var i = 0; i < needs[p].Length; i++)
            {
                foreach (var text in chosen[p][i].Texts)
                {
                    needs[p][i] |= 1UL << texts.IndexOf(text);
                }
            }
        }

        return new Option(new Seeking(texts, keys, needs, roots), through);
    }

    /// <summary>What may be sought, and what walking what it lets through costs.</summary>
    private sealed record Option(Seeking Seeking, long Through);
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
