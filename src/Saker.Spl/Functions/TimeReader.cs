using System.Globalization;

namespace Saker.Spl.Functions;

/// <summary>Reads one text by a time format, from left to right.</summary>
internal ref struct TimeReader
{
    private readonly string text;
    private int position;
    private int? year, century, month, day, dayOfYear;
    private int hour, minute, second;
    private long ticks;
    private bool? isAfternoon;
    private bool isTwelveHours;
    private TimeSpan? offset;
    private TimeZoneInfo? zone;
    private long? epoch;

    private TimeReader(string text) => this.text = text;

    public static double? Read(IReadOnlyList<TimeFormat.Part> parts, string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var reader = new TimeReader(text);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part is { Kind: '\0', Letter: '.' or ',' } && i + 1 < parts.Count && parts[i + 1] is { Kind: not '\0', Letter: 'N' or 'Q' or 'f' } && !reader.IsAt(part.Letter))
            {
                // Clocks leave a fraction of nothing away: 11:55:00Z beside 11:55:00.250Z.
                i++;
                continue;
            }

            if (!(part.Kind == '\0' ? reader.Literal(part.Letter) : part.Kind == 'M' ? reader.OffsetMinutes() : reader.Field(part)))
            {
                return null;
            }
        }

        return reader.Result(now, zone);
    }

    private readonly bool IsAt(char c) => position < text.Length && text[position] == c;

    private bool Literal(char c)
    {
        if (char.IsWhiteSpace(c))
        {
            SkipSpace();
            return true;
        }

        return position < text.Length && text[position++] == c;
    }

    private bool Field(TimeFormat.Part part)
    {
        switch (part.Letter)
        {
            case 'Y': return Number(4, out var full, allowsSign: true) && Set(ref year, full, 1, 9999);
            case 'C': return Number(2, out var hundred) && Set(ref century, hundred, 0, 99);
            case 'y': return Number(2, out var two) && Set(ref year, two < 69 ? 2000 + two : 1900 + two, 1900, 2099);
            case 'm': return Number(2, out var m) && Set(ref month, m, 1, 12);
            case 'd' or 'e': return Number(2, out var d) && Set(ref day, d, 1, 31);
            case 'j': return Number(3, out var j) && Set(ref dayOfYear, j, 1, 366);
            case 'H' or 'k': return Number(2, out hour) && hour <= 23;
            case 'I' or 'l': isTwelveHours = true; return Number(2, out hour) && hour is >= 1 and <= 12;
            case 'M': return Number(2, out minute) && minute <= 59;
            case 'S': return Number(2, out second) && second <= 60;
            case 'N' or 'Q' or 'f': return Fraction(part.Width);
            case 's': return Epoch();
            case 'p' or 'P': return HalfOfDay();
            case 'b' or 'B': return Name(CultureInfo.InvariantCulture.DateTimeFormat.MonthNames, out var index) && Set(ref month, index + 1, 1, 12);
            case 'a' or 'A': return Name(CultureInfo.InvariantCulture.DateTimeFormat.DayNames, out _);
            case 'z': return Offset();
            case 'Z': return Zone();
            case 'n' or 't': SkipSpace(); return true;
            default: return Number(2, out _);
        }
    }

    private double? Result(DateTimeOffset now, TimeZoneInfo defaultZone)
    {
        var fraction = ticks / 10 / 1e6;
        if (epoch is { } seconds)
        {
            return seconds + fraction;
        }

        if (isTwelveHours)
        {
            hour = (hour % 12) + (isAfternoon == true ? 12 : 0);
        }

        var local = zone ?? defaultZone;
        if (!TryDate(TimeZoneInfo.ConvertTime(now, local), out var date))
        {
            return null;
        }

        var shift = offset ?? local.GetUtcOffset(date.AddHours(hour).AddMinutes(minute));
        return (date - DateTime.UnixEpoch - shift).TotalSeconds + (3600 * hour) + (60 * minute) + second + fraction;
    }

    /// <summary>Without any date it is today; a month without a day is no date.</summary>
    private readonly bool TryDate(DateTimeOffset now, out DateTime date)
    {
        date = now.Date;
        var inYear = (century is { } hundred ? (hundred * 100) + (year % 100 ?? 0) : year) ?? now.Year;
        if (dayOfYear is { } ordinal && month is null)
        {
            date = new DateTime(inYear, 1, 1).AddDays(ordinal - 1);
            return date.Year == inYear;
        }

        if (day is null)
        {
            return month is null && year is null && century is null;
        }

        var inMonth = month ?? now.Month;
        if (inYear is < 1 or > 9999 || day > DateTime.DaysInMonth(inYear, inMonth))
        {
            return false;
        }

        date = new DateTime(inYear, inMonth, day.Value);
        return true;
    }

    private static bool Set(ref int? field, int value, int smallest, int largest)
    {
        field = value;
        return value >= smallest && value <= largest;
    }

    private void SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    private bool Number(int mostDigits, out int number, bool allowsSign = false)
    {
        SkipSpace();
        number = 0;
        if (allowsSign && position < text.Length && text[position] == '+')
        {
            position++;
        }

        var start = position;
        while (position < text.Length && position - start < mostDigits && char.IsAsciiDigit(text[position]))
        {
            number = (number * 10) + text[position++] - '0';
        }

        return position > start;
    }

    private bool Fraction(int width)
    {
        var start = position;
        var scale = TimeSpan.TicksPerSecond / 10;
        ticks = 0;
        while (position < text.Length && char.IsAsciiDigit(text[position]) && (width < 0 || position - start < width))
        {
            ticks += (text[position++] - '0') * scale;
            scale /= 10;
        }

        return position > start;
    }

    private bool Epoch()
    {
        SkipSpace();
        var start = position;
        if (position < text.Length && text[position] == '-')
        {
            position++;
        }

        while (position < text.Length && char.IsAsciiDigit(text[position]) && position - start < 13)
        {
            position++;
        }

        epoch = long.TryParse(text.AsSpan(start, position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
        return epoch is not null;
    }

    private bool HalfOfDay()
    {
        SkipSpace();
        var word = text.AsSpan(position, Math.Min(2, text.Length - position));
        isAfternoon = word.Equals("pm", StringComparison.OrdinalIgnoreCase);
        position += 2;
        return isAfternoon.Value || word.Equals("am", StringComparison.OrdinalIgnoreCase);
    }

    private bool Name(string[] names, out int index)
    {
        SkipSpace();
        for (index = 0; index < names.Length; index++)
        {
            var name = names[index];
            foreach (var form in (string[])(name.Length > 3 ? [name, name[..3]] : [name]))
            {
                if (form.Length > 0 && text.AsSpan(position).StartsWith(form, StringComparison.OrdinalIgnoreCase))
                {
                    position += form.Length;
                    return true;
                }
            }
        }

        return false;
    }

    private bool OffsetMinutes()
    {
        SkipSpace();
        var isNegative = position < text.Length && text[position] == '-';
        position += position < text.Length && text[position] is '-' or '+' ? 1 : 0;
        var found = Number(4, out var minutes);
        offset = TimeSpan.FromMinutes(isNegative ? -minutes : minutes);
        return found && minutes < 24 * 60;
    }

    /// <summary>Z, +0200, +02:00, +02.</summary>
    private bool Offset()
    {
        SkipSpace();
        if (position < text.Length && text[position] is 'Z' or 'z')
        {
            position++;
            offset = TimeSpan.Zero;
            return true;
        }

        if (position >= text.Length || text[position] is not ('+' or '-'))
        {
            return false;
        }

        var isNegative = text[position++] == '-';
        if (!Number(2, out var hours))
        {
            return false;
        }

        var minutes = 0;
        if (position < text.Length && text[position] == ':')
        {
            position++;
            _ = Number(2, out minutes);
        }
        else if (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            _ = Number(2, out minutes);
        }

        var size = new TimeSpan(hours, minutes, 0);
        offset = isNegative ? -size : size;
        return hours <= 23 && minutes <= 59;
    }

    private bool Zone()
    {
        SkipSpace();
        var start = position;
        while (position < text.Length && (char.IsAsciiLetter(text[position]) || text[position] is '/' or '_'))
        {
            position++;
        }

        var name = text[start..position];
        if (ZoneNames.OffsetOf(name) is { } known)
        {
            offset = known;
            return true;
        }

        return name.Length > 3 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }
}
