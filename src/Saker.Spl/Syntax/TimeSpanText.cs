using System.Globalization;

namespace Saker.Spl.Syntax;

/// <summary>A span as <c>span=10s</c> writes it: an amount and a unit; months, quarters and years are calendar spans.</summary>
public readonly record struct TimeSpanText(double Amount, string Unit)
{
    /// <summary>Length in seconds; 0 for calendar units (mon, q, y).</summary>
    public double Seconds => Unit switch
    {
        "us" => Amount / 1e6,
        "ms" => Amount / 1e3,
        "cs" => Amount / 100,
        "ds" => Amount / 10,
        "s" => Amount,
        "m" => Amount * 60,
        "h" => Amount * 3600,
        "d" => Amount * 86400,
        "w" => Amount * 604800,
        _ => 0,
    };

    /// <summary>Length in months for calendar units, else 0.</summary>
    public int Months => Unit switch { "mon" => (int)Amount, "q" => (int)Amount * 3, "y" => (int)Amount * 12, _ => 0 };

    public static bool TryParse(string text, out TimeSpanText span)
    {
        span = default;
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        var amount = 1.0;
        if (digits > 0 && !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount))
        {
            return false;
        }

        var unit = text[digits..].ToLowerInvariant() switch
        {
            "" when digits > 0 => "s",
            "us" => "us",
            "ms" => "ms",
            "cs" => "cs",
            "ds" => "ds",
            "s" or "sec" or "secs" or "second" or "seconds" => "s",
            "m" or "min" or "mins" or "minute" or "minutes" => "m",
            "h" or "hr" or "hrs" or "hour" or "hours" => "h",
            "d" or "day" or "days" => "d",
            "w" or "week" or "weeks" => "w",
            "mon" or "month" or "months" => "mon",
            "q" or "qtr" or "qtrs" or "quarter" or "quarters" => "q",
            "y" or "yr" or "yrs" or "year" or "years" => "y",
            _ => "",
        };
        span = new TimeSpanText(amount, unit);
        return unit.Length > 0 && amount > 0;
    }

    public override string ToString() => Execution.Value.FormatNumber(Amount) + Unit;
}
