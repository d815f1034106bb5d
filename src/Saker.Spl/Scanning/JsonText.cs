using System.Text;

namespace Saker.Spl.Scanning;

/// <summary>Reads the text of JSON strings: escapes, surrogate pairs, invalid UTF-8 and lone surrogates as U+FFFD.</summary>
public static class JsonText
{
    /// <summary>The text of a string's content (what stands between the quotes).</summary>
    public static string Unescape(ReadOnlySpan<byte> content)
    {
        if (content.IndexOf((byte)'\\') < 0)
        {
            return Encoding.UTF8.GetString(content);
        }

        var text = new StringBuilder(content.Length);
        while (!content.IsEmpty)
        {
            var slash = content.IndexOf((byte)'\\');
            if (slash < 0)
            {
                text.Append(Encoding.UTF8.GetString(content));
                break;
            }

            text.Append(Encoding.UTF8.GetString(content[..slash]));
            content = content[slash..];
            content = content[AppendEscape(text, content)..];
        }

        return ReplaceLoneSurrogates(text);
    }

    /// <summary>Appends what the escape at the start of <paramref name="content"/> means; returns how many bytes it takes.</summary>
    private static int AppendEscape(StringBuilder text, ReadOnlySpan<byte> content)
    {
        if (content.Length < 2)
        {
            text.Append('\\');
            return 1;
        }

        switch (content[1])
        {
            case (byte)'n': text.Append('\n'); return 2;
            case (byte)'t': text.Append('\t'); return 2;
            case (byte)'r': text.Append('\r'); return 2;
            case (byte)'b': text.Append('\b'); return 2;
            case (byte)'f': text.Append('\f'); return 2;
            case (byte)'u' when content.Length >= 6 && TryHex(content.Slice(2, 4), out var unit):
                text.Append((char)unit);
                return 6;
            case (byte)'"' or (byte)'\\' or (byte)'/':
                text.Append((char)content[1]);
                return 2;
            default:
                text.Append('\\');
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

    private static string ReplaceLoneSurrogates(StringBuilder text)
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

        return text.ToString();
    }
}
