using System.Globalization;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Mathematical functions.</summary>
internal static class MathematicalFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.OfNumber("abs", "abs(number)", "The number without its sign.", Math.Abs),
        FunctionSpec.OfNumber("ceiling", "ceiling(number)", "The next integer up.", Math.Ceiling),
        FunctionSpec.OfNumber("ceil", "ceil(number)", "The next integer up.", Math.Ceiling),
        FunctionSpec.OfNumber("floor", "floor(number)", "The next integer down.", Math.Floor),
        FunctionSpec.OfNumber("sqrt", "sqrt(number)", "The square root.", Math.Sqrt),
        FunctionSpec.OfNumber("exp", "exp(number)", "e to the power of the number.", Math.Exp),
        FunctionSpec.OfNumber("ln", "ln(number)", "The natural logarithm.", n => n > 0 ? Math.Log(n) : double.NaN),
        FunctionSpec.Of("pi", 0, 0, "pi()", "The ratio of a circle's circumference to its diameter.", _ => Value.Of(Math.PI)),
        FunctionSpec.Of("log", 1, 2, "log(number, base)", "The logarithm, to base 10 by default.", v =>
        {
            var inBase = 10.0;
            return v[0].TryGetNumber(out var n) && n > 0 && (v.Length == 1 || v[1].TryGetNumber(out inBase)) ? Value.Of(inBase == 10 ? Math.Log10(n) : Math.Log(n, inBase)) : Value.Null;
        }),
        FunctionSpec.Of("pow", 2, 2, "pow(number, exponent)", "The number to the power of the exponent.", v =>
            v[0].TryGetNumber(out var n) && v[1].TryGetNumber(out var e) ? Value.Of(Math.Pow(n, e)) : Value.Null),
        new("exact", 1, 1, "exact(expression)", "A number with all its digits.")
        {
            Compile = (call, compiler) =>
            {
                var expression = compiler.Compile(call.Arguments[0]);
                return row => expression(row) is { Kind: ValueKind.Number } value && double.IsFinite(value.Number) && Math.Abs(value.Number) is >= 1e-5 and < 1e15
                    ? Value.Of(value.Number.ToString("R", CultureInfo.InvariantCulture))
                    : expression(row);
            },
        },
        new("sigfig", 1, 1, "sigfig(expression)", "A number rounded to the significant figures of what it is computed from.")
        {
            Compile = (call, compiler) => SignificantFigures.Compile(call.Arguments[0], compiler),
        },
        FunctionSpec.Of("round", 1, 2, "round(number, digits)", "The number rounded half away from zero, to an integer by default.", v =>
        {
            var digits = 0.0;
            return v[0].TryGetNumber(out var n) && (v.Length == 1 || v[1].TryGetNumber(out digits)) ? Value.Of(Round(n, (int)Math.Clamp(digits, -300, 300))) : Value.Null;
        }),
    ];

    private static double Round(double number, int digits)
    {
        if (digits < 0)
        {
            var scale = Math.Pow(10, -digits);
            return Math.Round(number / scale, MidpointRounding.AwayFromZero) * scale;
        }

        // Decimal arithmetic, so that 2.675 rounds as people expect of its digits.
        return digits <= 15 && Math.Abs(number) < 1e12 ? (double)Math.Round((decimal)number, digits, MidpointRounding.AwayFromZero) : number;
    }
}
