using NCrontab;
using Saker.Content;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>The windows that a detection's schedule has over a stretch of time.</summary>
internal static class ScheduledWindows
{
    private static readonly TimeSpan LongestReach = TimeSpan.FromDays(8);

    /// <summary>
    /// Every run T whose window [earliest(T), latest(T)) may hold an event between oldest and newest, in order of T.
    /// </summary>
    public static IEnumerable<Window> Over(Schedule schedule, DateTimeOffset oldest, DateTimeOffset newest, TimeZoneInfo zone)
    {
        var cron = CrontabSchedule.Parse(schedule.Cron);
        if (!TimeModifier.TryParse(schedule.Earliest, out var earliest) || !TimeModifier.TryParse(schedule.Latest, out var latest))
        {
            yield break;
        }

        // A window ends before it runs by what `latest` says; searching on for some days covers any snapping.
        var end = newest + LongestReach;
        var local = TimeZoneInfo.ConvertTime(oldest.AddMinutes(-1), zone).DateTime;
        foreach (var occurrence in cron.GetNextOccurrences(local, TimeZoneInfo.ConvertTime(end, zone).DateTime))
        {
            var at = new DateTimeOffset(occurrence, zone.GetUtcOffset(occurrence)).ToUniversalTime();
            var range = new TimeRange(TimeRange.Nanoseconds(earliest.Resolve(at, zone)), TimeRange.Nanoseconds(latest.Resolve(at, zone)));
            if (range.Earliest > TimeRange.Nanoseconds(newest))
            {
                yield break;
            }

            if (range.Latest > TimeRange.Nanoseconds(oldest))
            {
                yield return new Window(range, at, IsScheduled: true);
            }
        }
    }
}
