using System.Buffers.Text;
using System.Globalization;

namespace Saker.Spl.Execution;

/// <summary>What text Splunk takes for a number: digits, sign, point, exponent; hexadecimal and blanks inside are not.</summary>
public static class NumberText
{
    public static bool TryParse(ReadOnlySpan<char> text, out double number)
    {
        if (text.IsEmpty || !MayBegin(text[0]))
        {
            number = 0;
            return false;
        }

        text = text.Trim(' ');
        if (text.IsEmpty || !(char.IsAsciiDigit(text[^1]) || text[^1] == '.') || !(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.'))
        {
            number = 0;
            return false;
        }

        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        if (text.IsEmpty || !MayBegin((char)text[0]))
        {
            number = 0;
            return false;
        }

        text = text.Trim((byte)' ');
        if (text.Length > 1 && text[0] == (byte)'+' && text[1] != (byte)'-')
        {
            text = text[1..];
        }

        if (text.IsEmpty || !(IsDigit(text[^1]) || text[^1] == (byte)'.') || !(IsDigit(text[0]) || text[0] is (byte)'-' or (byte)'.'))
        {
            number = 0;
            return false;
        }

        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && double.IsFinite(number);
    }

    // Most text is no number: its first character tells.
    private static bool MayBegin(char c) => c is (>= '0' and <= '9') or '-' or '+' or '.' or ' ';

    private static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';
}
