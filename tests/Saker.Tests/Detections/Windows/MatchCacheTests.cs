using System.Text;
using Saker.Detections.Windows;
using Saker.Spl.Execution;
using Xunit;

namespace Saker.Tests.Detections.Windows;

public sealed class MatchCacheTests
{
    private const long Minute = 60_000_000_000;

    private readonly MatchCache cache = new(2, 10_000);

    public MatchCacheTests()
    {
        cache.Cover(0, 0);
        cache.Cover(1, 0);
    }

    [Fact]
    public void What_is_kept_is_a_copy()
    {
        var bytes = Encoding.UTF8.GetBytes("{\"a\":1}");
        cache.Add(new Event { Raw = bytes, TimeNanoseconds = Minute }, null, [0]);
        bytes.AsSpan().Clear();

        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(Assert.Single(cache.Read(0, new TimeRange(0, 2 * Minute))!).Raw.Span));
    }

    [Fact]
    public void An_identity_is_kept_once_for_each_request()
    {
        Assert.True(cache.Add(At(1), 7, [0]));
        Assert.False(cache.Add(At(1), 7, [0]));
        Assert.True(cache.Add(At(1), 7, [0, 1]));

        Assert.Equal((1, 1), (cache.Read(0, new TimeRange(0, 2 * Minute))!.Count, cache.Read(1, new TimeRange(0, 2 * Minute))!.Count));
    }

    [Fact]
    public void A_request_that_fills_the_memory_rests_and_the_others_stay()
    {
        cache.Add(At(1), null, [1]);
        for (var minute = 1; minute < 200 && cache.Read(0, new TimeRange(0, Minute)) is not null; minute++)
        {
            cache.Add(At(minute), null, [0]);
        }

        Assert.NotNull(cache.Read(1, new TimeRange(0, 2 * Minute)));
        Assert.InRange(cache.Bytes, 1, 2000);
        Assert.Null(cache.Read(0, new TimeRange(30 * Minute, 300 * Minute)));
        Assert.False(cache.Add(At(60), null, [0]));
        Assert.True(cache.Add(At(300), null, [0]));
        Assert.Single(cache.Read(0, new TimeRange(200 * Minute, 400 * Minute))!);
    }

    private static Event At(int minute) => new() { Raw = new byte[10], TimeNanoseconds = minute * Minute };
}
