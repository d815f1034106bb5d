using System.Text;
using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>Compares JSON strings by what they mean, not how they are written.</summary>
internal static class JsonName
{
    /// <summary>Whether a string's content means <paramref name="text"/>: <c>\u0064ata</c> is <c>data</c>.</summary>
    public static bool Equal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> text) =>
        content.SequenceEqual(text)
        || (content.IndexOf((byte)'\\') >= 0 && Encoding.UTF8.GetBytes(JsonText.Unescape(content)).AsSpan().SequenceEqual(text));

    /// <summary>By JSON's grammar: <c>-0.5e+10</c>; not <c>01</c>, <c>+1</c>, <c>.5</c>.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> word)
    {
        var index = !word.IsEmpty && word[0] == '-' ? 1 : 0;
        var digits = Digits(word, ref index);
        if (digits == 0 || (digits > 1 && word[index - digits] == '0'))
        {
            return false;
        }

        if (index < word.Length && word[index] == '.')
        {
            index++;
            if (Digits(word, ref index) == 0)
            {
                return false;
            }
        }

        if (index < word.Length && word[index] is (byte)'e' or (byte)'E')
        {
            index += index + 1 < word.Length && word[index + 1] is (byte)'+' or (byte)'-' ? 2 : 1;
            if (Digits(word, ref index) == 0)
            {
                return false;
            }
        }

        return index == word.Length;
    }

    private static int Digits(ReadOnlySpan<byte> word, ref int index)
    {
        var start = index;
        while (index < word.Length && char.IsAsciiDigit((char)word[index]))
        {
            index++;
        }

        return index - start;
    }
}
