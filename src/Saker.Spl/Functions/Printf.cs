using System.Globalization;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>C's printf as Splunk has it: <c>%d %i %u %o %x %X %p %e %E %f %F %g %G %a %c %s %z %%</c>, flags <c>' - 0 + blank #</c>, width and precision, also <c>*</c>.</summary>
internal static class Printf
{
    private const int MostWidth = 10_000;
    private const int MostPrecision = 100;

    public static string Format(string format, ReadOnlySpan<Value> values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            var field = Field.Parse(format, ref i, values, ref next);
            if (field.Letter == '%')
            {
                text.Append('%');
            }
            else if (field.Letter != '\0')
            {
                text.Append(field.Pad(field.Render(next < values.Length ? values[next] : Value.Null)));
                next++;
            }

            Growing.CheckText(text.Length);
        }

        return text.ToString();
    }

    private readonly record struct Field(string Flags, int Width, int? Precision, char Letter)
    {
        public static Field Parse(string format, ref int i, ReadOnlySpan<Value> values, ref int next)
        {
            var start = ++i;
            while (i < format.Length && format[i] is '\'' or '-' or '0' or '+' or ' ' or '#')
            {
                i++;
            }

            var flags = format[start..i];
            var width = Number(format, ref i, values, ref next);
            if (width < 0)
            {
                (flags, width) = (flags + "-", -width);
            }

            int? precision = null;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Math.Max(0, Number(format, ref i, values, ref next));
            }

            return new Field(flags, Math.Min(width, MostWidth), precision, i < format.Length ? format[i] : '\0');
        }

        public string Render(Value value) => Letter switch
        {
            'd' or 'i' or 'u' => Signed(value, Grouped(Digits(Math.Abs(Math.Truncate(NumberOf(value))).ToString("F0", CultureInfo.InvariantCulture)))),
            'o' => Digits((Flags.Contains('#') ? "0" : "") + Convert.ToString(Whole(value), 8)),
            'x' => Hex(value, "0x", "x"),
            'X' or 'p' => Hex(value, "0X", "X"),
            'f' or 'F' => Signed(value, Grouped(Math.Abs(NumberOf(value)).ToString("F" + Places, CultureInfo.InvariantCulture))),
            'e' or 'E' => Signed(value, Exponential(Math.Abs(NumberOf(value)), Places)),
            'g' or 'G' => Signed(value, General(Math.Abs(NumberOf(value)))),
            'a' or 'A' => Signed(value, HexFloat(Math.Abs(NumberOf(value)))),
            'c' => value.TryGetNumber(out var code) && code is > 0 and < 0x110000 and not (>= 0xD800 and <= 0xDFFF) ? char.ConvertFromUtf32((int)code) : value.Text.Length > 0 ? value.Text.EnumerateRunes().First().ToString() : "",
            's' or 'z' => Precision is { } most && most < value.Text.Length ? value.Text[..most] : value.Text,
            _ => "",
        };

        public string Pad(string text)
        {
            if (Flags.Contains('-'))
            {
                return text.PadRight(Width);
            }

            if (!Flags.Contains('0') || Letter is 's' or 'z' or 'c' || text.Length >= Width)
            {
                return text.PadLeft(Width);
            }

            var sign = text.Length > 0 && text[0] is '-' or '+' or ' ' ? 1 : 0;
            return text[..sign] + text[sign..].PadLeft(Width - sign, '0');
        }

        private int Places => Math.Min(Precision ?? 6, MostPrecision);

        private static int Number(string format, ref int i, ReadOnlySpan<Value> values, ref int next)
        {
            if (i < format.Length && format[i] == '*')
            {
                i++;
                var argument = next < values.Length ? NumberOf(values[next]) : 0;
                next++;
                return (int)Math.Clamp(argument, -MostWidth, MostWidth);
            }

            var number = 0;
            for (; i < format.Length && char.IsAsciiDigit(format[i]); i++)
            {
                number = Math.Min(MostWidth, (number * 10) + format[i] - '0');
            }

            return number;
        }

        private static double NumberOf(Value value) => value.TryGetNumber(out var number) ? number : value.Kind == ValueKind.Boolean && value.Truth ? 1 : 0;

        private static long Whole(Value value) => (long)Math.Clamp(NumberOf(value), long.MinValue, long.MaxValue);

        private string Digits(string digits) => Precision is { } least ? digits.PadLeft(Math.Min(least, MostWidth), '0') : digits;

        private string Hex(Value value, string prefix, string form)
        {
            var whole = Whole(value);
            return (Flags.Contains('#') && whole != 0 ? prefix : "") + Digits(whole.ToString(form, CultureInfo.InvariantCulture));
        }

        private string Grouped(string digits)
        {
            if (!Flags.Contains('\''))
            {
                return digits;
            }

            var point = digits.IndexOf('.');
            var text = new StringBuilder(digits);
            for (var at = (point < 0 ? digits.Length : point) - 3; at > 0; at -= 3)
            {
                text.Insert(at, ',');
            }

            return text.ToString();
        }

        private string Signed(Value value, string digits)
        {
            var isNegative = NumberOf(value) < 0 && digits.AsSpan().IndexOfAnyInRange('1', '9') >= 0 | Letter is 'a' or 'A';
            return (isNegative ? "-" : Letter == 'u' ? "" : Flags.Contains('+') ? "+" : Flags.Contains(' ') ? " " : "") + digits;
        }

        private string Exponential(double number, int places) =>
            number.ToString((Letter is 'E' or 'G' ? "0." + new string('0', places) + "E+00" : "0." + new string('0', places) + "e+00"), CultureInfo.InvariantCulture);

        private string General(double number)
        {
            var figures = Math.Max(1, Math.Min(Precision ?? 6, MostPrecision));
            var exponent = number == 0 ? 0 : (int)Math.Floor(Math.Log10(number));
            if (exponent < -4 || exponent >= figures)
            {
                var text = Exponential(number, figures - 1);
                var mark = text.IndexOfAny(['e', 'E']);
                return mark < 0 || Flags.Contains('#') ? text : Short(text[..mark]) + text[mark..];
            }

            var plain = number.ToString("F" + Math.Max(0, figures - 1 - exponent), CultureInfo.InvariantCulture);
            return Flags.Contains('#') ? plain : Short(plain);
        }

        private static string Short(string digits) => digits.Contains('.') ? digits.TrimEnd('0').TrimEnd('.') : digits;

        private string HexFloat(double number)
        {
            var bits = BitConverter.DoubleToInt64Bits(number);
            var exponent = (int)((bits >> 52) & 0x7FF) - 1023;
            var mantissa = bits & 0xFFFFFFFFFFFFFL;
            long lead = 1;
            if (number == 0 || !double.IsFinite(number))
            {
                (exponent, mantissa, lead) = (0, 0, 0);
            }

            var digits = mantissa.ToString("x13", CultureInfo.InvariantCulture).TrimEnd('0');
            if (Precision is { } places && places < 13)
            {
                var shift = 52 - (4 * places);
                var rounded = ((lead << 52) + mantissa + (1L << (shift - 1))) >> shift;
                digits = places == 0 ? "" : (rounded & ((1L << (4 * places)) - 1)).ToString("x" + places, CultureInfo.InvariantCulture);
                lead = rounded >> (4 * places);
            }

            var text = $"0x{lead}{(digits.Length > 0 ? "." + digits : "")}p{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}";
            return Letter == 'A' ? text.ToUpperInvariant() : text;
        }
    }
}
