using System.Globalization;
using Saker.Spl.Syntax;
using Xunit;

namespace Saker.Tests.Language;

public sealed class TimeModifierTests
{
    // A Saturday.
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 34, 56, 789, TimeSpan.Zero);

    [Theory]
    [InlineData("now", "2026-03-14T12:34:56.789")]
    [InlineData("now()", "2026-03-14T12:34:56.789")]
    [InlineData("-70m@m", "2026-03-14T11:24:00")]
    [InlineData("-1d@d+2h", "2026-03-13T02:00:00")]
    [InlineData("@d", "2026-03-14T00:00:00")]
    [InlineData("@h", "2026-03-14T12:00:00")]
    [InlineData("@w", "2026-03-08T00:00:00")]
    [InlineData("@w0", "2026-03-08T00:00:00")]
    [InlineData("@w1", "2026-03-09T00:00:00")]
    [InlineData("@w6", "2026-03-14T00:00:00")]
    [InlineData("@w7", "2026-03-08T00:00:00")]
    [InlineData("@mon", "2026-03-01T00:00:00")]
    [InlineData("@q", "2026-01-01T00:00:00")]
    [InlineData("@y", "2026-01-01T00:00:00")]
    [InlineData("-1mon@mon", "2026-02-01T00:00:00")]
    [InlineData("-1mon", "2026-02-14T12:34:56.789")]
    [InlineData("-2q@q", "2025-07-01T00:00:00")]
    [InlineData("+1d", "2026-03-15T12:34:56.789")]
    [InlineData("-d", "2026-03-13T12:34:56.789")]
    [InlineData("-90", "2026-03-14T12:33:26.789")]
    [InlineData("-1week", "2026-03-07T12:34:56.789")]
    [InlineData("-30MINUTES", "2026-03-14T12:04:56.789")]
    [InlineData("now-1h", "2026-03-14T11:34:56.789")]
    [InlineData("0", "1970-01-01T00:00:00")]
    [InlineData("1773489600", "2026-03-14T12:00:00")]
    [InlineData("1773489600.5", "2026-03-14T12:00:00.5")]
    [InlineData("03/14/2026:01:02:03", "2026-03-14T01:02:03")]
    [InlineData("2026-03-14T01:02:03Z", "2026-03-14T01:02:03")]
    [InlineData("2026-03-14", "2026-03-14T00:00:00")]
    public void Resolves(string text, string expected)
    {
        Assert.True(TimeModifier.TryParse(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), time.Resolve(Now, TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("-")]
    [InlineData("-1x")]
    [InlineData("yesterday")]
    [InlineData("@2h")]
    [InlineData("13/14/2026:00:00:00")]
    [InlineData("-1d@")]
    [InlineData("rt")]
    public void Refuses(string text) => Assert.False(TimeModifier.TryParse(text, out _));

    [Fact]
    public void Days_are_of_the_zone()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        Assert.True(TimeModifier.TryParse("@d", out var midnight));
        Assert.Equal(new DateTimeOffset(2026, 3, 14, 4, 0, 0, TimeSpan.Zero), midnight.Resolve(Now, zone));

        // 2026-03-08 has 23 hours there.
        Assert.True(TimeModifier.TryParse("-6d@d", out var before));
        Assert.Equal(new DateTimeOffset(2026, 3, 8, 5, 0, 0, TimeSpan.Zero), before.Resolve(Now, zone));
    }

    [Theory]
    [InlineData("-999999999y")]
    [InlineData("+999999999y@y")]
    [InlineData("-999999999mon@w1")]
    [InlineData("-999999999d@w@mon@q")]
    public void Far_times_are_bounded(string text)
    {
        Assert.True(TimeModifier.TryParse(text, out var time));
        Assert.InRange(time.Resolve(Now, TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo")).Year, 1, 9999);
    }
}
