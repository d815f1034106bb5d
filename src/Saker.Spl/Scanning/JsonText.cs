using System.Buffers;
using System.Text;

namespace Saker.Spl.Scanning;

/// <summary>Reads the text of JSON strings: escapes, surrogate pairs, invalid UTF-8 and lone surrogates as U+FFFD.</summary>
public static class JsonText
{
    private const int MostOnStack = 512;

    /// <summary>The text of a string's content (what stands between the quotes).</summary>
    public static string Unescape(ReadOnlySpan<byte> content)
    {
        if (content.IndexOf((byte)'\\') < 0)
        {
            return Encoding.UTF8.GetString(content);
        }

        // No text has more characters than it has bytes.
        char[]? rented = null;
        var text = content.Length <= MostOnStack ? stackalloc char[MostOnStack] : rented = ArrayPool<char>.Shared.Rent(content.Length);
        text = text[..Unescape(content, text)];
        var meaning = new string(text);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return meaning;
    }

    private static int Unescape(ReadOnlySpan<byte> content, Span<char> text)
    {
        var (length, hasSurrogates) = (0, false);
        while (!content.IsEmpty)
        {
            var slash = content.IndexOf((byte)'\\');
            var plain = slash < 0 ? content : content[..slash];
            length += Encoding.UTF8.GetChars(plain, text[length..]);
            content = content[plain.Length..];
            if (!content.IsEmpty)
            {
                content = content[ReadEscape(content, out var unit)..];
                hasSurrogates |= char.IsSurrogate(unit);
                text[length++] = unit;
            }
        }

        if (hasSurrogates)
        {
            ReplaceLoneSurrogates(text[..length]);
        }

        return length;
    }

    /// <summary>What the escape at the start of <paramref name="content"/> means; returns how many bytes it takes. A backslash that begins none means itself.</summary>
    private static int ReadEscape(ReadOnlySpan<byte> content, out char unit)
    {
        unit = '\\';
        if (content.Length < 2)
        {
            return 1;
        }

        switch (content[1])
        {
            case (byte)'n': unit = '\n'; return 2;
            case (byte)'t': unit = '\t'; return 2;
            case (byte)'r': unit = '\r'; return 2;
            case (byte)'b': unit = '\b'; return 2;
            case (byte)'f': unit = '\f'; return 2;
            case (byte)'u' when content.Length >= 6 && TryHex(content.Slice(2, 4), out var number):
                unit = (char)number;
                return 6;
            case (byte)'"' or (byte)'\\' or (byte)'/':
                unit = (char)content[1];
                return 2;
            default:
                return 1;
        }
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            var value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (value < 0)
            {
                return false;
            }

            number = (number << 4) | value;
        }

        return true;
    }

    private static void ReplaceLoneSurrogates(Span<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }
    }
}
