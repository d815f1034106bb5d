using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Conversion functions.</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.OfEach("tonumber", 1, 2, "tonumber(text, base)", "The number that the text is, in base 2 to 36; null if it is none.", ToNumber),
        FunctionSpec.OfEach("todouble", 1, 2, "todouble(value, base)", "The number that the value is; null if it is none.", ToNumber),
        FunctionSpec.OfEach("toint", 1, 2, "toint(value, base)", "The number that the value is, rounded down.", (value, v) =>
            ToNumber(value, v).TryGetNumber(out var number) ? Value.Of(Math.Floor(number)) : Value.Null),
        FunctionSpec.OfEach("tostring", 1, 2, "tostring(value, \"hex\"|\"binary\"|\"commas\"|\"duration\")", "The text of a value, in the given form.", (value, v) =>
            v.Length == 1 ? Value.Of(value.Text) : Format(value, v[1].Text)),
        FunctionSpec.Condition("tobool", 1, 1, "tobool(value)", "Text true or false, or a number other than 0, as a truth value.", v => ToTruth(v[0])),
        FunctionSpec.Of("toarray", 1, 1, "toarray(value)", "The values, or text of a JSON array, as a JSON array.", v => ToArray(v[0])),
        FunctionSpec.Of("toobject", 1, 1, "toobject(value)", "Text of a JSON object as a JSON object.", v =>
            JsonTree.ParseContainer(v[0].Text) is { Kind: JsonKind.Object } tree ? Value.Of(tree.ToString()) : Value.Null),
        FunctionSpec.Of("tomv", 1, 1, "tomv(value)", "The elements of a JSON array as several values, texts in their quotes.", v => v[0].IsMulti ? v[0] : JsonFunctions.ToMulti(v[0], keepsQuotes: true)),
        FunctionSpec.OfEach("ipmask", 2, 2, "ipmask(mask, address)", "The bits of an IPv4 address that the mask has.", (mask, v) => Mask(mask.Text, v[1])),
        new("printf", 1, FunctionSpec.Any, "printf(format, value, …)", "A text made as C's printf makes it.")
        {
            Compile = (call, compiler) =>
            {
                var arguments = compiler.CompileAll(call.Arguments);
                return row =>
                {
                    var values = Array.ConvertAll(arguments, a => a(row));
                    return values[0].IsNull ? Value.Null : Value.Of(Printf.Format(values[0].Text, values.AsSpan(1)));
                };
            },
        },
    ];

    private static Value ToNumber(Value value, Value[] v)
    {
        if (v.Length == 2 && value.Kind == ValueKind.Text)
        {
            return FromBase(value.Text, v[1]);
        }

        // A blank before or after makes it no number here, other than in arithmetic.
        return value.TryGetNumber(out var number) && (value.Kind != ValueKind.Text || value.Text.AsSpan().Trim().Length == value.Text.Length) ? Value.Of(number) : Value.Null;
    }

    private static Value FromBase(string text, Value inBase)
    {
        if (!inBase.TryGetNumber(out var number) || number is < 2 or > 36 || number != Math.Floor(number))
        {
            return Value.Null;
        }

        if (number == 10)
        {
            return ToNumber(Value.Of(text), []);
        }

        var isNegative = text.StartsWith('-');
        var digits = isNegative ? text[1..] : text;
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

        return digits.Length == 0 ? Value.Null : Value.Of(isNegative ? -sum : sum);
    }

    private static Value ToTruth(Value value) => value.Kind == ValueKind.Boolean ? value
        : value.TryGetNumber(out var number) ? Value.Of(number != 0)
        : value.Text switch { "true" or "True" => Value.True, "false" or "False" => Value.False, _ => Value.Null };

    private static Value ToArray(Value value)
    {
        if (value.IsMulti)
        {
            return Value.Of(JsonTree.Array(value.Values.ToArray().Select(JsonFunctions.Inferred)).ToString());
        }

        return JsonTree.ParseContainer(value.Text) is { Kind: JsonKind.Array } tree
            ? Value.Of(JsonTree.Array(tree.Items.Select(i => i.Kind == JsonKind.Number ? JsonFunctions.Inferred(i.ToValue()) : i)).ToString())
            : Value.Null;
    }

    private static Value Mask(string mask, Value address)
    {
        if (!TryAddress(mask, out var maskBytes) || !TryAddress(address.First.Text, out var bytes))
        {
            return Value.Null;
        }

        for (var i = 0; i < 4; i++)
        {
            bytes[i] &= maskBytes[i];
        }

        return Value.Of(new IPAddress(bytes).ToString());
    }

    private static bool TryAddress(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Count(c => c == '.') != 3 || !IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        bytes = address.GetAddressBytes();
        return true;
    }

    private static Value Format(Value value, string form)
    {
        if (!value.TryGetNumber(out var number) || Math.Abs(number) > 9e15)
        {
            return Value.Of(value.Text);
        }

        return form.ToLowerInvariant() switch
        {
            "hex" => Value.Of((number < 0 ? "-0x" : "0x") + ((long)Math.Abs(number)).ToString("X", CultureInfo.InvariantCulture)),
            "binary" => Value.Of((number < 0 ? "-" : "") + Convert.ToString((long)Math.Abs(number), 2)),
            "commas" => Value.Of(number.ToString(number == Math.Floor(number) ? "#,0" : "#,0.00", CultureInfo.InvariantCulture)),
            "duration" => Value.Of(Duration(number)),
            _ => Value.Of(value.Text),
        };
    }

    private static string Duration(double seconds)
    {
        var micros = (long)Math.Round(Math.Abs(seconds) * 1e6);
        var (whole, fraction) = (micros / 1_000_000, micros % 1_000_000);
        var days = whole / 86400;
        var text = $"{whole % 86400 / 3600:00}:{whole % 3600 / 60:00}:{whole % 60:00}" + (fraction > 0 ? $".{fraction:000000}" : "");
        return (seconds < 0 ? "-" : "") + (days > 0 ? $"{days}+{text}" : text);
    }
}
