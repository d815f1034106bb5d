using Saker.Detections.Windows;
using Xunit;

namespace Saker.Tests.Detections.Windows;

public sealed class CronClockTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.CreateCustomTimeZone("berlin", TimeSpan.FromHours(1), "berlin", "CET", "CEST",
    [
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)),
    ]);

    [Theory]
    [InlineData("0 * * * *", "2026-01-01T10:00Z", "11:00 12:00 13:00")]
    [InlineData("0 * * * *", "2026-01-01T09:59:59Z", "10:00 11:00 12:00")]
    [InlineData("*/20 * * * *", "2026-01-01T10:05Z", "10:20 10:40 11:00")]
    public void Runs_follow_the_line(string line, string after, string expected) =>
        Assert.Equal(expected, Times(new CronClock(line, TimeZoneInfo.Utc), after, 3));

    [Fact]
    public void A_wildcard_hour_runs_in_both_hours_when_clocks_go_back() =>
        Assert.Equal("00:30 01:30 02:30", Times(new CronClock("30 * * * *", Berlin), "2026-10-25T00:00Z", 3));

    [Fact]
    public void A_fixed_hour_runs_once_when_clocks_go_back() =>
        Assert.Equal("25 00:30, 26 01:30", Days(new CronClock("30 2 * * *", Berlin), "2026-10-25T00:00Z", 2));

    [Fact]
    public void A_run_in_the_hour_that_is_left_out_comes_at_its_end() =>
        Assert.Equal("29 01:00, 30 00:30", Days(new CronClock("30 2 * * *", Berlin), "2026-03-29T00:00Z", 2));

    [Fact]
    public void Hourly_runs_are_an_hour_apart_through_a_year_of_changes()
    {
        var clock = new CronClock("0 * * * *", Berlin);
        var from = DateTimeOffset.Parse("2026-01-01T00:00Z");
        var runs = clock.Between(from, from.AddDays(365)).ToList();
        Assert.Equal(365 * 24, runs.Count);
        Assert.All(runs.Zip(runs.Skip(1)), p => Assert.Equal(TimeSpan.FromHours(1), p.Second - p.First));
    }

    [Fact]
    public void The_last_run_before_an_instant_is_found_for_rare_lines_too()
    {
        Assert.Equal(DateTimeOffset.Parse("2026-01-01T00:00Z"), new CronClock("0 0 1 1 *", TimeZoneInfo.Utc).Last(DateTimeOffset.Parse("2026-06-01T00:00Z")));
        Assert.Equal(DateTimeOffset.Parse("2026-06-01T00:00Z"), new CronClock("0 * * * *", TimeZoneInfo.Utc).Last(DateTimeOffset.Parse("2026-06-01T00:00Z")));
    }

    private static string Times(CronClock clock, string after, int count) => string.Join(' ', Runs(clock, after, count).Select(r => r.UtcDateTime.ToString("HH:mm")));

    private static string Days(CronClock clock, string after, int count) => string.Join(", ", Runs(clock, after, count).Select(r => r.UtcDateTime.ToString("dd HH:mm")));

    private static IEnumerable<DateTimeOffset> Runs(CronClock clock, string after, int count)
    {
        var at = DateTimeOffset.Parse(after);
        for (var i = 0; i < count; i++)
        {
            yield return at = clock.Next(at);
        }
    }
}
