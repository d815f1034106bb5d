using System.Net;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

public enum SortForm
{
    Auto,
    Number,
    Text,
    Address,
}

/// <summary>One key of <c>sort</c>: <c>-count</c>, <c>num(x)</c>, <c>ip(src_ip)</c>.</summary>
public sealed record SortKey(string Field, bool IsDescending, SortForm Form)
{
    public static List<SortKey> ReadAll(CommandReader reader)
    {
        var keys = new List<SortKey>();
        var afterComma = true;
        while (!reader.AtEnd && (afterComma || !(reader.NextIs("desc") || reader.NextIs("d"))))
        {
            if (keys.Count > 0 && reader.NextIs("limit"))
            {
                throw reader.Error("SPL0105", "the limit stands before the fields", "write sort 10 -count");
            }

            var descending = reader.TryTake('-');
            if (!descending)
            {
                reader.TryTake('+');
            }

            keys.Add(Read(reader, descending));
            afterComma = reader.TryTake(',');
        }

        return keys.Count > 0 ? keys : throw reader.Error("SPL0101", "expected a field to sort by");
    }

    /// <summary>Compares two values by this key; absent ones come last either way.</summary>
    public int Compare(Value x, Value y)
    {
        if (x.IsNull || y.IsNull)
        {
            return (x.IsNull ? 1 : 0) - (y.IsNull ? 1 : 0);
        }

        var order = Form switch
        {
            SortForm.Number => Number(x).CompareTo(Number(y)),
            SortForm.Text => string.CompareOrdinal(x.First.Text, y.First.Text),
            SortForm.Address => CompareAddresses(x.First.Text, y.First.Text),
            _ => CompareAuto(x.First, y.First),
        };
        return IsDescending ? -order : order;
    }

    public override string ToString()
    {
        var field = Quote.Field(Field);
        return (IsDescending ? "-" : "") + Form switch
        {
            SortForm.Number => $"num({field})",
            SortForm.Text => $"str({field})",
            SortForm.Address => $"ip({field})",
            _ => field,
        };
    }

    private static SortKey Read(CommandReader reader, bool descending)
    {
        foreach (var (word, form) in ((string, SortForm)[])[("auto", SortForm.Auto), ("num", SortForm.Number), ("str", SortForm.Text), ("ip", SortForm.Address)])
        {
            if (reader.NextIs(word) && reader.PeekAt(word.Length) == '(')
            {
                reader.TryKeyword(word);
                reader.TryTake('(');
                var field = reader.ReadName("a field to sort by");
                reader.Expect(')', "a closing parenthesis");
                return new SortKey(field, descending, form);
            }
        }

        return new SortKey(reader.ReadName("a field to sort by"), descending, SortForm.Auto);
    }

    /// <summary>Numbers by size, then addresses, then text: an order among all values, whatever stands beside them.</summary>
    private static int CompareAuto(Value x, Value y)
    {
        var (isX, isY) = (x.TryGetNumber(out var a), y.TryGetNumber(out var b));
        if (isX || isY)
        {
            return isX && isY ? a.CompareTo(b) : isX ? -1 : 1;
        }

        var (left, right) = (x.Text, y.Text);
        var (isLeft, isRight) = (IsAddress(left), IsAddress(right));
        return isLeft != isRight ? (isLeft ? -1 : 1) : isLeft ? CompareAddresses(left, right) : string.CompareOrdinal(left, right);
    }

    private static bool IsAddress(string text) => text.Length > 0 && char.IsAsciiHexDigit(text[0]) && text.AsSpan().IndexOfAny('.', ':') > 0 && IPAddress.TryParse(text, out _);

    private static double Number(Value value) => value.First.TryGetNumber(out var number) ? number : double.PositiveInfinity;

    private static int CompareAddresses(string x, string y)
    {
        var (hasX, hasY) = (IPAddress.TryParse(x, out var a), IPAddress.TryParse(y, out var b));
        if (!hasX || !hasY)
        {
            return hasX != hasY ? (hasX ? -1 : 1) : string.CompareOrdinal(x, y);
        }

        var (bytesA, bytesB) = (a!.GetAddressBytes(), b!.GetAddressBytes());
        return bytesA.Length != bytesB.Length ? bytesA.Length - bytesB.Length : bytesA.AsSpan().SequenceCompareTo(bytesB);
    }
}
