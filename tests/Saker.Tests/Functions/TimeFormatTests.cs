using Saker.Spl.Functions;
using Xunit;

namespace Saker.Tests.Functions;

public sealed class TimeFormatTests
{
    private const double Epoch = 1773489661.123456;

    private static readonly TimeZoneInfo East = TimeZoneInfo.CreateCustomTimeZone("East", new TimeSpan(5, 30, 0), "East", "EAST");

    [Theory]
    [InlineData("%Y-%m-%dT%H:%M:%S", "2026-03-14T12:01:01")]
    [InlineData("%y %C %m %d %e %j", "26 20 03 14 14 073")]
    [InlineData("%B %b %h %A %a %w %u", "March Mar Mar Saturday Sat 6 6")]
    [InlineData("%U %W %V %G %g", "10 10 11 2026 26")]
    [InlineData("%k|%I|%l|%p|%P", "12|12|12|PM|pm")]
    [InlineData("%F %T %D %R %r %x %X", "2026-03-14 12:01:01 03/14/26 12:01 12:01:01 PM 03/14/26 12:01:01")]
    [InlineData("%c|%+", "Sat Mar 14 12:01:01 2026|Sat Mar 14 12:01:01 UTC 2026")]
    [InlineData("%s", "1773489661")]
    [InlineData("%S.%3N %S.%6N %N %Q %3Q %9Q %f", "01.123 01.123456 123456000 123 123 123456000 123456")]
    [InlineData("%z %:z %::z %Ez %Z", "+0000 +00:00 +00:00:00 0 UTC")]
    [InlineData("100%% %n%t|%", "100% \n\t|%")]
    [InlineData("%i %", "%i %")]
    public void It_writes_every_variable(string format, string text) => Assert.Equal(text, TimeFormat.Parse(format).Format(Epoch, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("%Y-%m-%d %H:%M:%S %z", "2026-03-14 17:31:01 +0530")]
    [InlineData("%:z %Ez", "+05:30 330")]
    [InlineData("%s", "1773489661")]
    public void A_zone_moves_the_clock_and_not_the_epoch(string format, string text) => Assert.Equal(text, TimeFormat.Parse(format).Format(Epoch, East));

    [Theory]
    [InlineData(-1.5, "1969-12-31T23:59:58.500")]
    [InlineData(0, "1970-01-01T00:00:00.000")]
    public void Any_number_has_a_text(double epoch, string text) => Assert.Equal(text, TimeFormat.Parse("%FT%T.%3N").Format(epoch, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("2026-03-14T12:01:01", "%Y-%m-%dT%H:%M:%S", 1773489661)]
    [InlineData("2026-03-14T12:01:01.123456Z", "%Y-%m-%dT%H:%M:%S.%6N%Z", 1773489661.123456)]
    [InlineData("2026-03-14T12:01:01.1Z", "%Y-%m-%dT%H:%M:%S.%3NZ", 1773489661.1)]
    [InlineData("2026-03-14 17:31:01 +0530", "%Y-%m-%d %H:%M:%S %z", 1773489661)]
    [InlineData("2026-03-14 17:31:01+05:30", "%F %T%:z", 1773489661)]
    [InlineData("2026-03-14 07:01:01 EST", "%F %T %Z", 1773489661)]
    [InlineData("14 March 2026 12:01 pm", "%d %B %Y %I:%M %p", 1773489660)]
    [InlineData("Sat Mar  4 00:00:00 2026", "%a %b %e %H:%M:%S %Y", 1772582400)]
    [InlineData("3/4/26", "%m/%d/%y", 1772582400)]
    [InlineData("1773489661.5", "%s.%1N", 1773489661.5)]
    [InlineData("12:00 AM 2026-01-01", "%I:%M %p %F", 1767225600)]
    [InlineData("2026-073", "%Y-%j", 1773446400)]
    [InlineData("2026-03-14 and more", "%Y-%m-%d", 1773446400)]
    public void It_reads_what_the_format_says(string text, string format, double epoch)
    {
        Assert.True(TryParse(text, format, TimeZoneInfo.Utc, out var actual));
        Assert.Equal(epoch, actual, 6);
    }

    [Theory]
    [InlineData("yesterday", "%Y")]
    [InlineData("2026-13-01", "%Y-%m-%d")]
    [InlineData("2026-02-30", "%Y-%m-%d")]
    [InlineData("2026-02", "%Y-%m-%d")]
    [InlineData("", "%H")]
    [InlineData("25:00", "%H:%M")]
    [InlineData("12:00 +9900", "%H:%M %z")]
    [InlineData("12:00 NOWHERE", "%H:%M %Z")]
    [InlineData("2026/03/14", "%Y-%m-%d")]
    [InlineData("x", "%i")]
    public void What_does_not_fit_is_no_time(string text, string format) => Assert.False(TryParse(text, format, TimeZoneInfo.Utc, out _));

    [Fact]
    public void A_time_without_a_date_is_of_the_day_given()
    {
        Assert.True(TryParse("12:01:01", "%H:%M:%S", TimeZoneInfo.Utc, out var epoch));
        Assert.Equal(1773489661, epoch);
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        for (var epoch = -2_000_000_000.0; epoch < 4_000_000_000; epoch += 12_345_678.25)
        {
            var text = TimeFormat.Parse("%Y-%m-%dT%H:%M:%S.%3N%z").Format(epoch, East);
            Assert.True(TryParse(text, "%Y-%m-%dT%H:%M:%S.%3N%z", TimeZoneInfo.Utc, out var back));
            Assert.Equal(epoch, back, 3);
        }
    }

    private static bool TryParse(string text, string format, TimeZoneInfo zone, out double epoch)
    {
        var read = TimeFormat.Parse(format).Read(text, new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero), zone);
        epoch = read ?? 0;
        return read is not null;
    }
}
