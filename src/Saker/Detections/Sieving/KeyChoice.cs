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
    private readonly List<SoughtKey> keys = [];
    private ulong[][] possible;

    /// <param name="predicates">What is asked of each line.</param>
    /// <param name="sample">Some lines.</param>
    public KeyChoice(PredicateSet predicates, SampleLines sample)
    {
        (this.predicates, this.sample) = (predicates, sample);
        var all = PredicateMask.Of(predicates.Count, Enumerable.Range(0, predicates.Count));
        possible = [.. sample.Lines.Select(_ => all)];
        var candidates = predicates.FieldNames.GroupBy(NecessaryLiterals.Key).Where(g => g.Key.Length >= ShortestKey).Select(g => new SoughtKey($"{g.Key}\":", [.. g])).ToList();
        var left = candidates.ConvertAll(c => (Key: c, Possible: Possible(c)));
        for (var sum = Sum(possible); sum > 0 && keys.Count < MostKeys && left.Count > 0;)
        {
            var (key, with, least) = left.Select(l => And(possible, l.Possible) is var both ? (l.Key, both, Sum(both)) : default).MinBy(l => l.Item3);
            if (least > Worthwhile * sum)
            {
                break;
            }

            keys.Add(key);
            (possible, sum) = (with, least);
            left.RemoveAll(l => l.Key == key);
        }
    }

    public IReadOnlyList<SoughtKey> Keys => keys;

    /// <summary>For each predicate the lines in which the keys' values leave it possible.</summary>
    public List<LineMarks> PossibleIn()
    {
        var lines = Enumerable.Range(0, predicates.Count).Select(_ => new LineMarks(sample.Count)).ToList();
        for (var line = 0; line < possible.Length; line++)
        {
            for (var i = 0; i < possible[line].Length; i++)
            {
                for (var bits = possible[line][i]; bits != 0; bits &= bits - 1)
                {
                    lines[(i * 64) + BitOperations.TrailingZeroCount(bits)].Set(line);
                }
            }
        }

        return lines;
    }

    /// <summary>What one key's values leave possible of each line.</summary>
    private ulong[][] Possible(SoughtKey key)
    {
        var values = new KeyedValues(predicates, [key.Fields], 0);
        var text = Encoding.UTF8.GetBytes(key.Text);
        return [.. sample.Lines.Select(line =>
        {
            values.Begin();
            for (var at = line.Offset; line.AsSpan(at - line.Offset).IndexOf(text) is >= 0 and var behind;)
            {
                at += behind + text.Length;
                values.Take(0, line.Array, at);
            }

            return values.Possible().ToArray();
        })];
    }

    private static ulong[][] And(ulong[][] left, ulong[][] right) => [.. left.Zip(right, (a, b) =>
    {
        var both = a.ToArray();
        PredicateMask.And(both, b);
        return both;
    })];

    /// <summary>How many predicates are possible in all lines together, by what walking each line costs.</summary>
    private long Sum(ulong[][] masks) => masks.Select((mask, line) => (long)mask.Sum(BitOperations.PopCount) * sample.Weights[line]).Sum();
}
