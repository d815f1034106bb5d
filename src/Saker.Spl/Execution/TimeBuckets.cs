using Saker.Spl.Syntax;

namespace Saker.Spl.Execution;

/// <summary>Buckets of time aligned to their span: to the epoch for seconds to hours, to the calendar of a zone from days on.</summary>
internal static class TimeBuckets
{
    // The spans that Splunk chooses from.
    private static readonly TimeSpanText[] Usual =
    [
        new(1, "s"), new(5, "s"), new(10, "s"), new(30, "s"), new(1, "m"), new(5, "m"), new(10, "m"), new(30, "m"), new(1, "h"), new(1, "d"), new(1, "mon"),
    ];

    /// <summary>The start of the bucket that holds a time, both in epoch seconds.</summary>
    public static double Start(double time, TimeSpanText span, TimeZoneInfo zone)
    {
        if (!IsCalendar(span))
        {
            return Start(time, span, 0m);
        }

        var local = Local(time, zone);
        var start = span.Months > 0 ? MonthStart(local, span.Months) : DayStart(local, span);
        return Epoch(start, zone);
    }

    /// <summary>The start of a bucket of seconds to hours when buckets are counted from another time than the epoch (<c>aligntime</c>).</summary>
    public static double Start(double time, TimeSpanText span, decimal origin)
    {
        // Decimal, so that spans below a second stay exact.
        var step = (decimal)span.Seconds;
        return (double)((Math.Floor(((decimal)time - origin) / step) * step) + origin);
    }

    /// <summary>The start of the bucket after the one that starts here.</summary>
    public static double Next(double start, TimeSpanText span, TimeZoneInfo zone)
    {
        if (!IsCalendar(span))
        {
            return (double)((decimal)start + (decimal)span.Seconds);
        }

        var local = Local(start, zone);
        return Epoch(span.Months > 0 ? local.AddMonths(span.Months) : local.AddDays(Days(span)), zone);
    }

    /// <summary>The starts of all buckets from the one that holds <paramref name="from"/> to the one that holds <paramref name="to"/>.</summary>
    public static IEnumerable<double> Between(double from, double to, TimeSpanText span, TimeZoneInfo zone)
    {
        for (var start = Start(from, span, zone); start <= to; start = Next(start, span, zone))
        {
            yield return start;
        }
    }

    /// <summary>The shortest usual span that gives no more buckets than asked for.</summary>
    public static TimeSpanText Automatic(double seconds, int most, TimeSpanText? shortest = null)
    {
        var least = shortest is { } s ? Length(s) : 0;
        return Usual.FirstOrDefault(u => Length(u) >= least && Length(u) * most >= seconds) is { Unit: not null } usual ? usual : new TimeSpanText(1, "mon");
    }

    /// <summary>The window in epoch seconds, where it is bounded; else from the first to the last time seen.</summary>
    public static (double From, double To) Extent(TimeRange range, double earliest, double latest)
    {
        var from = range.Earliest > TimeRange.All.Earliest && range.Earliest != 0 ? range.Earliest / 1e9 : earliest;
        // Latest is exclusive: its own bucket is shown only if events fell into it.
        var to = range.Latest < TimeRange.All.Latest ? Math.BitDecrement(range.Latest / 1e9) : latest;
        return (Math.Min(from, earliest), Math.Max(to, latest));
    }

    public static bool IsCalendar(TimeSpanText span) => span.Unit is "d" or "w" or "mon" or "q" or "y";

    private static double Length(TimeSpanText span) => span.Months > 0 ? span.Months * 2_592_000.0 : span.Seconds;

    private static DateTime Local(double time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Clamp(time, -62e9, 250e9) * 1e6) * 10), zone).DateTime;

    private static double Epoch(DateTime local, TimeZoneInfo zone) => (new DateTimeOffset(local, zone.GetUtcOffset(local)) - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static long Days(TimeSpanText span) => (long)Math.Max(1, span.Unit == "w" ? span.Amount * 7 : span.Amount);

    private static DateTime MonthStart(DateTime local, int months)
    {
        var index = ((local.Year - 1970) * 12) + local.Month - 1;
        index -= ((index % months) + months) % months;
        return new DateTime(1970, 1, 1).AddMonths(index);
    }

    private static DateTime DayStart(DateTime local, TimeSpanText span)
    {
        // Weeks begin on Thursday as the epoch did, as in Splunk.
        var days = Days(span);
        var index = (long)Math.Floor((local.Date - DateTime.UnixEpoch).TotalDays);
        index -= ((index % days) + days) % days;
        return DateTime.UnixEpoch.AddDays(index);
    }
}
