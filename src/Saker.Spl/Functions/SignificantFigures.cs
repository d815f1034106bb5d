using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Functions;

/// <summary>
/// Computes with the number of significant figures of each operand, as its digits are written: a product has as many as the factor
/// with the fewest (<c>1.00*1111</c> gives 1110), a sum as many decimals as the term with the fewest.
/// </summary>
internal static class SignificantFigures
{
    private const int Most = 15;

    private delegate Measured? Measure(Row row);

    public static Evaluator Compile(EvalExpression expression, EvalCompiler compiler)
    {
        var measure = Of(expression, compiler);
        return row => measure(row) is { } measured ? Value.Of(measured.Rounded) : Value.Null;
    }

    private static Measure Of(EvalExpression expression, EvalCompiler compiler)
    {
        if (expression is EvalBinary { Operator: BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Add or BinaryOperator.Subtract } binary)
        {
            var (left, right) = (Of(binary.Left, compiler), Of(binary.Right, compiler));
            return row => left(row) is { } a && right(row) is { } b ? Combine(binary.Operator, a, b) : null;
        }

        if (expression is EvalNegate negate)
        {
            var inner = Of(negate.Inner, compiler);
            return row => inner(row) is { } measured ? measured with { Number = -measured.Number } : null;
        }

        var value = compiler.Compile(expression);
        var written = (expression as EvalLiteral)?.Written;
        return row => value(row) is var result && result.TryGetNumber(out var number) ? Read(number, written ?? result.Text) : null;
    }

    private static Measured Read(double number, string text)
    {
        var digits = text.Trim().TrimStart('-', '+').Split('e', 'E')[0];
        var point = digits.IndexOf('.');
        var decimals = point < 0 ? 0 : digits.Length - point - 1;
        var figures = digits.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length;
        return new Measured(number, Math.Max(1, figures), decimals);
    }

    private static Measured? Combine(BinaryOperator op, Measured a, Measured b)
    {
        if (op is BinaryOperator.Multiply or BinaryOperator.Divide)
        {
            var product = op == BinaryOperator.Multiply ? a.Number * b.Number : a.Number / b.Number;
            var figures = Math.Min(a.Figures, b.Figures);
            return double.IsFinite(product) ? new Measured(product, figures, figures - Magnitude(product)) : null;
        }

        var sum = op == BinaryOperator.Add ? a.Number + b.Number : a.Number - b.Number;
        var decimals = Math.Min(a.Decimals, b.Decimals);
        return new Measured(sum, Math.Max(1, Magnitude(sum) + decimals), decimals);
    }

    /// <summary>Digits before the point.</summary>
    private static int Magnitude(double number) => number == 0 ? 1 : (int)Math.Floor(Math.Log10(Math.Abs(number))) + 1;

    private sealed record Measured(double Number, int Figures, int Decimals)
    {
        public double Rounded
        {
            get
            {
                if (Figures >= Most || Number == 0)
                {
                    return Number;
                }

                var places = Magnitude(Number) - Figures;
                var scale = Math.Pow(10, places);
                return Math.Abs(places) > 12 ? Math.Round(Number / scale, MidpointRounding.AwayFromZero) * scale : (double)((decimal)Math.Round(Number / scale, MidpointRounding.AwayFromZero) * (decimal)scale);
            }
        }
    }
}
