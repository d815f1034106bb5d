using System.Numerics;

namespace Saker.Spl.Scanning;

/// <summary>
/// Sorts literals into few groups by their windows. A group lets through every text that has, at each place, a byte of any of its windows there: so those
/// windows are put together that together let through least of what often stands in the input.
/// </summary>
internal static class WindowGroups
{
    /// <summary>Past this number neighbours in order are put together first: they begin alike.</summary>
    private const int MostCompared = 40;

    /// <summary>The literals in each of at most so many groups. All must be as long as a window.</summary>
    public static List<List<PlacedLiteral>> Of(List<PlacedLiteral> literals, int most, TextSample? sample)
    {
        literals.Sort((a, b) => a.WindowBytes.SequenceCompareTo(b.WindowBytes));
        var largest = sample is null ? most : MostCompared;
        var chunks = literals.Chunk(Math.Max(1, (literals.Count + largest - 1) / largest)).Select(members => members.ToList()).ToList();
        return sample is null || chunks.Count <= most ? chunks : Merge(chunks, most, sample);
    }

    private static List<List<PlacedLiteral>> Merge(List<List<PlacedLiteral>> chunks, int most, TextSample sample)
    {
        var groups = chunks.ConvertAll(members => new Group(members, sample));
        var costs = new long[groups.Count, groups.Count];
        void Compare(int group)
        {
            for (var other = 0; other < groups.Count; other++)
            {
                costs[group, other] = costs[other, group] = groups[group].Cost(groups[other]);
            }
        }

        for (var i = 0; i < groups.Count; i++)
        {
            Compare(i);
        }

        while (groups.Count > most)
        {
            var (first, second, least) = (0, 1, long.MaxValue);
            for (var i = 0; i < groups.Count; i++)
            {
                for (var j = i + 1; j < groups.Count; j++)
                {
                    var more = costs[i, j] - costs[i, i] - costs[j, j];
                    (first, second, least) = more < least ? (i, j, more) : (first, second, least);
                }
            }

            groups[first].Take(groups[second]);
            groups[second] = groups[^1];
            groups.RemoveAt(groups.Count - 1);
            Compare(Math.Min(second, groups.Count - 1));
            Compare(first);
        }

        return groups.ConvertAll(g => g.Members);
    }

    /// <summary>Literals, and the frequent texts that have a byte of some window of theirs: a bit for each, by its place in the window.</summary>
    private sealed class Group
    {
        private readonly TextSample sample;
        private readonly ulong[][] places = new ulong[LiteralSet.WindowBytes][];

        public Group(List<PlacedLiteral> members, TextSample sample)
        {
            (Members, this.sample) = (members, sample);
            for (var place = 0; place < places.Length; place++)
            {
                places[place] = new ulong[(sample.FrequentCount + 63) / 64];
                foreach (var member in members)
                {
                    sample.MarkFrequent(place, member.WindowBytes[place], places[place]);
                }
            }
        }

        public List<PlacedLiteral> Members { get; }

        public void Take(Group other)
        {
            Members.AddRange(other.Members);
            for (var place = 0; place < places.Length; place++)
            {
                for (var i = 0; i < places[place].Length; i++)
                {
                    places[place][i] |= other.places[place][i];
                }
            }
        }

        /// <summary>How often this group and another in one would let something through.</summary>
        public long Cost(Group other)
        {
            var cost = 0L;
            for (var i = 0; i < places[0].Length; i++)
            {
                var through = ~0UL;
                for (var place = 0; place < places.Length; place++)
                {
                    through &= places[place][i] | other.places[place][i];
                }

                for (; through != 0; through &= through - 1)
                {
                    cost += sample.CountOfFrequent((i * 64) + BitOperations.TrailingZeroCount(through));
                }
            }

            return cost;
        }
    }
}
