using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>
/// Reads the arguments of one command from left to right. Names and values are as the search command line has them: words up
/// to white space, comma or parenthesis, or text in quotes.
/// </summary>
public sealed class CommandReader
{
    private readonly PipelineParser parser;
    private readonly int end;
    private int position;

    internal CommandReader(PipelineParser parser, SourceSpan span)
    {
        this.parser = parser;
        Span = span;
        position = span.Start;
        end = span.End;
    }

    /// <summary>The whole command's span in the expanded search.</summary>
    public SourceSpan Span { get; }

    /// <summary>Where the next thing stands.</summary>
    public int Position => position;

    internal ExpandedSource Source => parser.Source;

    internal PipelineParser Parser => parser;

    internal string Text => parser.Text;

    internal int End => end;

    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return position >= end;
        }
    }

    /// <summary>The next character after white space, or NUL at the end.</summary>
    public char Peek()
    {
        SkipSpace();
        return position < end ? Text[position] : '\0';
    }

    internal char PeekAt(int offset) => position + offset < end ? Text[position + offset] : '\0';

    public void SkipSpace()
    {
        while (position < end && char.IsWhiteSpace(Text[position]))
        {
            position++;
        }
    }

    /// <summary>Goes to an offset of the expanded text (where an expression parser stopped).</summary>
    internal void Seek(int offset) => position = offset;

    public bool TryTake(char c)
    {
        if (Peek() != c)
        {
            return false;
        }

        position++;
        return true;
    }

    public void Expect(char c, string what)
    {
        if (!TryTake(c))
        {
            throw Error("SPL0101", $"expected {what}");
        }
    }

    /// <summary>Takes the word if it comes next, in any case, as a whole word.</summary>
    public bool TryKeyword(string word)
    {
        SkipSpace();
        if (!NextIs(word))
        {
            return false;
        }

        position += word.Length;
        return true;
    }

    /// <summary>Whether the word comes next, in any case, as a whole word.</summary>
    public bool NextIs(string word)
    {
        SkipSpace();
        return position + word.Length <= end
            && string.Compare(Text, position, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (position + word.Length == end || !IsNameCharacter(Text[position + word.Length]));
    }

    /// <summary>Takes <c>name=value</c> if one of the names comes next with an equals sign. The value may be quoted.</summary>
    public bool TryOption(IReadOnlyList<string> names, out string name, out OptionValue value)
    {
        SkipSpace();
        name = "";
        value = default;
        var start = position;
        var i = position;
        while (i < end && (char.IsAsciiLetterOrDigit(Text[i]) || Text[i] is '_' or '-' or '.'))
        {
            i++;
        }

        var word = Text[start..i];
        while (i < end && char.IsWhiteSpace(Text[i]))
        {
            i++;
        }

        if (word.Length == 0 || i >= end || Text[i] != '=' || (i + 1 < end && Text[i + 1] == '='))
        {
            return false;
        }

        foreach (var candidate in names)
        {
            if (string.Equals(candidate, word, StringComparison.OrdinalIgnoreCase))
            {
                name = candidate;
                position = i + 1;
                SkipSpace();
                var valueStart = position;
                var text = position < end ? ReadValue() : throw Error("SPL0101", $"expected a value after {word}=");
                value = new OptionValue(text, SourceSpan.Between(valueStart, position), Source);
                return true;
            }
        }

        return false;
    }

    /// <summary>Refuses a <c>name=value</c> that comes next and is no option of this command, with the nearest one that is.</summary>
    public void RefuseUnknownOption(string command, IReadOnlyList<string> names)
    {
        SkipSpace();
        var i = position;
        while (i < end && (char.IsAsciiLetterOrDigit(Text[i]) || Text[i] is '_' or '-'))
        {
            i++;
        }

        if (i == position || i >= end || Text[i] != '=')
        {
            return;
        }

        var word = Text[position..i];
        var near = Suggestion.Nearest(word, names);
        throw Fail(
            "SPL0104",
            $"{command} has no option `{word}`",
            SourceSpan.Between(position, i),
            near is not null ? $"did you mean `{near}`?" : names.Count > 0 ? $"its options are {string.Join(", ", names)}" : $"{command} takes no options");
    }

    /// <summary>A field name: a word or quoted text. Parentheses inside a word belong to it (<c>avg(x)</c>).</summary>
    public string ReadName(string what = "a field name")
    {
        SkipSpace();
        if (position >= end)
        {
            throw Error("SPL0101", $"expected {what}");
        }

        if (Text[position] is '"' or '\'')
        {
            return ReadQuoted(Text[position]);
        }

        var start = position;
        var depth = 0;
        while (position < end)
        {
            var c = Text[position];
            if (c == '(')
            {
                depth++;
            }
            else if (c == ')' && --depth < 0)
            {
                break;
            }
            else if (c == '"' && depth > 0 && Text.IndexOf('"', position + 1, end - position - 1) is var closing and > 0)
            {
                // ip("a b")
                position = closing;
            }
            else if ((char.IsWhiteSpace(c) && depth == 0) || c is '=' or '"' or '[' or ']' or '|' || (c == ',' && depth == 0))
            {
                break;
            }

            position++;
        }

        if (position == start)
        {
            throw Error("SPL0101", $"expected {what}");
        }

        return Text[start..position];
    }

    /// <summary>A list of names separated by white space or commas, until the end or one of the stop words.</summary>
    public List<string> ReadNames(params ReadOnlySpan<string> stops)
    {
        var names = new List<string>();
        while (!AtEnd)
        {
            var stopped = false;
            foreach (var stop in stops)
            {
                stopped |= NextIs(stop);
            }

            if (stopped)
            {
                break;
            }

            names.Add(ReadName());
            TryTake(',');
        }

        return names;
    }

    /// <summary>An option's or argument's value: quoted text, or a word up to white space, comma or closing parenthesis.</summary>
    public string ReadValue()
    {
        SkipSpace();
        if (position < end && Text[position] == '"')
        {
            return ReadQuoted('"');
        }

        var start = position;
        var depth = 0;
        while (position < end && !char.IsWhiteSpace(Text[position]) && Text[position] is not (',' or '|' or '[' or ']'))
        {
            if (Text[position] == '(')
            {
                depth++;
            }
            else if (Text[position] == ')' && --depth < 0)
            {
                break;
            }

            position++;
        }

        return Text[start..position];
    }

    /// <summary>Text between quotes; a backslash takes the quote and itself literally, before others it stays.</summary>
    public string ReadQuoted(char quote)
    {
        var start = position;
        var text = new System.Text.StringBuilder();
        for (position++; position < end; position++)
        {
            var c = Text[position];
            if (c == quote)
            {
                position++;
                return text.ToString();
            }

            if (c == '\\' && position + 1 < end && (Text[position + 1] == quote || Text[position + 1] == '\\'))
            {
                c = Text[++position];
            }

            text.Append(c);
        }

        position = start;
        throw Fail("SPL0103", "this text is not closed", SourceSpan.Between(start, end), $"close it with {quote}");
    }

    /// <summary>A subsearch in brackets.</summary>
    public Pipeline ReadSubsearch()
    {
        SkipSpace();
        var start = position;
        Expect('[', "a subsearch in [ ]");
        var close = parser.FindClosingBracket(start, end);
        var pipeline = parser.ParsePipeline(SourceSpan.Between(start + 1, close), isSubsearch: true);
        position = close + 1;
        return pipeline;
    }

    /// <summary>The rest of the command as it stands.</summary>
    public string ReadRest()
    {
        SkipSpace();
        var rest = Text[position..end].TrimEnd();
        position = end;
        return rest;
    }

    public void ExpectEnd(string command)
    {
        if (!AtEnd)
        {
            var start = position;
            if (Text[start] == ')')
            {
                throw Fail("SPL0127", "this parenthesis was not opened", new SourceSpan(start, 1));
            }

            if (command is "where" or "eval" && Habits.At(Text, start, end) is { } habit)
            {
                throw Fail("SPL0126", habit.Message, new SourceSpan(start, 1), habit.Hint);
            }

            var word = ReadRest();
            throw Fail("SPL0105", $"{command} does not take `{(word.Length > 40 ? word[..40] + "…" : word)}` here", SourceSpan.Between(start, start + word.Length));
        }
    }

    /// <summary>A mistake at the next thing.</summary>
    public SplException Error(string code, string message, string? hint = null)
    {
        SkipSpace();
        var length = 0;
        while (position + length < end && !char.IsWhiteSpace(Text[position + length]) && Text[position + length] is not (',' or ')' or '('))
        {
            length++;
        }

        return position >= end
            ? Fail(code, message, new SourceSpan(Math.Max(Span.Start, end - 1), 1), hint)
            : Fail(code, message, new SourceSpan(position, Math.Max(1, length)), hint);
    }

    public SplException Fail(string code, string message, SourceSpan span, string? hint = null) => new(Source.Diagnose(code, message, span, hint));

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '{' or '-' or ':';
}

/// <summary>The value of an option, with its place for errors.</summary>
public readonly record struct OptionValue(string Text, SourceSpan Span, ExpandedSource Source)
{
    public bool AsBoolean() => Text.ToLowerInvariant() switch
    {
        "t" or "true" or "1" or "yes" => true,
        "f" or "false" or "0" or "no" => false,
        _ => throw Fail("expected true or false"),
    };

    public int AsInteger(int smallest = 0) =>
        int.TryParse(Text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= smallest
            ? number
            : throw Fail(smallest switch { 0 => "expected an integer of at least 0", 1 => "expected a positive integer", _ => "expected an integer" });

    public TimeSpanText AsSpan() => TimeSpanText.TryParse(Text, out var span) ? span : throw Fail("expected a time span such as 10s, 5m, 1h or 1d");

    public TimeModifier AsTime() => TimeModifier.TryParse(Text, out var time) ? time : throw Fail("expected a time such as -70m@m, @d, now or an epoch");

    public SplException Fail(string message, string? hint = null) => new(Source.Diagnose("SPL0102", message, Span, hint));
}
