using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Saker.Spl.Execution;

public enum ValueKind : byte
{
    Null,
    Text,
    Number,
    Boolean,
    Multi,
}

/// <summary>
/// A field's value: absent, text, number, truth value or several values. Text read from an event may still be UTF-8 bytes of
/// that event (decoded when asked for). Everything is text until an operator wants a number.
/// </summary>
public readonly struct Value : IEquatable<Value>
{
    private const int LongestOnStack = 256;

    public static readonly Value Null;
    public static readonly Value True = new(ValueKind.Boolean, null, 1);
    public static readonly Value False = new(ValueKind.Boolean, null, 0);
    public static readonly Value Empty = Of("");

    // A string, an array of values, or (IsUtf8) the array of bytes that `bits` points into.
    private readonly object? reference;
    private readonly long bits;

    private Value(ValueKind kind, object? reference, long bits, bool isUtf8 = false)
    {
        Kind = kind;
        IsUtf8 = isUtf8;
        this.reference = reference;
        this.bits = bits;
    }

    public ValueKind Kind { get; }

    public bool IsNull => Kind == ValueKind.Null;

    public bool IsMulti => Kind == ValueKind.Multi;

    /// <summary>Whether the text is held as bytes of an event.</summary>
    public bool IsUtf8 { get; }

    public static Value Of(string? text) => text is null ? Null : new(ValueKind.Text, text, 0);

    public static Value Of(double number) => double.IsNaN(number) ? Null : new(ValueKind.Number, null, BitConverter.DoubleToInt64Bits(number));

    public static Value Of(bool truth) => truth ? True : False;

    /// <summary>Text that stays in <paramref name="buffer"/>; the buffer must not change while the value lives.</summary>
    public static Value OfUtf8(byte[] buffer, int offset, int length) => new(ValueKind.Text, buffer, ((long)offset << 32) | (uint)length, isUtf8: true);

    /// <summary>Several values; none is null, one is that value itself.</summary>
    public static Value OfMany(IReadOnlyList<Value> values) => values.Count switch
    {
        0 => Null,
        1 => values[0],
        _ => new(ValueKind.Multi, values as Value[] ?? [.. values], 0),
    };

    /// <summary>The UTF-8 bytes of a value for which <see cref="IsUtf8"/> holds.</summary>
    public ReadOnlySpan<byte> Utf8 => Unsafe.As<byte[]>(reference!).AsSpan((int)(bits >> 32), (int)bits);

    public double Number => BitConverter.Int64BitsToDouble(bits);

    public bool Truth => bits != 0;

    /// <summary>The values of a multivalue; the value itself as the only one otherwise; none if null.</summary>
    public ReadOnlySpan<Value> Values => Kind switch
    {
        ValueKind.Null => [],
        ValueKind.Multi => Unsafe.As<Value[]>(reference!),
        _ => new Value[] { this },
    };

    /// <summary>The number of values: 0 if null, 1 if single.</summary>
    public int Count => Kind switch
    {
        ValueKind.Null => 0,
        ValueKind.Multi => (Unsafe.As<Value[]>(reference!)).Length,
        _ => 1,
    };

    public Value First => Kind == ValueKind.Multi ? (Unsafe.As<Value[]>(reference!))[0] : this;

    /// <summary>The text of the value; values of a multivalue are joined by line breaks; null gives empty text.</summary>
    public string Text => Kind switch
    {
        ValueKind.Null => "",
        ValueKind.Text => IsUtf8 ? Encoding.UTF8.GetString(Utf8) : Unsafe.As<string>(reference!),
        ValueKind.Number => FormatNumber(Number),
        ValueKind.Boolean => Truth ? "True" : "False",
        _ => JoinTexts(Unsafe.As<Value[]>(reference!)),
    };

    /// <summary>A value that does not depend on an event's buffer.</summary>
    public Value Detached => Kind switch
    {
        ValueKind.Text when IsUtf8 => Of(Text),
        ValueKind.Multi => OfMany(Array.ConvertAll(Unsafe.As<Value[]>(reference!), v => v.Detached)),
        _ => this,
    };

    /// <summary>Reads the value as a number: a number itself, or text that is wholly one. A multivalue is none.</summary>
    public bool TryGetNumber(out double number)
    {
        switch (Kind)
        {
            case ValueKind.Number:
                number = Number;
                return true;
            case ValueKind.Text:
                return IsUtf8 ? NumberText.TryParse(Utf8, out number) : NumberText.TryParse(Unsafe.As<string>(reference!), out number);
            default:
                number = 0;
                return false;
        }
    }

    /// <summary>Same kind of content: equal texts (a number compares by its text), equal lists.</summary>
    public bool Equals(Value other)
    {
        if (IsNull || other.IsNull)
        {
            return IsNull && other.IsNull;
        }

        if (IsUtf8 && other.IsUtf8)
        {
            return Utf8.SequenceEqual(other.Utf8);
        }

        if (IsUtf8 != other.IsUtf8 && Kind == other.Kind)
        {
            return IsUtf8 ? HasText(other.Text) : other.HasText(Text);
        }

        if (Kind == ValueKind.Number && other.Kind == ValueKind.Number && Number == other.Number)
        {
            return true;
        }

        return string.Equals(Text, other.Text, StringComparison.Ordinal);
    }

    /// <summary>Whether UTF-8 means a text; no text is made of it for that.</summary>
    private bool HasText(string text)
    {
        var bytes = Utf8;
        Span<char> own = stackalloc char[LongestOnStack];
        return bytes.Length <= LongestOnStack
            ? own[..Encoding.UTF8.GetChars(bytes, own)].SequenceEqual(text)
            : string.Equals(Text, text, StringComparison.Ordinal);
    }

    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    public override int GetHashCode()
    {
        if (IsNull)
        {
            return 0;
        }

        Span<char> text = stackalloc char[LongestOnStack];
        return IsUtf8 && Utf8.Length <= LongestOnStack
            ? string.GetHashCode(text[..Encoding.UTF8.GetChars(Utf8, text)], StringComparison.Ordinal)
            : string.GetHashCode(Text, StringComparison.Ordinal);
    }

    public override string ToString() => IsNull ? "null" : Text;

    public static bool operator ==(Value left, Value right) => left.Equals(right);

    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    /// <summary>Integers without a fraction, 15 significant digits (16 from 10^9 on, for times), no exponent for usual sizes.</summary>
    public static string FormatNumber(double number)
    {
        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        if (number == Math.Floor(number) && Math.Abs(number) < 1e15)
        {
            return ((long)number).ToString(CultureInfo.InvariantCulture);
        }

        var size = Math.Abs(number);
        if (size is >= 1e-5 and < 1e15)
        {
            // Times with microseconds have 16 digits.
            var text = number.ToString(size >= 1e9 ? "G16" : "G15", CultureInfo.InvariantCulture);
            if (!text.Contains('E'))
            {
                return text;
            }

            return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        if (size is >= 1e15 and < 1e21)
        {
            return number.ToString("F0", CultureInfo.InvariantCulture);
        }

        return number.ToString("G15", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
    }

    private static string JoinTexts(Value[] values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                text.Append('\n');
            }

            text.Append(values[i].Text);
        }

        return text.ToString();
    }
}
