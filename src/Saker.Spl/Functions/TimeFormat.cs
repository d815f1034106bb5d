using System.Globalization;
using System.Text;

namespace Saker.Spl.Functions;

/// <summary>Splunk's time variables (<c>%Y-%m-%dT%H:%M:%S.%3N%z</c>): writes epoch seconds by them and reads text by them.</summary>
public static class TimeFormat
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>The text of a time in a zone. A variable that is not known stays as it is written.</summary>
    public static string Format(double epoch, string format, TimeZoneInfo zone)
    {
        var moment = Moment.Of(epoch, zone);
        var text = new StringBuilder(format.Length + 16);
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var variable = Variable.Read(format, ref i);
            Write(text, variable, moment, zone);
        }

        return text.ToString();
    }

    /// <summary>
    /// Reads a text that begins as the format says; what follows is left alone. Parts of the date that the format lacks are those of
    /// the day given or, without one, of the first day of 1970.
    /// </summary>
    public static bool TryParse(string text, string format, TimeZoneInfo zone, out double epoch) => new TimeReader(text, zone).TryRead(format, null, out epoch);

    /// <inheritdoc cref="TryParse(string, string, TimeZoneInfo, out double)"/>
    public static bool TryParse(string text, string format, TimeZoneInfo zone, DateTime today, out double epoch) => new TimeReader(text, zone).TryRead(format, today, out epoch);

    internal static int FindName(string text, int at, bool isDay, out int length)
    {
        var names = isDay ? Days : Months;
        for (var i = 0; i < names.Length; i++)
        {
            foreach (var name in (string[])[names[i], names[i][..3]])
            {
                if (string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
                {
                    length = name.Length;
                    return i;
                }
            }
        }

        length = 0;
        return -1;
    }

    private static void Write(StringBuilder text, Variable variable, Moment moment, TimeZoneInfo zone)
    {
        var time = moment.Local;
        switch (variable.Letter)
        {
            case 'Y': text.Append($"{time.Year:0000}"); break;
            case 'y': text.Append($"{time.Year % 100:00}"); break;
            case 'C': text.Append($"{time.Year / 100:00}"); break;
            case 'm': text.Append($"{time.Month:00}"); break;
            case 'd': text.Append($"{time.Day:00}"); break;
            case 'e': text.Append($"{time.Day,2}"); break;
            case 'j': text.Append($"{time.DayOfYear:000}"); break;
            case 'B': text.Append(Months[time.Month - 1]); break;
            case 'b' or 'h': text.Append(Months[time.Month - 1][..3]); break;
            case 'A': text.Append(Days[(int)time.DayOfWeek]); break;
            case 'a': text.Append(Days[(int)time.DayOfWeek][..3]); break;
            case 'w': text.Append((int)time.DayOfWeek); break;
            case 'u': text.Append(time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek); break;
            case 'U': text.Append($"{(time.DayOfYear + 6 - (int)time.DayOfWeek) / 7:00}"); break;
            case 'W': text.Append($"{(time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7:00}"); break;
            case 'V': text.Append($"{ISOWeek.GetWeekOfYear(time):00}"); break;
            case 'G': text.Append($"{ISOWeek.GetYear(time):0000}"); break;
            case 'g': text.Append($"{ISOWeek.GetYear(time) % 100:00}"); break;
            case 'H': text.Append($"{time.Hour:00}"); break;
            case 'k': text.Append($"{time.Hour,2}"); break;
            case 'I': text.Append($"{Twelve(time.Hour):00}"); break;
            case 'l': text.Append($"{Twelve(time.Hour),2}"); break;
            case 'M': text.Append($"{time.Minute:00}"); break;
            case 'S': text.Append($"{time.Second:00}"); break;
            case 'p': text.Append(time.Hour < 12 ? "AM" : "PM"); break;
            case 'P': text.Append(time.Hour < 12 ? "am" : "pm"); break;
            case 's': text.Append(moment.EpochSeconds); break;
            case 'N': text.Append(Fraction(moment, variable.Digits ?? 9)); break;
            case 'Q': text.Append(Fraction(moment, variable.Digits ?? 3)); break;
            case 'f': text.Append(Fraction(moment, 6)); break;
            case 'z': text.Append(Offset(moment.Offset, variable.Colons)); break;
            case 'E': text.Append((int)moment.Offset.TotalMinutes); break;
            case 'Z': text.Append(ZoneName(zone, time, moment.Offset)); break;
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case '%': text.Append('%'); break;
            default:
                if (variable.Expansion is { } expansion)
                {
                    foreach (var part in Variable.All(expansion))
                    {
                        if (part.Letter == '\0')
                        {
                            text.Append(part.Text);
                        }
                        else
                        {
                            Write(text, part, moment, zone);
                        }
                    }
                }
                else
                {
                    text.Append(variable.Text);
                }

                break;
        }
    }

    private static int Twelve(int hour) => hour % 12 == 0 ? 12 : hour % 12;

    private static string Fraction(Moment moment, int digits)
    {
        var nine = $"{moment.Nanoseconds:000000000}";
        return digits <= 9 ? nine[..digits] : nine.PadRight(digits, '0');
    }

    private static string Offset(TimeSpan offset, int colons)
    {
        var (sign, size) = (offset < TimeSpan.Zero ? '-' : '+', offset.Duration());
        var colon = colons > 0 ? ":" : "";
        return $"{sign}{size.Hours:00}{colon}{size.Minutes:00}" + (colons > 1 ? $":{size.Seconds:00}" : "");
    }

    /// <summary>An abbreviation where the system knows one (UTC, or letters that the zone's name begins with), else the offset.</summary>
    private static string ZoneName(TimeZoneInfo zone, DateTime local, TimeSpan offset)
    {
        if (zone.Equals(TimeZoneInfo.Utc) || zone.Id is "UTC" or "Etc/UTC" or "Etc/UCT" or "GMT")
        {
            return zone.Id == "GMT" ? "GMT" : "UTC";
        }

        var name = zone.IsDaylightSavingTime(local) ? zone.DaylightName : zone.StandardName;
        return name.Length is > 1 and < 6 && name.All(char.IsAsciiLetterUpper) ? name : Offset(offset, 1);
    }

    /// <summary>A time split into what the variables ask for.</summary>
    private readonly record struct Moment(DateTime Local, TimeSpan Offset, long EpochSeconds, int Nanoseconds)
    {
        public static Moment Of(double epoch, TimeZoneInfo zone)
        {
            // A double holds today's epoch to about 0.2 microseconds; its shortest text is what was meant.
            var clamped = Math.Clamp(epoch, -62_135_596_800, 253_402_300_799);
            var exact = decimal.Parse(clamped.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
            var whole = Math.Floor(exact);
            var utc = DateTime.UnixEpoch.AddTicks((long)whole * TicksPerSecond);
            var offset = zone.GetUtcOffset(utc);
            var ticks = Math.Clamp(utc.Ticks + offset.Ticks, 0, DateTime.MaxValue.Ticks);
            return new Moment(new DateTime(ticks), offset, (long)whole, (int)((exact - whole) * 1_000_000_000m));
        }
    }

    /// <summary>One variable of a format, or (with letter NUL) the text between two.</summary>
    internal readonly record struct Variable(char Letter, string Text, int? Digits, int Colons)
    {
        /// <summary>What a variable is short for.</summary>
        public string? Expansion => Letter switch
        {
            'T' or 'X' => "%H:%M:%S",
            'F' => "%Y-%m-%d",
            'D' or 'x' => "%m/%d/%y",
            'R' => "%H:%M",
            'r' => "%I:%M:%S %p",
            'c' => "%a %b %e %H:%M:%S %Y",
            '+' => "%a %b %e %H:%M:%S %Z %Y",
            _ => null,
        };

        /// <summary>The variable at <paramref name="i"/>, which is left at its last character.</summary>
        public static Variable Read(string format, ref int i)
        {
            var start = i++;
            int? digits = null;
            var colons = 0;
            while (i < format.Length - 1 && (format[i] is '-' or '_' || char.IsAsciiDigit(format[i]) || format[i] == ':'))
            {
                if (format[i] == ':')
                {
                    colons++;
                }
                else if (char.IsAsciiDigit(format[i]))
                {
                    digits = Math.Min(18, ((digits ?? 0) * 10) + format[i] - '0');
                }

                i++;
            }

            if (format[i] is 'E' or 'O' && i + 1 < format.Length && format[i + 1] is 'z' or 'Y' or 'y' or 'd' or 'm' or 'H' or 'M' or 'S')
            {
                i++;
                if (format[i - 1] == 'E' && format[i] == 'z')
                {
                    return new Variable('E', format[start..(i + 1)], null, 0);
                }
            }

            return new Variable(format[i], format[start..(i + 1)], digits, colons);
        }

        public static IEnumerable<Variable> All(string format)
        {
            for (var i = 0; i < format.Length; i++)
            {
                if (format[i] == '%' && i + 1 < format.Length)
                {
                    yield return Read(format, ref i);
                }
                else
                {
                    yield return new Variable('\0', format[i].ToString(), null, 0);
                }
            }
        }
    }
}
