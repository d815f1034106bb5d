using System.Globalization;

namespace Saker.Spl.Syntax;

/// <summary>
/// A point in time as SPL writes it: <c>-70m@m</c>, <c>-1d@d+2h</c>, <c>@w1</c>, <c>now</c>, an epoch, or <c>MM/DD/YYYY:HH:MM:SS</c>.
/// Snapping rounds down; <c>earliest</c> is inclusive, <c>latest</c> exclusive.
/// </summary>
public sealed class TimeModifier
{
    private readonly List<Step> steps;
    private readonly DateTime? absolute;
    private readonly decimal? epoch;

    private TimeModifier(string text, List<Step> steps, DateTime? absolute, decimal? epoch) =>
        (Text, this.steps, this.absolute, this.epoch) = (text, steps, absolute, epoch);

    private enum Unit
    {
        Second,
        Minute,
        Hour,
        Day,
        Week,
        Month,
        Quarter,
        Year,
    }

    public string Text { get; }

    /// <summary>Whether the point moves with the time it is resolved at.</summary>
    public bool IsRelative => absolute is null && epoch is null;

    public static TimeModifier Now { get; } = new("now", [], null, null);

    public static bool TryParse(string text, out TimeModifier modifier)
    {
        modifier = Now;
        var trimmed = text.Trim();
        if (trimmed is "now" or "now()" or "0" or "" or "@")
        {
            modifier = trimmed switch
            {
                "0" => new TimeModifier("0", [], null, 0),
                _ => Now,
            };
            return trimmed is not ("" or "@");
        }

        if (decimal.TryParse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 10_000_000_000m)
        {
            modifier = new TimeModifier(trimmed, [], null, seconds);
            return true;
        }

        if (TryParseAbsolute(trimmed, out var local))
        {
            modifier = trimmed[^1] == 'Z'
                ? new TimeModifier(trimmed, [], null, (decimal)(local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond)
                : new TimeModifier(trimmed, [], local, null);
            return true;
        }

        var steps = new List<Step>();
        if (!TryParseSteps(trimmed, steps))
        {
            return false;
        }

        modifier = new TimeModifier(trimmed, steps, null, null);
        return true;
    }

    /// <summary>The moment meant, seen from <paramref name="now"/>; calendar units and snapping are of <paramref name="zone"/>.</summary>
    public DateTimeOffset Resolve(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (epoch is { } seconds)
        {
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }

        var local = absolute ?? TimeZoneInfo.ConvertTime(now, zone).DateTime;
        foreach (var step in steps)
        {
            local = step.Apply(local);
        }

        return DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(local.Ticks - zone.GetUtcOffset(local).Ticks, 0, DateTime.MaxValue.Ticks) - DateTime.UnixEpoch.Ticks);
    }

    public override string ToString() => Text;

    private static bool TryParseAbsolute(string text, out DateTime local)
    {
        string[] formats = ["M/d/yyyy:HH:mm:ss", "M/d/yyyy:HH:mm:ss.FFFFFFF", "M/d/yyyy", "M/d/yy", "M/d/yy:HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss"];
        if (DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out local))
        {
            return true;
        }

        return text.Length > 10 && text[^1] == 'Z'
            && DateTime.TryParseExact(text[..^1], formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
    }

    private static bool TryParseSteps(string text, List<Step> steps)
    {
        var i = text.StartsWith("now", StringComparison.Ordinal) ? 3 : 0;
        while (i < text.Length)
        {
            var sign = text[i];
            if (sign is not ('+' or '-' or '@'))
            {
                return false;
            }

            i++;
            var digits = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            if (i - digits > 9 || (sign == '@' && i > digits))
            {
                return false;
            }

            var amount = i > digits ? int.Parse(text.AsSpan(digits, i - digits), NumberStyles.None, CultureInfo.InvariantCulture) : 1;
            var letters = i;
            while (i < text.Length && char.IsAsciiLetter(text[i]))
            {
                i++;
            }

            if (!TryUnit(text[letters..i], sign, i > digits && letters > digits, out var unit))
            {
                return false;
            }

            var weekday = -1;
            if (sign == '@' && unit == Unit.Week && i < text.Length && char.IsAsciiDigit(text[i]))
            {
                weekday = (text[i++] - '0') % 7;
            }

            steps.Add(new Step(sign, sign == '-' ? -amount : amount, unit, weekday));
        }

        return steps.Count > 0;
    }

    private static bool TryUnit(string word, char sign, bool hasAmount, out Unit unit)
    {
        unit = word.ToLowerInvariant() switch
        {
            "s" or "sec" or "secs" or "second" or "seconds" => Unit.Second,
            "m" or "min" or "mins" or "minute" or "minutes" => Unit.Minute,
            "h" or "hr" or "hrs" or "hour" or "hours" => Unit.Hour,
            "d" or "day" or "days" => Unit.Day,
            "w" or "week" or "weeks" => Unit.Week,
            "mon" or "month" or "months" => Unit.Month,
            "q" or "qtr" or "qtrs" or "quarter" or "quarters" => Unit.Quarter,
            "y" or "yr" or "yrs" or "year" or "years" => Unit.Year,
            "" when sign != '@' && hasAmount => Unit.Second,
            _ => (Unit)(-1),
        };
        return unit >= 0;
    }

    private sealed record Step(char Kind, int Amount, Unit Unit, int Weekday)
    {
        public DateTime Apply(DateTime time) => Kind == '@' ? Snap(time) : Move(time);

        private DateTime Move(DateTime time)
        {
            try
            {
                return Unit switch
                {
                    Unit.Second => time.AddSeconds(Amount),
                    Unit.Minute => time.AddMinutes(Amount),
                    Unit.Hour => time.AddHours(Amount),
                    Unit.Day => time.AddDays(Amount),
                    Unit.Week => time.AddDays(7.0 * Amount),
                    Unit.Month => time.AddMonths(Math.Clamp(Amount, -120_000, 120_000)),
                    Unit.Quarter => time.AddMonths(3 * Math.Clamp(Amount, -40_000, 40_000)),
                    _ => time.AddYears(Math.Clamp(Amount, -10_000, 10_000)),
                };
            }
            catch (ArgumentOutOfRangeException)
            {
                return Amount < 0 ? new DateTime(1, 1, 1) : new DateTime(9999, 1, 1);
            }
        }

        private DateTime Snap(DateTime time) => Unit switch
        {
            Unit.Second => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond)),
            Unit.Minute => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute)),
            Unit.Hour => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerHour)),
            Unit.Day => time.Date,
            Unit.Week => new DateTime(Math.Max(0, time.Date.Ticks - (((int)time.DayOfWeek - Math.Max(0, Weekday) + 7) % 7 * TimeSpan.TicksPerDay))),
            Unit.Month => new DateTime(time.Year, time.Month, 1),
            Unit.Quarter => new DateTime(time.Year, ((time.Month - 1) / 3 * 3) + 1, 1),
            _ => new DateTime(time.Year, 1, 1),
        };
    }
}
