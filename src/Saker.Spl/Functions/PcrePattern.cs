using System.Globalization;
using System.Text;

namespace Saker.Spl.Functions;

/// <summary>
/// Rewrites a PCRE pattern as .NET reads it: <c>(?P&lt;n&gt;…)</c>, <c>\h</c>, <c>\R</c>, <c>\Q…\E</c>, <c>\x{1F}</c>, possessive quantifiers as atomic
/// groups, POSIX classes, ASCII meaning of <c>\d \w \s</c>, and groups numbered by position whether named or not. What .NET
/// cannot do (<c>\K</c>, recursion, branch reset, verbs) is refused by name.
/// </summary>
internal sealed class PcrePattern
{
    private const string Digits = "0-9";
    private const string Words = "a-zA-Z0-9_";
    private const string Spaces = @" \t\n\r\f\v";

    private readonly string pattern;
    private readonly StringBuilder output = new();
    private readonly Stack<int> open = new();
    private readonly bool numbersGroups;
    private int position;
    private int groups;

    // Where the last thing that a quantifier can apply to begins in the output; -1 if there is none.
    private int atom = -1;

    private PcrePattern(string pattern)
    {
        this.pattern = pattern;
        numbersGroups = pattern.Contains("(?<", StringComparison.Ordinal) || pattern.Contains("(?P<", StringComparison.Ordinal) || pattern.Contains("(?'", StringComparison.Ordinal);
    }

    /// <exception cref="ArgumentException">The pattern uses what is not supported.</exception>
    public static string Translate(string pattern)
    {
        var translation = new PcrePattern(pattern);
        while (translation.position < pattern.Length)
        {
            translation.Step();
        }

        return translation.output.ToString();
    }

    private void Step()
    {
        switch (pattern[position])
        {
            case '\\':
                Escape();
                break;
            case '[':
                atom = output.Length;
                Class();
                break;
            case '(':
                Open();
                break;
            case ')':
                output.Append(')');
                position++;
                atom = open.Count > 0 ? open.Pop() : -1;
                break;
            case '*' or '+' or '?':
                Quantifier(1);
                break;
            case '{' when CountedLength() is var length and > 0:
                Quantifier(length);
                break;
            case '|' or '^' or '$':
                atom = -1;
                output.Append(pattern[position++]);
                break;
            default:
                atom = output.Length;
                output.Append(pattern[position++]);
                break;
        }
    }

    private bool At(string text) => string.CompareOrdinal(pattern, position, text, 0, text.Length) == 0;

    private static ArgumentException Unsupported(string what, string instead) => new($"{what} is not supported; {instead}");

    private void Open()
    {
        var start = output.Length;
        if (At("(*"))
        {
            throw Unsupported("a verb such as (*SKIP)", "leave it out");
        }

        if (At("(?|"))
        {
            throw Unsupported("the branch reset (?|", "name the groups of each branch");
        }

        if (At("(?R)") || At("(?&") || At("(?P>") || (position + 2 < pattern.Length && pattern[position + 1] == '?' && (char.IsAsciiDigit(pattern[position + 2]) || (pattern[position + 2] is '+' or '-' && position + 3 < pattern.Length && char.IsAsciiDigit(pattern[position + 3])))))
        {
            throw Unsupported("recursion into a group", "write the group out");
        }

        if (At("(?P="))
        {
            var end = pattern.IndexOf(')', position);
            output.Append(CultureInfo.InvariantCulture, $@"\k<{pattern[(position + 4)..(end < 0 ? pattern.Length : end)]}>");
            position = end < 0 ? pattern.Length : end + 1;
            atom = start;
            return;
        }

        if (At("(?#"))
        {
            var end = pattern.IndexOf(')', position);
            position = end < 0 ? throw new ArgumentException("a comment (?# is not closed") : end + 1;
            return;
        }

        if (At("(?("))
        {
            // A condition: (?(1)yes|no).
            var end = pattern.IndexOf(')', position);
            end = end < 0 ? pattern.Length - 1 : end;
            output.Append(pattern, position, end + 1 - position);
            position = end + 1;
            open.Push(start);
            atom = -1;
            return;
        }

        OpenGroup(start);
    }

    private void OpenGroup(int start)
    {
        var named = At("(?P<") ? 4 : At("(?<") && !At("(?<=") && !At("(?<!") ? 3 : At("(?'") ? 3 : 0;
        if (named > 0)
        {
            groups++;
            output.Append(At("(?'") ? "(?'" : "(?<");
            position += named;
        }
        else if (At("(?"))
        {
            if (IsFlags(out var flags) && flags.AsSpan().IndexOfAny("UJ") >= 0)
            {
                throw Unsupported("the flag (?U) or (?J)", "write lazy quantifiers such as *? and different names");
            }

            // (?i) is no group of its own: it changes what follows.
            output.Append("(?");
            position += 2;
        }
        else
        {
            groups++;
            output.Append(numbersGroups ? $"(?<{groups.ToString(CultureInfo.InvariantCulture)}>" : "(");
            position++;
        }

        open.Push(start);
        atom = -1;
    }

    private bool IsFlags(out string flags)
    {
        var i = position + 2;
        while (i < pattern.Length && (char.IsAsciiLetter(pattern[i]) || pattern[i] is '-' or '^'))
        {
            i++;
        }

        flags = pattern[(position + 2)..i];
        return i < pattern.Length && pattern[i] is ')' or ':';
    }

    /// <summary>The length of <c>{2}</c>, <c>{2,}</c>, <c>{2,5}</c> here; 0 if the brace is literal.</summary>
    private int CountedLength()
    {
        var i = position + 1;
        var digits = i;
        while (i < pattern.Length && char.IsAsciiDigit(pattern[i]))
        {
            i++;
        }

        if (i == digits)
        {
            return 0;
        }

        if (i < pattern.Length && pattern[i] == ',')
        {
            i++;
            while (i < pattern.Length && char.IsAsciiDigit(pattern[i]))
            {
                i++;
            }
        }

        return i < pattern.Length && pattern[i] == '}' ? i + 1 - position : 0;
    }

    private void Quantifier(int length)
    {
        output.Append(pattern, position, length);
        position += length;
        if (position < pattern.Length && pattern[position] == '+' && atom >= 0)
        {
            output.Insert(atom, "(?>").Append(')');
            position++;
            // Offsets of open groups lie before the atom, so they stay right.
            return;
        }

        if (position < pattern.Length && pattern[position] == '?')
        {
            output.Append('?');
            position++;
        }

        atom = -1;
    }

    private void Escape()
    {
        atom = output.Length;
        if (position + 1 >= pattern.Length)
        {
            throw new ArgumentException("a backslash stands at the end");
        }

        var c = pattern[position + 1];
        position += 2;
        switch (c)
        {
            case 'K':
                throw Unsupported(@"\K", @"write a lookbehind (?<=…) or capture what is wanted");
            case 'X' or 'C':
                throw Unsupported($@"\{c}", "write .");
            case 'h': output.Append(@"[ \t\u00A0]"); break;
            case 'H': output.Append(@"[^ \t\u00A0]"); break;
            case 'R': output.Append(@"(?:\r\n|[\n\v\f\r\u0085])"); break;
            case 'N': output.Append(@"[^\n]"); break;
            case 'd': output.Append($"[{Digits}]"); break;
            case 'D': output.Append($"[^{Digits}]"); break;
            case 'w': output.Append($"[{Words}]"); break;
            case 'W': output.Append($"[^{Words}]"); break;
            case 's': output.Append($"[{Spaces}]"); break;
            case 'S': output.Append($"[^{Spaces}]"); break;
            case 'Q': Literal(); break;
            case 'E': break;
            case 'x' when position < pattern.Length && pattern[position] == '{': CodePoint(); break;
            case 'g': GroupReference(); break;
            case 'k' when position < pattern.Length && pattern[position] == '{':
                var end = pattern.IndexOf('}', position);
                output.Append(CultureInfo.InvariantCulture, $@"\k<{pattern[(position + 1)..(end < 0 ? pattern.Length : end)]}>");
                position = end < 0 ? pattern.Length : end + 1;
                break;
            default:
                AppendEscaped(c);
                break;
        }
    }

    // PCRE takes \ before any other letter or sign as that character; .NET refuses letters that it does not know.
    private void AppendEscaped(char c)
    {
        if (char.IsAsciiLetter(c) && !"aAbBcefGnprtuvxzZkPoE".Contains(c))
        {
            output.Append(c);
        }
        else if (c is '<' or '>' or '"' or '\'' or '/' or '@' or '%' or '&' or ';' or ':' or ',' or '=' or '!' or '~' or '`' or '_' || c > 127)
        {
            output.Append(c);
        }
        else
        {
            output.Append('\\').Append(c);
        }
    }

    private void Literal()
    {
        var end = pattern.IndexOf(@"\E", position, StringComparison.Ordinal);
        var text = pattern[position..(end < 0 ? pattern.Length : end)];
        position = end < 0 ? pattern.Length : end + 2;
        output.Append(System.Text.RegularExpressions.Regex.Escape(text));
    }

    private void CodePoint()
    {
        var end = pattern.IndexOf('}', position);
        var hex = end < 0 ? "" : pattern[(position + 1)..end];
        if (!int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
        {
            throw new ArgumentException(@"\x{…} needs the number of a character");
        }

        foreach (var unit in char.ConvertFromUtf32(code))
        {
            output.Append(CultureInfo.InvariantCulture, $@"\u{(int)unit:X4}");
        }

        position = end + 1;
    }

    // \g1, \g{1}, \g{-1}, \g{name}
    private void GroupReference()
    {
        var isBraced = position < pattern.Length && pattern[position] == '{';
        var start = isBraced ? position + 1 : position;
        var end = start;
        while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] is '_' or '-'))
        {
            end++;
        }

        var name = pattern[start..end];
        position = isBraced ? Math.Min(pattern.Length, end + 1) : end;
        if (name.StartsWith('-') && int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var back))
        {
            name = (groups + 1 + back).ToString(CultureInfo.InvariantCulture);
        }

        output.Append(CultureInfo.InvariantCulture, $@"\k<{name}>");
    }

    private void Class()
    {
        output.Append(pattern[position++]);
        if (position < pattern.Length && pattern[position] == '^')
        {
            output.Append(pattern[position++]);
        }

        var afterSet = false;
        for (var first = true; position < pattern.Length; first = false)
        {
            var c = pattern[position];
            if (c == '-' && (afterSet || IsSet(position + 1)))
            {
                // A dash beside \w is a dash: written out, the set's last character would begin a range.
                output.Append(@"\-");
                position++;
                afterSet = false;
                continue;
            }

            afterSet = IsSet(position);
            if (c == ']' && !first)
            {
                output.Append(']');
                position++;
                return;
            }

            if (c == '\\' && position + 1 < pattern.Length)
            {
                ClassEscape();
            }
            else if (c == '[')
            {
                Posix();
            }
            else
            {
                output.Append(c == ']' ? @"\]" : c.ToString());
                position++;
            }
        }

        throw new ArgumentException("a character class [ is not closed");
    }

    private bool IsSet(int at) => at + 1 < pattern.Length
        && ((pattern[at] == '\\' && "dwshDWSH".Contains(pattern[at + 1])) || (pattern[at] == '[' && pattern[at + 1] == ':'));

    private void ClassEscape()
    {
        var c = pattern[position + 1];
        position += 2;
        switch (c)
        {
            case 'd': output.Append(Digits); break;
            case 'w': output.Append(Words); break;
            case 's': output.Append(Spaces); break;
            case 'h': output.Append(@" \t\u00A0"); break;
            case 'x' when position < pattern.Length && pattern[position] == '{': CodePoint(); break;
            case 'D' or 'W' or 'S' or 'b': output.Append('\\').Append(c); break;
            case 'B' or 'A' or 'Z' or 'z' or 'G' or 'k': output.Append(c); break;
            case '-' or '[' or ']' or '^': output.Append('\\').Append(c); break;
            default: AppendEscaped(c); break;
        }
    }

    // [:alpha:] inside a class; any other [ is the character, which .NET would take for a subtraction after a dash.
    private void Posix()
    {
        var end = position + 1 < pattern.Length && pattern[position + 1] == ':' ? pattern.IndexOf(":]", position + 2, StringComparison.Ordinal) : -1;
        var name = end < 0 ? "" : pattern[(position + 2)..end];
        var range = name switch
        {
            "alpha" => "a-zA-Z",
            "digit" => Digits,
            "alnum" => "a-zA-Z0-9",
            "space" => Spaces,
            "blank" => @" \t",
            "upper" => "A-Z",
            "lower" => "a-z",
            "xdigit" => "0-9A-Fa-f",
            "word" => Words,
            "punct" => @"!-/:-@\[-`{-~",
            "print" => " -~",
            "graph" => "!-~",
            "cntrl" => @"\x00-\x1F\x7F",
            "^digit" => @"\D",
            "^space" => @"\S",
            "^word" => @"\W",
            _ => null,
        };
        output.Append(range ?? @"\[");
        position = range is null ? position + 1 : end + 2;
    }
}
