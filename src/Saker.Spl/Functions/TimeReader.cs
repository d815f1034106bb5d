using System.Globalization;

namespace Saker.Spl.Functions;

/// <summary>Reads one text by a time format, from left to right.</summary>
internal sealed class TimeReader(string text, TimeZoneInfo zone)
{
    private int at;
    private int? year;
    private int? month;
    private int? day;
    private int? dayOfYear;
    private int hour;
    private int minute;
    private int second;
    private bool? afternoon;
    private decimal fraction;
    private TimeSpan? offset;
    private decimal? seconds;

    public bool TryRead(string format, DateTime? today, out double epoch)
    {
        epoch = 0;
        return TryReadAll(format) && TryBuild(today, out epoch);
    }

    private bool TryReadAll(string format)
    {
        foreach (var part in TimeFormat.Variable.All(format))
        {
            if (part.Letter == '\0' ? !TryText(part.Text[0]) : !TryVariable(part))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryText(char c)
    {
        if (char.IsWhiteSpace(c))
        {
            SkipSpace();
            return true;
        }

        if (at < text.Length && text[at] == c)
        {
            at++;
            return true;
        }

        return false;
    }

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private bool TryVariable(TimeFormat.Variable variable)
    {
        switch (variable.Letter)
        {
            case 'Y': return TryNumber(4, 0, 9999, v => year = v);
            case 'y': return TryNumber(2, 0, 99, v => year = v < 69 ? 2000 + v : 1900 + v);
            case 'm': return TryNumber(2, 1, 12, v => month = v);
            case 'd' or 'e': return TryNumber(2, 1, 31, v => day = v);
            case 'j': return TryNumber(3, 1, 366, v => dayOfYear = v);
            case 'H' or 'k': return TryNumber(2, 0, 24, v => hour = v);
            case 'I' or 'l': return TryNumber(2, 1, 12, v => hour = v % 12);
            case 'M': return TryNumber(2, 0, 59, v => minute = v);
            case 'S': return TryNumber(2, 0, 60, v => second = v);
            case 'w' or 'u': return TryNumber(1, 0, 7, _ => { });
            case 'U' or 'V' or 'W': return TryNumber(2, 0, 53, _ => { });
            case 'B' or 'b' or 'h': return TryName(isDay: false);
            case 'A' or 'a': return TryName(isDay: true);
            case 'p' or 'P': return TryHalf();
            case 'N' or 'Q' or 'f': return TryFraction(variable);
            case 's': return TryEpoch();
            case 'z': return TryOffset();
            case 'E': return TryMinutes();
            case 'Z': return TryZone();
            case 'n' or 't':
                SkipSpace();
                return true;
            case '%': return TryText('%');
            default: return variable.Expansion is { } expansion && TryReadAll(expansion);
        }
    }

    private bool TryNumber(int most, int low, int high, Action<int> set)
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == start)
        {
            return false;
        }

        var value = int.Parse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture);
        set(value);
        return value >= low && value <= high;
    }

    private bool TryName(bool isDay)
    {
        SkipSpace();
        var index = TimeFormat.FindName(text, at, isDay, out var length);
        at += length;
        if (!isDay)
        {
            month = index + 1;
        }

        return index >= 0;
    }

    private bool TryHalf()
    {
        SkipSpace();
        if (at + 1 >= text.Length || (text[at + 1] | 0x20) != 'm' || (text[at] | 0x20) is not ('a' or 'p'))
        {
            return false;
        }

        afternoon = (text[at] | 0x20) == 'p';
        at += 2;
        return true;
    }

    private bool TryFraction(TimeFormat.Variable variable)
    {
        var most = variable.Digits ?? (variable.Letter == 'f' ? 6 : 9);
        var start = at;
        while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == start)
        {
            return false;
        }

        fraction = decimal.Parse("0." + text[start..at], CultureInfo.InvariantCulture);
        return true;
    }

    private bool TryEpoch()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (at == start && text[at] == '-')))
        {
            at++;
        }

        var isNumber = decimal.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        seconds = value;
        return isNumber;
    }

    private bool TryMinutes()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (at == start && text[at] is '-' or '+')))
        {
            at++;
        }

        var isNumber = int.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var minutes) && Math.Abs(minutes) <= 840;
        offset = isNumber ? TimeSpan.FromMinutes(minutes) : null;
        return isNumber;
    }

    /// <summary><c>+0200</c>, <c>+02:00</c>, <c>+02</c>, <c>Z</c>, or a name.</summary>
    private bool TryOffset()
    {
        SkipSpace();
        if (at < text.Length && text[at] is '+' or '-')
        {
            var negative = text[at++] == '-';
            var digits = new string([.. text[at..Math.Min(text.Length, at + 6)].TakeWhile(c => char.IsAsciiDigit(c) || c == ':').Where(c => c != ':').Take(4)]);
            if (digits.Length is not (2 or 4))
            {
                return false;
            }

            for (var taken = 0; taken < digits.Length; at++)
            {
                taken += text[at] == ':' ? 0 : 1;
            }

            var hours = int.Parse(digits.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture);
            var minutes = digits.Length == 4 ? int.Parse(digits.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture) : 0;
            offset = new TimeSpan(hours, minutes, 0) * (negative ? -1 : 1);
            return hours <= 14 && minutes < 60;
        }

        return TryZone();
    }

    private bool TryZone()
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] is '/' or '_'))
        {
            at++;
        }

        var name = text[start..at];
        if (name.Length == 0)
        {
            return at < text.Length && text[at] is '+' or '-' && TryOffset();
        }

        offset = name.ToUpperInvariant() switch
        {
            "Z" or "UTC" or "GMT" or "UCT" => TimeSpan.Zero,
            "EST" => TimeSpan.FromHours(-5),
            "EDT" or "AST" => TimeSpan.FromHours(-4),
            "CST" or "MDT" => TimeSpan.FromHours(-6),
            "CDT" => TimeSpan.FromHours(-5),
            "MST" or "PDT" => TimeSpan.FromHours(-7),
            "PST" => TimeSpan.FromHours(-8),
            "CET" or "BST" or "WEST" => TimeSpan.FromHours(1),
            "CEST" or "EET" => TimeSpan.FromHours(2),
            "EEST" or "MSK" => TimeSpan.FromHours(3),
            "IST" => new TimeSpan(5, 30, 0),
            "JST" or "KST" => TimeSpan.FromHours(9),
            _ => null,
        };
        if (offset is null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found))
        {
            zone = found;
            return true;
        }

        return offset is not null;
    }

    private bool TryBuild(DateTime? today, out double epoch)
    {
        epoch = 0;
        if (seconds is { } given)
        {
            epoch = (double)(given + fraction);
            return true;
        }

        var basis = today ?? DateTime.UnixEpoch;
        var hasDate = year is not null || month is not null || day is not null || dayOfYear is not null;
        var (y, m, d) = (year ?? basis.Year, month ?? (hasDate ? 1 : basis.Month), day ?? (hasDate ? 1 : basis.Day));
        if (y < 1 || d > DateTime.DaysInMonth(y, m))
        {
            return false;
        }

        var hours = hour + (afternoon == true && hour < 12 ? 12 : 0);
        hours = afternoon == false && hour == 12 ? 0 : hours;
        var date = dayOfYear is { } ordinal ? new DateTime(y, 1, 1).AddDays(ordinal - 1) : new DateTime(y, m, d);
        var local = date.AddHours(hours).AddMinutes(minute).AddSeconds(second);
        var shift = offset ?? zone.GetUtcOffset(local);
        epoch = (double)(((local.Ticks - shift.Ticks - DateTime.UnixEpoch.Ticks) / (decimal)TimeSpan.TicksPerSecond) + fraction);
        return true;
    }
}
