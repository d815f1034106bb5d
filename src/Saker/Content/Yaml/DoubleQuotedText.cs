using System.Globalization;

namespace Saker.Content.Yaml;

/// <summary>A character of a scalar as it stands in the file. An escaped one is never folded away.</summary>
internal readonly record struct Written(char Character, int Offset, bool Escaped = false);

/// <summary>Reads the escapes of a double-quoted scalar, keeping where each character was written.</summary>
internal static class DoubleQuotedText
{
    private const string Letters = "0abt\tnvfre \"/\\";
    private const string Meanings = "\0\a\b\t\t\n\v\f\r\u001b \"/\\";

    public static List<Written> Read(string file, int from, int to)
    {
        var written = new List<Written>(Math.Max(0, to - from));
        var at = from;
        while (at < to)
        {
            if (file[at] == '\\' && at + 1 < to)
            {
                at += ReadEscape(file, at, to, written);
                continue;
            }

            if (file[at] != '\r')
            {
                written.Add(new Written(file[at], at));
            }

            at++;
        }

        return written;
    }

    /// <returns>How many characters of the file the escape takes.</returns>
    private static int ReadEscape(string file, int at, int to, List<Written> written)
    {
        var letter = file[at + 1];
        var digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && at + 2 + digits <= to && int.TryParse(file.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, null, out var point))
        {
            foreach (var unit in char.ConvertFromUtf32(point))
            {
                written.Add(new Written(unit, at, Escaped: true));
            }

            return 2 + digits;
        }

        if (letter is '\n' or '\r')
        {
            return LineContinuation(file, at, to);
        }

        var meaning = Letters.IndexOf(letter);
        written.Add(new Written(meaning < 0 ? letter : Meanings[meaning], at, Escaped: true));
        return 2;
    }

    /// <summary>A backslash at a line's end takes the line break and the next line's indentation with it.</summary>
    private static int LineContinuation(string file, int at, int to)
    {
        var end = at + 1;
        while (end < to && file[end] is ' ' or '\t' or '\r' or '\n')
        {
            end++;
        }

        return end - at;
    }
}
