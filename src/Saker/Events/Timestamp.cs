using System.Globalization;

namespace Saker.Events;

/// <summary>
/// Reads the clocks that telemetry carries, from UTF-8, to nanoseconds since 1970-01-01T00:00:00Z. What does not fit
/// (before 1678, after 2261) becomes the nearest end of the range.
/// </summary>
internal static class Timestamp
{
    public const long Second = 1_000_000_000;
    public const long Day = 86_400 * Second;

    /// <summary>
    /// Reads a date and time at the start of <paramref name="text"/>: <c>2024-06-21T08:54:23.812791015+0000</c>, <c>…Z</c>, <c>…+02:00</c>;
    /// a space may stand for the T; without a zone it is UTC.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out long nanoseconds, out int length)
    {
        nanoseconds = 0;
        length = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ' or (byte)'t')
            || !TryDigits(text[..4], out var year) || !TryDigits(text.Slice(5, 2), out var month) || !TryDigits(text.Slice(8, 2), out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || !TryReadClock(text[11..], out var clock, out var clockLength))
        {
            return false;
        }

        length = 11 + clockLength;
        length += ReadZone(text[length..], out var zoneSeconds);
        nanoseconds = Add(new DateOnly(year, month, day), clock - (zoneSeconds * Second));
        return true;
    }

    /// <summary>Reads <c>11:07:54.233793746</c>: nanoseconds since midnight.</summary>
    public static bool TryReadClock(ReadOnlySpan<byte> text, out long nanoseconds, out int length)
    {
        nanoseconds = 0;
        length = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute)
            || !TryDigits(text.Slice(6, 2), out var second) || hour > 24 || minute > 59 || second > 60)
        {
            return false;
        }

        length = 8;
        nanoseconds = ((hour * 3600) + (minute * 60) + second) * Second;
        if (text.Length > 9 && text[8] is (byte)'.' or (byte)',' && char.IsAsciiDigit((char)text[9]))
        {
            length = 9;
            for (var unit = Second / 10; length < text.Length && char.IsAsciiDigit((char)text[length]); length++, unit /= 10)
            {
                nanoseconds += (text[length] - '0') * unit;
            }
        }

        return true;
    }

    /// <summary>Reads <c>Sep 15 11:07:54</c>; the year is that of <paramref name="near"/>.</summary>
    public static bool TryReadSyslog(ReadOnlySpan<byte> text, DateOnly near, out DateOnly date, out long clock, out int length)
    {
        date = default;
        clock = 0;
        length = 0;
        if (text.Length < 15 || text[3] != ' ' || text[6] != ' ')
        {
            return false;
        }

        var month = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(text[..3]);
        var day = text[4] == ' ' ? text[5] - '0' : ((text[4] - '0') * 10) + text[5] - '0';
        if (month < 0 || month % 3 != 0 || day < 1 || !TryReadClock(text[7..], out clock, out var clockLength))
        {
            return false;
        }

        month = (month / 3) + 1;
        if (day > DateTime.DaysInMonth(near.Year, month))
        {
            return false;
        }

        date = new DateOnly(near.Year, month, day);
        length = 7 + clockLength;
        return true;
    }

    /// <summary>
    /// Reads a count since 1970 with or without a fraction: <c>1433188255.253</c>, <c>1725544035523</c>. Its size tells seconds, milliseconds,
    /// microseconds and nanoseconds apart, as Splunk does.
    /// </summary>
    public static bool TryReadEpoch(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var size = Math.Abs(number);
        var unit = size < 100_000_000_000m ? Second : size < 100_000_000_000_000m ? 1_000_000 : size < 100_000_000_000_000_000m ? 1_000 : 1;
        if (size >= long.MaxValue / unit)
        {
            nanoseconds = number < 0 ? long.MinValue : long.MaxValue;
            return true;
        }

        nanoseconds = (long)(number * unit);
        return true;
    }

    public static long Add(DateOnly date, long clock)
    {
        var days = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        if (Math.Abs(days) < 100_000 && clock is > -Day and < 2 * Day)
        {
            return (days * Day) + clock;
        }

        var sum = ((decimal)days * Day) + clock;
        return sum > long.MaxValue ? long.MaxValue : sum < long.MinValue ? long.MinValue : (long)sum;
    }

    /// <summary>As <c>2024-06-21T08:54:23.812791015Z</c>.</summary>
    public static string Format(long nanoseconds)
    {
        var second = Math.DivRem(nanoseconds, Second, out var fraction);
        if (fraction < 0)
        {
            second--;
            fraction += Second;
        }

        return DateTime.UnixEpoch.AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss") + '.' + fraction.ToString("D9") + 'Z';
    }

    public static DateOnly DayOf(long nanoseconds) =>
        DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)Math.Floor(nanoseconds / (double)Day));

    private static int ReadZone(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.IsEmpty)
        {
            return 0;
        }

        if (text[0] is (byte)'Z' or (byte)'z')
        {
            return 1;
        }

        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length < 5 || !TryDigits(text.Slice(1, 2), out var hours))
        {
            return 0;
        }

        var colon = text[3] == ':' ? 1 : 0;
        if (text.Length < 5 + colon || !TryDigits(text.Slice(3 + colon, 2), out var minutes))
        {
            return 0;
        }

        seconds = ((hours * 3600) + (minutes * 60)) * (text[0] == '-' ? -1 : 1);
        return 5 + colon;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + digit - '0';
        }

        return true;
    }
}
