namespace Saker.Spl.Execution;

/// <summary>The total order of rows in results: null first, then numbers by size, then text by code point.</summary>
public sealed class ValueOrder : IComparer<Value>
{
    public static readonly ValueOrder Instance = new();

    /// <summary>Both as numbers if both read as numbers, else both as text.</summary>
    public int Compare(Value x, Value y)
    {
        if (x.IsNull || y.IsNull)
        {
            return (x.IsNull ? 0 : 1) - (y.IsNull ? 0 : 1);
        }

        var xIsNumber = x.TryGetNumber(out var xNumber);
        var yIsNumber = y.TryGetNumber(out var yNumber);
        if (xIsNumber && yIsNumber)
        {
            var order = xNumber.CompareTo(yNumber);
            // Doubles that differ past the digits shown are the same value to Equals.
            return order != 0 && !(Math.Abs(xNumber - yNumber) <= 1e-14 * Math.Abs(xNumber) && x.Text == y.Text) ? order : string.CompareOrdinal(x.Text, y.Text);
        }

        if (xIsNumber != yIsNumber)
        {
            return xIsNumber ? -1 : 1;
        }

        return string.CompareOrdinal(x.Text, y.Text);
    }
}
