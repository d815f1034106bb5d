using NCrontab;

namespace Saker.Detections.Windows;

/// <summary>
/// The instants at which a cron line runs in a time zone. When clocks go back, a line with a wildcard hour runs in both hours, one with fixed hours once;
/// what falls into the hour that is left out when they go forward runs at the end of the gap, once. No stretch of time is without its run.
/// </summary>
internal sealed class CronClock
{
    private readonly CrontabSchedule cron;
    private readonly TimeZoneInfo zone;
    private readonly bool runsTwice;

    /// <param name="line">Five fields.</param>
    /// <param name="zone">Whose clock the line reads.</param>
    /// <exception cref="CrontabException">The line is no cron line.</exception>
    public CronClock(string line, TimeZoneInfo zone)
    {
        (cron, this.zone) = (CrontabSchedule.Parse(line), zone);
        runsTwice = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1].Contains('*', StringComparison.Ordinal);
    }

    /// <summary>The first run after an instant.</summary>
    public DateTimeOffset Next(DateTimeOffset after)
    {
        var offset = zone.GetUtcOffset(after);
        var local = cron.GetNextOccurrence(after.UtcDateTime + offset);
        while (true)
        {
            var candidate = new DateTimeOffset(local - offset, TimeSpan.Zero);
            var change = zone.SupportsDaylightSavingTime ? FirstChange(after, candidate, offset) : null;
            if (change is not { } at)
            {
                return candidate;
            }

            var changed = zone.GetUtcOffset(at);
            var (before, behind) = (at.UtcDateTime + offset, at.UtcDateTime + changed);
            if (changed > offset && local < behind)
            {
                return at;
            }

            local = cron.GetNextOccurrence((changed < offset && !runsTwice ? before : behind).AddTicks(-1));
            (after, offset) = (at, changed);
        }
    }

    /// <summary>The runs in (after, upTo], in order.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        for (var at = Next(after); at <= upTo; at = Next(at))
        {
            yield return at;
        }
    }

    /// <summary>The last run at or before an instant; null if there is none within a reach that covers yearly lines.</summary>
    public DateTimeOffset? Last(DateTimeOffset upTo)
    {
        foreach (var reach in (TimeSpan[])[TimeSpan.FromHours(2), TimeSpan.FromDays(2), TimeSpan.FromDays(40), TimeSpan.FromDays(367)])
        {
            DateTimeOffset? last = null;
            foreach (var at in Between(upTo - reach, upTo))
            {
                last = at;
            }

            if (last is not null)
            {
                return last;
            }
        }

        return null;
    }

    /// <summary>The first instant in (from, to] at which the zone's offset is another one.</summary>
    private DateTimeOffset? FirstChange(DateTimeOffset from, DateTimeOffset to, TimeSpan offset)
    {
        // Offsets change months apart: a step of ten days cannot jump over two changes.
        for (var low = from; low < to;)
        {
            var high = to - low > TimeSpan.FromDays(10) ? low.AddDays(10) : to;
            if (zone.GetUtcOffset(high) != offset)
            {
                return Narrow(low, high, offset);
            }

            low = high;
        }

        return null;
    }

    private DateTimeOffset Narrow(DateTimeOffset low, DateTimeOffset high, TimeSpan offset)
    {
        while ((high - low).Ticks > 1)
        {
            var middle = low.AddTicks((high - low).Ticks / 2);
            (low, high) = zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
        }

        return high;
    }
}
