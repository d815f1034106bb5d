using Saker.Detections.Shares;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>The table of fingerprints says of each what a dictionary says, whenever its pages grow or split.</summary>
public sealed class FingerprintTableTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 5_000)]
    [InlineData(3, 400_000)]
    public void Every_fingerprint_is_told_from_all_others_and_known_again(int seed, int count)
    {
        var random = new Random(seed);
        var expected = new Dictionary<ulong, int>();
        var lines = new SeenLine[count];
        for (var i = 0; i < count; i++)
        {
            // Some come again: in the same stretch, or from long before.
            lines[i] = random.Next(10) switch
            {
                0 when i > 0 => lines[i - 1],
                1 when i > 0 => lines[random.Next(i)],
                _ => new SeenLine((ulong)random.NextInt64() << 1, i, 0),
            };
        }

        lines[count / 2] = default;
        var table = new FingerprintTable();
        for (var i = 0; i < count; i++)
        {
            table.Near(lines, i);
            var isNew = table.TryAdd(lines[i].Fingerprint, out var number);
            Assert.Equal(expected.TryAdd(FingerprintTable.Tag(lines[i].Fingerprint), expected.Count), isNew);
            Assert.Equal(expected[FingerprintTable.Tag(lines[i].Fingerprint)], number);
        }

        Assert.Equal(expected.Count, table.Count);
        Assert.Equal(expected.OrderBy(e => e.Value), table.All().Select(e => KeyValuePair.Create(e.Tag, e.Number)).OrderBy(e => e.Value));
    }

    [Fact]
    public void Fingerprints_that_begin_alike_split_a_page_until_they_part()
    {
        var table = new FingerprintTable();
        var random = new Random(1);
        var alike = Enumerable.Range(0, 100_000).Select(_ => ((ulong)random.NextInt64() >> 5) | 0xFC00_0000_0000_0000).Distinct().ToList();
        foreach (var fingerprint in alike)
        {
            Assert.True(table.TryAdd(fingerprint, out _));
        }

        for (var i = 0; i < alike.Count; i++)
        {
            Assert.False(table.TryAdd(alike[i], out var first));
            Assert.Equal(i, first);
        }
    }
}
