namespace Saker.Spl.Scanning;

/// <summary>
/// Sorts windows of literals into few groups. A group lets through every text that has, at each place, a byte of any of its windows there: so those
/// windows are put together that together let through least of what often stands in the input.
/// </summary>
internal static class WindowGroups
{
    /// <summary>Past this number neighbours in order are put together first: they begin alike.</summary>
    private const int MostCompared = 40;

    private const int AllPlaces = (1 << LiteralSet.WindowBytes) - 1;

    /// <summary>The numbers of the windows in each of at most so many groups.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<byte[]> windows, int most, TextSample? sample)
    {
        var frequent = sample?.Frequent ?? [];
        var ordered = Enumerable.Range(0, windows.Count).OrderBy(i => Convert.ToHexString(windows[i])).ToList();
        var size = Math.Max(1, (ordered.Count + MostCompared - 1) / MostCompared);
        var groups = ordered.Chunk(size).Select(members => new Group([.. members], Places(members, windows, frequent))).ToList();
        var counts = frequent.Select(f => f.Count).ToArray();
        var costs = groups.ConvertAll(a => groups.ConvertAll(b => Cost(a, b, counts)));
        while (groups.Count > most)
        {
            var (first, second, least) = (0, 1, long.MaxValue);
            for (var i = 0; i < groups.Count; i++)
            {
                for (var j = i + 1; j < groups.Count; j++)
                {
                    var more = costs[i][j] - costs[i][i] - costs[j][j];
                    (first, second, least) = more < least ? (i, j, more) : (first, second, least);
                }
            }

            groups[first].Take(groups[second]);
            groups.RemoveAt(second);
            costs.RemoveAt(second);
            costs.ForEach(c => c.RemoveAt(second));
            for (var i = 0; i < groups.Count; i++)
            {
                costs[first][i] = costs[i][first] = Cost(groups[first], groups[i], counts);
            }
        }

        return groups.ConvertAll(g => g.Members);
    }

    /// <summary>For each frequent text the places, a bit each, where some of the windows have its byte.</summary>
    private static byte[] Places(IReadOnlyList<int> members, IReadOnlyList<byte[]> windows, IReadOnlyList<(uint Bytes, int Count)> frequent)
    {
        var places = new byte[frequent.Count];
        foreach (var member in members)
        {
            for (var k = 0; k < places.Length; k++)
            {
                for (var i = 0; i < LiteralSet.WindowBytes; i++)
                {
                    places[k] |= (byte)(TextSample.AreEqual(windows[member][i], (byte)(frequent[k].Bytes >> (8 * i))) ? 1 << i : 0);
                }
            }
        }

        return places;
    }

    /// <summary>How often two groups in one would let something through.</summary>
    private static long Cost(Group a, Group b, int[] counts)
    {
        var cost = 0L;
        for (var k = 0; k < counts.Length; k++)
        {
            cost += (a.Places[k] | b.Places[k]) == AllPlaces ? counts[k] : 0;
        }

        return cost;
    }

    private sealed record Group(List<int> Members, byte[] Places)
    {
        public void Take(Group other)
        {
            Members.AddRange(other.Members);
            for (var k = 0; k < Places.Length; k++)
            {
                Places[k] |= other.Places[k];
            }
        }
    }
}
