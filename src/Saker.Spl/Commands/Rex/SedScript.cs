using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Saker.Spl.Functions;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>Sed commands, one after the other: <c>s/regex/text/g</c>, <c>s/regex/text/2</c>, <c>y/abc/xyz/</c>. Any character may stand for the slash.</summary>
public sealed class SedScript
{
    private readonly List<Func<string, string>> steps = [];

    private SedScript(string text) => Text = text;

    public string Text { get; }

    public string Apply(string text) => steps.Aggregate(text, (t, step) => step(t));

    internal static SedScript Parse(string text, CommandReader reader, SourceSpan place)
    {
        var script = new SedScript(text);
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            if (rest.Length < 2 || rest[0] is not ('s' or 'y') || char.IsLetterOrDigit(rest[1]) || char.IsWhiteSpace(rest[1]))
            {
                throw reader.Fail("SPL0161", "expected a sed command: s/regex/text/g or y/abc/xyz/", place);
            }

            var delimiter = rest[1];
            var (first, second) = (Part(rest, 2, delimiter), -1);
            second = first < 0 ? -1 : Part(rest, first + 1, delimiter);
            if (second < 0)
            {
                throw reader.Fail("SPL0161", $"this sed command lacks a closing {delimiter}", place, "write s/regex/text/g");
            }

            var (from, to) = (rest[2..first], Unescape(rest[(first + 1)..second], delimiter));
            var end = second + 1;
            while (end < rest.Length && char.IsAsciiLetterOrDigit(rest[end]))
            {
                end++;
            }

            script.steps.Add(rest[0] == 's'
                ? Substitution(from.Replace("\\" + delimiter, delimiter == '/' ? "/" : "\\" + delimiter, StringComparison.Ordinal), to, rest[(second + 1)..end], reader, place)
                : Transliteration(Unescape(from, delimiter), to, reader, place));
            rest = rest[end..].TrimStart(' ', ';', '\t', '\n');
        }

        return script.steps.Count > 0 ? script : throw reader.Fail("SPL0161", "expected a sed command: s/regex/text/g or y/abc/xyz/", place);
    }

    private static int Part(string text, int from, char delimiter)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == delimiter)
            {
                return i;
            }
        }

        return -1;
    }

    private static Func<string, string> Substitution(string pattern, string replacement, string flags, CommandReader reader, SourceSpan place)
    {
        var digits = new string([.. flags.Where(char.IsAsciiDigit)]);
        var letters = flags.Where(char.IsAsciiLetter).ToHashSet();
        if (letters.Except(['g', 'i', 'I']).Any() || (digits.Length > 0 && (letters.Contains('g') || !int.TryParse(digits, out var n) || n == 0)))
        {
            throw reader.Fail("SPL0161", $"the flags of s/// are g, i or a number, not `{flags}`", place);
        }

        RegexArgument.Check(pattern, reader, place);
        var regex = RegexText.Compile(pattern, letters.Overlaps(['i', 'I']) ? RegexOptions.IgnoreCase : RegexOptions.None);
        var text = RegexText.Replacement(replacement);
        if (digits.Length == 0)
        {
            var most = letters.Contains('g') ? -1 : 1;
            return value => regex.Replace(value, text, most);
        }

        var wanted = int.Parse(digits, CultureInfo.InvariantCulture);
        return value =>
        {
            var seen = 0;
            return regex.Replace(value, match => ++seen == wanted ? match.Result(text) : match.Value);
        };
    }

    private static Func<string, string> Transliteration(string from, string to, CommandReader reader, SourceSpan place)
    {
        if (from.Length != to.Length)
        {
            throw reader.Fail("SPL0161", "both sides of y/// must be of the same length", place);
        }

        return value => string.Create(value.Length, (value, from, to), static (span, s) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                var at = s.from.IndexOf(s.value[i]);
                span[i] = at < 0 ? s.value[i] : s.to[at];
            }
        });
    }

    /// <summary>Takes the backslash before the delimiter, and reads \n and \t.</summary>
    private static string Unescape(string text, char delimiter)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && (text[i + 1] == delimiter || text[i + 1] is 'n' or 't'))
            {
                i++;
                result.Append(text[i] == delimiter ? delimiter : text[i] == 'n' ? '\n' : '\t');
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
