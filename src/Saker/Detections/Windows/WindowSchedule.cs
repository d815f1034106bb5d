using Saker.Content;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Detections.Windows;

/// <summary>The windows that a detection's schedule has: for each run T the stretch [earliest(T), latest(T)).</summary>
internal sealed class WindowSchedule
{
    /// <summary>How far a window may lie from its run: searching on for some days covers any snapping.</summary>
    private static readonly TimeSpan LongestReach = TimeSpan.FromDays(8);

    private readonly CronClock clock;
    private readonly TimeModifier earliest;
    private readonly TimeModifier latest;
    private readonly TimeZoneInfo zone;

    /// <exception cref="FormatException">A bound is no time modifier; content is checked for that when it is loaded.</exception>
    public WindowSchedule(Schedule schedule, TimeZoneInfo zone)
    {
        clock = new CronClock(schedule.Cron, zone);
        this.zone = zone;
        if (!TimeModifier.TryParse(schedule.Earliest, out earliest) || !TimeModifier.TryParse(schedule.Latest, out latest))
        {
            throw new FormatException($"{schedule.Earliest} to {schedule.Latest} are no time modifiers");
        }
    }

    public TimeZoneInfo Zone => zone;

    public Window At(DateTimeOffset run) =>
        new(new TimeRange(TimeRange.Nanoseconds(earliest.Resolve(run, zone)), TimeRange.Nanoseconds(latest.Resolve(run, zone))), run.ToUniversalTime(), IsScheduled: true);

    /// <summary>The first run after an instant.</summary>
    public DateTimeOffset NextRun(DateTimeOffset after) => clock.Next(after);

    /// <summary>The windows that ran in (after, upTo], in order.</summary>
    public IEnumerable<Window> Runs(DateTimeOffset after, DateTimeOffset upTo) => clock.Between(after, upTo).Select(At);

    /// <summary>Every window that may hold an event between oldest and newest, in the order of their runs.</summary>
    public IEnumerable<Window> Over(DateTimeOffset oldest, DateTimeOffset newest)
    {
        foreach (var window in Runs(oldest.AddMinutes(-1), newest + LongestReach))
        {
            if (window.Range.Earliest > TimeRange.Nanoseconds(newest))
            {
                yield break;
            }

            if (window.Range.Latest > TimeRange.Nanoseconds(oldest))
            {
                yield return window;
            }
        }
    }
}
