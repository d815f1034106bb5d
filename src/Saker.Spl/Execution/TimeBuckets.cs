using Saker.Spl.Syntax;

namespace Saker.Spl.Execution;

/// <summary>Buckets of time aligned to their span: to the epoch for seconds to hours, to the calendar of a zone from days on.</summary>
internal static class TimeBuckets
{
    /// <summary>The start of the bucket that holds a time, both in epoch seconds.</summary>
    public static double Start(double time, TimeSpanText span, TimeZoneInfo zone)
    {
        if (span.Unit is not ("d" or "w" or "mon" or "q" or "y"))
        {
            // Whole microseconds, so that spans below a second stay exact.
            var step = (decimal)span.Seconds;
            return (double)(Math.Floor((decimal)time / step) * step);
        }

        var at = DateTimeOffset.UnixEpoch.AddTicks((long)(time * 1e6) * 10);
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var start = span.Months > 0 ? MonthStart(local, span.Months) : DayStart(local, span);
        return (new DateTimeOffset(start, zone.GetUtcOffset(start)) - DateTimeOffset.UnixEpoch).TotalSeconds;
    }

    private static DateTime MonthStart(DateTime local, int months)
    {
        var index = ((local.Year - 1970) * 12) + local.Month - 1;
        index -= ((index % months) + months) % months;
        return new DateTime(1970, 1, 1).AddMonths(index);
    }

    private static DateTime DayStart(DateTime local, TimeSpanText span)
    {
        // Weeks begin on Thursday as the epoch did, as in Splunk.
        var days = (long)Math.Max(1, span.Unit == "w" ? span.Amount * 7 : span.Amount);
        var index = (long)Math.Floor((local.Date - DateTime.UnixEpoch).TotalDays);
        index -= ((index % days) + days) % days;
        return DateTime.UnixEpoch.AddDays(index);
    }
}
