using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class RecentIdentitiesTests
{
    [Fact]
    public void The_oldest_are_forgotten_first()
    {
        var known = new RecentIdentities(3);

        known.Add([1, 2, 3, 2, 4]);

        Assert.Equal([false, true, true, true], Known(known, 1, 2, 3, 4));
        Assert.Equal(3, known.Count);
    }

    [Fact]
    public void What_is_forgotten_is_new_when_it_comes_again()
    {
        var known = new RecentIdentities(3);
        known.Add([1, 2, 3]);

        known.Forget(2);
        known.Forget(9);
        Assert.Equal([true, false, true], Known(known, 1, 2, 3));
        Assert.Equal(2, known.Count);

        known.Add([2, 4]);
        Assert.Equal([false, true, true, true], Known(known, 1, 2, 3, 4));
        Assert.Equal(3, known.Count);
    }

    [Fact]
    public void None_are_remembered_where_none_are_wanted()
    {
        var known = new RecentIdentities(0);

        known.Add([1]);
        known.Forget(1);

        Assert.False(known.Contains(1));
    }

    [Fact]
    public void It_knows_what_a_plain_list_of_the_last_ones_knows()
    {
        var random = new Random(7);
        var (known, plain) = (new RecentIdentities(50), new List<UInt128>());
        for (var i = 0; i < 20_000; i++)
        {
            var identity = new UInt128(0, (ulong)random.Next(120));
            Assert.Equal(plain.Contains(identity), known.Contains(identity));
            if (!plain.Contains(identity))
            {
                plain.Add(identity);
                plain.RemoveRange(0, Math.Max(0, plain.Count - 50));
            }

            known.Add([identity]);
            Assert.Equal(plain.Count, known.Count);
        }
    }

    private static bool[] Known(RecentIdentities known, params UInt128[] identities) => [.. identities.Select(known.Contains)];
}
