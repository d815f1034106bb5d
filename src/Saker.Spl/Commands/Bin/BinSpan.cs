using System.Globalization;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>The size of bins: of time (<c>1h</c>), of numbers (<c>100</c>), or logarithmic (<c>2log10</c>).</summary>
public readonly record struct BinSpan(TimeSpanText? Time, decimal Width, double Coefficient, double Base)
{
    public bool IsLogarithmic => Base > 0;

    public static BinSpan OfWidth(decimal width) => new(null, width, 0, 0);

    public static BinSpan OfTime(TimeSpanText span) => new(span, 0, 0, 0);

    public static bool TryParse(string text, out BinSpan span)
    {
        span = default;
        var log = text.IndexOf("log", StringComparison.OrdinalIgnoreCase);
        if (log >= 0)
        {
            var coefficient = 1.0;
            var root = 10.0;
            if ((log > 0 && !double.TryParse(text.AsSpan(0, log), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out coefficient))
                || (log + 3 < text.Length && !double.TryParse(text.AsSpan(log + 3), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out root))
                || coefficient < 1 || root <= 1 || coefficient >= root)
            {
                return false;
            }

            span = new BinSpan(null, 0, coefficient, root);
            return true;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var width))
        {
            span = OfWidth(width);
            return width > 0;
        }

        if (!TimeSpanText.TryParse(text, out var time))
        {
            return false;
        }

        span = OfTime(time);
        return true;
    }

    /// <summary>The name of the number's bin: <c>10-20</c>; from the lower bound up to, but without, the upper one.</summary>
    public string? Label(double number)
    {
        if (!IsLogarithmic)
        {
            if (Math.Abs(number) > 1e24)
            {
                return null;
            }

            var start = Math.Floor((decimal)number / Width) * Width;
            return $"{Text(start)}-{Text(start + Width)}";
        }

        if (number <= 0)
        {
            return null;
        }

        var power = Math.Floor(Math.Log(number / Coefficient, Base) + 1e-12);
        return $"{Value.FormatNumber(Coefficient * Math.Pow(Base, power))}-{Value.FormatNumber(Coefficient * Math.Pow(Base, power + 1))}";
    }

    public override string ToString() =>
        Time is { } time ? time.ToString()
        : IsLogarithmic ? (Coefficient == 1 ? "" : Value.FormatNumber(Coefficient)) + "log" + Value.FormatNumber(Base)
        : Text(Width);

    private static string Text(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);
}
