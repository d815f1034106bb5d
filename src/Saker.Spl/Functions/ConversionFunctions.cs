using System.Globalization;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Conversion functions.</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Of("tonumber", 1, 2, "tonumber(text, base)", "The number that the text is, in the given base; null if it is none.", v =>
            v[0].IsNull ? Value.Null : v.Length == 1 ? ToNumber(v[0]) : FromBase(v[0].Text, v[1])),
        FunctionSpec.Of("tostring", 1, 2, "tostring(value, \"hex\"|\"commas\"|\"duration\")", "The text of a value, in the given form.", v =>
            v[0].IsNull ? Value.Null : v.Length == 1 ? Value.Of(v[0].Text) : Format(v[0], v[1].Text)),
    ];

    private static Value ToNumber(Value value) => value.TryGetNumber(out var number) ? Value.Of(number) : Value.Null;

    private static Value FromBase(string text, Value inBase)
    {
        if (!inBase.TryGetNumber(out var number) || number is < 2 or > 36)
        {
            return Value.Null;
        }

        if (number == 10)
        {
            return ToNumber(Value.Of(text));
        }

        var digits = text.Trim();
        if (number == 16 && digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            digits = digits[2..];
        }

        double sum = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? (c | 0x20) - 'a' + 10 : 99;
            if (digit >= number)
            {
                return Value.Null;
            }

            sum = (sum * number) + digit;
        }

        return digits.Length == 0 ? Value.Null : Value.Of(sum);
    }

    private static Value Format(Value value, string form)
    {
        if (!value.TryGetNumber(out var number))
        {
            return Value.Of(value.Text);
        }

        return form.ToLowerInvariant() switch
        {
            "hex" => Value.Of("0x" + ((long)number).ToString("X", CultureInfo.InvariantCulture)),
            "binary" => Value.Of(Convert.ToString((long)number, 2)),
            "commas" => Value.Of(number.ToString(number == Math.Floor(number) ? "#,0" : "#,0.00", CultureInfo.InvariantCulture)),
            "duration" => Value.Of(Duration(number)),
            _ => Value.Of(value.Text),
        };
    }

    private static string Duration(double seconds)
    {
        var whole = (long)Math.Abs(seconds);
        var days = whole / 86400;
        var fraction = Math.Abs(seconds) - whole;
        var text = $"{whole % 86400 / 3600:00}:{whole % 3600 / 60:00}:{whole % 60:00}"
            + (fraction > 0 ? fraction.ToString(".000000", CultureInfo.InvariantCulture) : "");
        return (seconds < 0 ? "-" : "") + (days > 0 ? $"{days}+{text}" : text);
    }
}
