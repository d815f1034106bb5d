using System.Numerics;
using System.Text;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>
/// Few keys whose values leave fewest of many predicates possible in the lines of a sample: most searches ask for a verb and a resource, and no line has more than one
/// of each.
/// </summary>
internal sealed class KeyChoice
{
    private const int MostKeys = 6;
    private const int ShortestKey = 3;

    /// <summary>One key more must leave no more than this share of what is possible.</summary>
    private const double Worthwhile = 0.75;

    private readonly PredicateSet predicates;
    private readonly SampleLines sample;
    private readonly int words;
    private readonly ulong[] possible;
    private readonly List<SoughtKey> keys = [];

    /// <param name="predicates">What is asked of each line.</param>
    /// <param name="sample">Some lines.</param>
    public KeyChoice(PredicateSet predicates, SampleLines sample)
    {
        (this.predicates, this.sample) = (predicates, sample);
        var all = PredicateMask.All(predicates.Count);
        words = all.Length;
        possible = new ulong[sample.Count * words];
        for (var line = 0; line < sample.Count; line++)
        {
            all.CopyTo(possible, line * words);
        }

        var candidates = predicates.FieldNames.GroupBy(NecessaryLiterals.Key).Where(g => g.Key.Length >= ShortestKey).Select(g => Candidate($"{g.Key}\":", [.. g])).ToList();
        for (var sum = SumWith(possible); sum > 0 && keys.Count < MostKeys && candidates.Count > 0;)
        {
            var (best, least) = (candidates[0], long.MaxValue);
            foreach (var candidate in candidates)
            {
                var with = SumWith(candidate.Possible);
                (best, least) = with < least ? (candidate, with) : (best, least);
            }

            if (least > Worthwhile * sum)
            {
                break;
            }

            keys.Add(best.Key);
            candidates.Remove(best);
            sum = least;
            for (var i = 0; i < possible.Length; i++)
            {
                possible[i] &= best.Possible[i];
            }
        }
    }

    public IReadOnlyList<SoughtKey> Keys => keys;

    /// <summary>For each predicate the lines in which the keys' values leave it possible.</summary>
    public List<LineMarks> PossibleIn()
    {
        var lines = new List<LineMarks>();
        for (var i = 0; i < predicates.Count; i++)
        {
            lines.Add(new LineMarks(sample.Count));
        }

        for (var i = 0; i < possible.Length; i++)
        {
            for (var bits = possible[i]; bits != 0; bits &= bits - 1)
            {
                lines[(i % words * 64) + BitOperations.TrailingZeroCount(bits)].Set(i / words);
            }
        }

        return lines;
    }

    /// <summary>What one key's values leave possible of each line.</summary>
    private KeyCandidate Candidate(string key, string[] fields)
    {
        var values = new KeyedValues(predicates, [fields], 0);
        var text = Encoding.UTF8.GetBytes(key);
        var left = new ulong[possible.Length];
        for (var number = 0; number < sample.Count; number++)
        {
            var line = sample.Lines[number];
            values.Begin();
            for (var at = line.Offset; line.AsSpan(at - line.Offset).IndexOf(text) is >= 0 and var behind;)
            {
                at += behind + text.Length;
                values.Take(0, line.Array, at);
            }

            values.Possible().CopyTo(left, number * words);
        }

        return new KeyCandidate(new SoughtKey(key, fields), left);
    }

    /// <summary>How many predicates are possible in all lines together if these masks are heeded too, by what walking each line costs.</summary>
    private long SumWith(ulong[] masks)
    {
        var sum = 0L;
        for (var i = 0; i < masks.Length; i++)
        {
            sum += (long)BitOperations.PopCount(possible[i] & masks[i]) * sample.Weights[i / words];
        }

        return sum;
    }

    /// <summary>A key that may be sought, and the mask of predicates that it leaves possible for each line, one behind the other.</summary>
    private sealed record KeyCandidate(SoughtKey Key, ulong[] Possible);
}
