using System.Globalization;
using System.Text;

namespace Saker.Spl.Functions;

/// <summary>A format of <c>strftime</c> and <c>strptime</c>: <c>%Y-%m-%dT%H:%M:%S.%3N%z</c>. Names are English.</summary>
internal sealed class TimeFormat
{
    private readonly List<Part> parts = [];

    private TimeFormat(string format)
    {
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 >= format.Length)
            {
                parts.Add(new Part('\0', format[i], -1, 0));
                continue;
            }

            i = Directive(format, i + 1);
        }
    }

    public static TimeFormat Parse(string format) => new(format);

    /// <summary>The time as the format has it, in a zone.</summary>
    public string Format(double epoch, TimeZoneInfo zone)
    {
        var utc = TimeFunctions.FromEpoch(epoch);
        var time = TimeZoneInfo.ConvertTime(utc, zone);
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            Append(text, part, time, zone);
        }

        return text.ToString();
    }

    /// <summary>The time that a text tells, in epoch seconds; null if it does not fit. Text after what the format asks for may be there.</summary>
    public double? Read(string text, DateTimeOffset now, TimeZoneInfo zone) => TimeReader.Read(parts, text, now, zone);

    private int Directive(string format, int i)
    {
        var start = i;
        var width = -1;
        while (i < format.Length && char.IsAsciiDigit(format[i]))
        {
            width = Math.Min(9, (Math.Max(0, width) * 10) + format[i++] - '0');
        }

        var colons = 0;
        while (i < format.Length && format[i] == ':')
        {
            (colons, i) = (colons + 1, i + 1);
        }

        if (i < format.Length && format[i] is '-' or '_' or '^' && start == i)
        {
            i++;
        }

        if (i < format.Length && format[i] == 'E' && i + 1 < format.Length && format[i + 1] == 'z')
        {
            parts.Add(new Part('M', 'E', -1, 0));
            return i + 1;
        }

        if (i >= format.Length)
        {
            Literal(format[(start - 1)..]);
            return i;
        }

        var expansion = format[i] switch
        {
            'T' or 'X' => "%H:%M:%S",
            'F' => "%Y-%m-%d",
            'D' or 'x' => "%m/%d/%y",
            'R' => "%H:%M",
            'r' => "%I:%M:%S %p",
            'c' => "%a %b %e %H:%M:%S %Y",
            '+' => "%a %b %e %H:%M:%S %Z %Y",
            'h' => "%b",
            _ => null,
        };
        if (expansion is not null)
        {
            parts.AddRange(new TimeFormat(expansion).parts);
        }
        else if ("aAbBCdefGgHIjklmMnNpPQsStuUVwWyYzZ".Contains(format[i]))
        {
            parts.Add(new Part('%', format[i], width, colons));
        }
        else
        {
            Literal(format[i] == '%' ? "%" : format[(start - 1)..(i + 1)]);
        }

        return i;
    }

    private void Literal(string text) => parts.AddRange(text.Select(c => new Part('\0', c, -1, 0)));

    private static void Append(StringBuilder text, Part part, DateTimeOffset time, TimeZoneInfo zone)
    {
        switch (part.Kind)
        {
            case '\0':
                text.Append(part.Letter);
                return;
            case 'M':
                text.Append(CultureInfo.InvariantCulture, $"{(int)time.Offset.TotalMinutes}");
                return;
            default:
                text.Append(Field(part, time, zone));
                return;
        }
    }

    private static string Field(Part part, DateTimeOffset time, TimeZoneInfo zone) => part.Letter switch
    {
        'Y' => time.Year.ToString("0000", CultureInfo.InvariantCulture),
        'C' => Two(time.Year / 100),
        'y' => Two(time.Year % 100),
        'm' => Two(time.Month),
        'd' => Two(time.Day),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => Two(time.Hour),
        'k' => time.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'I' => Two(Hour12(time)),
        'l' => Hour12(time).ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'M' => Two(time.Minute),
        'S' => Two(time.Second),
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'b' => time.ToString("MMM", CultureInfo.InvariantCulture),
        'B' => time.ToString("MMMM", CultureInfo.InvariantCulture),
        'a' => time.ToString("ddd", CultureInfo.InvariantCulture),
        'A' => time.ToString("dddd", CultureInfo.InvariantCulture),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'U' => Two((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
        'W' => Two((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7),
        'V' => Two(ISOWeek.GetWeekOfYear(time.DateTime)),
        'G' => ISOWeek.GetYear(time.DateTime).ToString("0000", CultureInfo.InvariantCulture),
        'g' => Two(ISOWeek.GetYear(time.DateTime) % 100),
        's' => ((long)Math.Floor(TimeFunctions.Epoch(time))).ToString(CultureInfo.InvariantCulture),
        'N' => Fraction(time, part.Width < 0 ? 9 : part.Width),
        'Q' => Fraction(time, part.Width < 0 ? 3 : part.Width),
        'f' => Fraction(time, part.Width < 0 ? 6 : part.Width),
        'z' => Offset(time.Offset, part.Colons),
        'Z' => ZoneNames.Abbreviation(zone, time) ?? Offset(time.Offset, 0),
        'n' => "\n",
        't' => "\t",
        _ => "",
    };

    private static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);

    private static int Hour12(DateTimeOffset time) => time.Hour % 12 == 0 ? 12 : time.Hour % 12;

    private static string Fraction(DateTimeOffset time, int digits) =>
        ((time.Ticks % TimeSpan.TicksPerSecond) * 100).ToString("000000000", CultureInfo.InvariantCulture)[..Math.Clamp(digits, 1, 9)];

    private static string Offset(TimeSpan offset, int colons)
    {
        var sign = offset < TimeSpan.Zero ? "-" : "+";
        var size = offset.Duration();
        return sign + colons switch
        {
            0 => $"{size.Hours:00}{size.Minutes:00}",
            1 => $"{size.Hours:00}:{size.Minutes:00}",
            2 => $"{size.Hours:00}:{size.Minutes:00}:{size.Seconds:00}",
            _ => $"{size.Hours:00}",
        };
    }

    /// <summary>A character that stands for itself (kind NUL), a directive (<c>%</c>), or <c>%Ez</c> (<c>M</c>).</summary>
    internal readonly record struct Part(char Kind, char Letter, int Width, int Colons);
}
