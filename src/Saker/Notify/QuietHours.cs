namespace Saker.Notify;

/// <summary>When people are left alone: notices are held and sent after.</summary>
/// <param name="From">The first minute that is quiet, as the zone's clocks show it.</param>
/// <param name="To">The first minute that is not; before <paramref name="From"/> it is the next day's.</param>
/// <param name="Zone">Whose clocks count.</param>
internal sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>The days on which it starts; empty for each.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = [];

    /// <summary>From this score on notices are sent all the same.</summary>
    public int UnlessScore { get; init; } = int.MaxValue;

    /// <summary>When the quiet that holds at a time is over; null if none holds.</summary>
    public DateTimeOffset? EndAt(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone).DateTime;
        foreach (var day in (DateOnly[])[DateOnly.FromDateTime(local).AddDays(-1), DateOnly.FromDateTime(local)])
        {
            var start = day.ToDateTime(From);
            var end = From < To ? day.ToDateTime(To) : day.AddDays(1).ToDateTime(To);
            if ((Days.Count == 0 || Days.Contains(day.DayOfWeek)) && local >= start && local < end)
            {
                return Instant(end) is var instant && instant > now ? instant : now + TimeSpan.FromMinutes(1);
            }
        }

        return null;
    }

    /// <summary>When the zone's clocks show a time; where they skip it, the first moment after.</summary>
    private DateTimeOffset Instant(DateTime local)
    {
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        // Where clocks show it twice, the earlier: nobody waits an hour more.
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
