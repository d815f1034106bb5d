using System.Globalization;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>Parses expressions of <c>eval</c> and <c>where</c>: NOT, AND, OR, XOR in any case; <c>'field'</c>, <c>"text"</c>.</summary>
internal sealed class EvalParser
{
    private const int DeepestNesting = 200;
    private const int MostLevels = 500;

    private readonly ExpandedSource source;
    private readonly string text;
    private readonly int end;
    private int position;
    private int depth;
    private CommandReader? aggregates;
    private CommandReader? subsearches;

    private EvalParser(ExpandedSource source, int start, int end) => (this.source, text, position, this.end) = (source, source.Text, start, end);

    /// <summary>Parses a text that is one expression.</summary>
    public static EvalExpression Parse(ExpandedSource source)
    {
        var parser = new EvalParser(source, 0, source.Text.Length);
        var expression = parser.ParseExpression(0);
        parser.SkipSpace();
        return parser.position < parser.end ? throw parser.Unexpected() : parser.Checked(expression);
    }

    /// <summary>Parses an expression at the reader's place and leaves the reader after it.</summary>
    public static EvalExpression Parse(CommandReader reader) => Parse(reader, withAggregates: false);

    /// <summary>Parses an expression in which aggregates of chart may stand: <c>avg(a) / max(b)</c>.</summary>
    public static EvalExpression ParseWithAggregates(CommandReader reader) => Parse(reader, withAggregates: true);

    /// <summary>Parses an expression in which subsearches may stand: <c>n &gt; [search … | return $n]</c>.</summary>
    public static EvalExpression ParseWithSubsearches(CommandReader reader) => Parse(reader, withAggregates: false, withSubsearches: true);

    private static EvalExpression Parse(CommandReader reader, bool withAggregates, bool withSubsearches = false)
    {
        var parser = new EvalParser(reader.Source, reader.Position, reader.End) { aggregates = withAggregates ? reader : null, subsearches = withSubsearches ? reader : null };
        var expression = parser.ParseExpression(0);
        parser.SkipSpace();
        reader.Seek(parser.position);
        return parser.Checked(expression);
    }

    /// <summary>Compiles once for nothing, so that wrong types and regular expressions are told at load, with their place.</summary>
    private EvalExpression Checked(EvalExpression expression)
    {
        new EvalCompiler(new FieldTable(), DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc, source).Compile(expression);
        return expression;
    }

    private EvalExpression ParseExpression(int place)
    {
        if (++depth > DeepestNesting)
        {
            throw Error("SPL0106", "the expression is nested too deeply");
        }

        var start = SkipSpace();
        var left = ParseUnary();
        while (true)
        {
            SkipSpace();
            if (TryIn(left, place, start, out var membership))
            {
                left = membership;
                continue;
            }

            var mark = position;
            if (!TryOperator(out var op) || op.Strength() < place)
            {
                position = mark;
                break;
            }

            var right = ParseExpression(op.Strength() + 1);
            left = new EvalBinary(op, left, right) { Span = SourceSpan.Between(start, position), Height = HeightOver(left, right) };
        }

        depth--;
        return left;
    }

    private EvalExpression ParseUnary()
    {
        var start = SkipSpace();
        if (TryWord("NOT"))
        {
            var inner = ParseExpression(EvalNot.Strength);
            return new EvalNot(inner) { Span = SourceSpan.Between(start, position), Height = HeightOver(inner) };
        }

        if (Peek() == '!' && PeekAt(1) != '=')
        {
            position++;
            var inner = ParseExpression(EvalOperators.Tightest);
            return new EvalNot(inner) { Span = SourceSpan.Between(start, position), Height = HeightOver(inner) };
        }

        if (Peek() is '-' or '+')
        {
            var negative = text[position++] == '-';
            if (++depth > DeepestNesting)
            {
                throw Error("SPL0106", "the expression is nested too deeply");
            }

            var inner = ParseUnary();
            depth--;
            if (!negative)
            {
                return inner;
            }

            var span = SourceSpan.Between(start, position);
            return inner is EvalLiteral { Value.Kind: ValueKind.Number } literal
                ? new EvalLiteral(Value.Of(-literal.Value.Number)) { Span = span, Written = literal.Written is ['-', .. var positive] ? positive : "-" + literal.Written }
                : new EvalNegate(inner) { Span = span, Height = HeightOver(inner) };
        }

        return ParsePrimary(start);
    }

    private EvalExpression ParsePrimary(int start)
    {
        var c = Peek();
        if (c == '(')
        {
            position++;
            var inner = ParseExpression(0);
            SkipSpace();
            if (Peek() != ')')
            {
                throw position >= end ? Fail("SPL0121", "this parenthesis is not closed", new SourceSpan(start, 1), "close it with )") : Unexpected();
            }

            position++;
            return inner;
        }

        if (c == '"')
        {
            return new EvalLiteral(Value.Of(ReadQuoted('"'))) { Span = SourceSpan.Between(start, position) };
        }

        if (c == '\'')
        {
            return new EvalField(ReadQuoted('\'')) { Span = SourceSpan.Between(start, position), IsQuoted = true };
        }

        if (c == '[' && subsearches is not null)
        {
            subsearches.Seek(position);
            var pipeline = subsearches.ReadSubsearch();
            position = subsearches.Position;
            return new EvalSubsearch(pipeline) { Span = SourceSpan.Between(start, position) };
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(PeekAt(1))))
        {
            return ParseNumber(start);
        }

        return IsNameStart(c) ? ParseNameOrCall(start) : throw Unexpected();
    }

    private EvalLiteral ParseNumber(int start)
    {
        while (position < end && (char.IsAsciiDigit(text[position]) || (text[position] == '.' && char.IsAsciiDigit(PeekAt(1)))
            || (text[position] is 'e' or 'E' && (char.IsAsciiDigit(PeekAt(1)) || (PeekAt(1) is '-' or '+' && char.IsAsciiDigit(PeekAt(2)))))
            || (text[position] is '-' or '+' && text[position - 1] is 'e' or 'E')))
        {
            position++;
        }

        // A point that ends the digits belongs to the number where nothing is concatenated to it: "1." reads as 1.
        if (position < end && text[position] == '.' && (position + 1 >= end || text[position + 1] is ')' or ',' or ' ') && !text[start..position].Contains('.'))
        {
            var after = position + 1;
            while (after < end && char.IsWhiteSpace(text[after]))
            {
                after++;
            }

            if (after >= end || text[after] is ')' or ',')
            {
                position++;
            }
        }

        var span = SourceSpan.Between(start, position);
        return double.TryParse(text[start..position], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new EvalLiteral(Value.Of(number)) { Span = span, Written = text[start..position].TrimEnd('.') }
            : throw Fail("SPL0130", "this is no number", span);
    }

    private EvalExpression ParseNameOrCall(int start)
    {
        while (position < end && IsNamePart(text[position]))
        {
            position++;
        }

        var name = text[start..position];
        var mark = position;
        SkipSpace();
        if (Peek() == '(')
        {
            if (aggregates is not null && Aggregates.AggregateTable.TryFind(name, out _, out _))
            {
                aggregates.Seek(start);
                var call = Commands.AggregateCall.ReadCall(aggregates);
                position = aggregates.Position;
                return new EvalAggregate(call) { Span = SourceSpan.Between(start, position) };
            }

            return ParseCall(name, start, SourceSpan.Between(start, mark));
        }

        position = mark;
        var span = SourceSpan.Between(start, position);
        return name.ToLowerInvariant() switch
        {
            "true" => new EvalLiteral(Value.True) { Span = span },
            "false" => new EvalLiteral(Value.False) { Span = span },
            "null" => new EvalLiteral(Value.Null) { Span = span },
            "and" or "or" or "xor" or "like" => throw Fail("SPL0131", $"{name.ToUpperInvariant()} needs an expression on both sides", span),
            _ => new EvalField(name) { Span = span },
        };
    }

    private EvalCall ParseCall(string name, int start, SourceSpan nameSpan, int argumentsBefore = 0)
    {
        var open = position++;
        var arguments = new List<EvalExpression>();
        SkipSpace();
        while (Peek() != ')')
        {
            arguments.Add(ParseExpression(0));
            SkipSpace();
            if (Peek() == ',')
            {
                position++;
                SkipSpace();
                if (Peek() == ')')
                {
                    throw Error("SPL0132", "an argument is expected after the comma");
                }
            }
            else if (Peek() != ')')
            {
                throw position >= end
                    ? Fail("SPL0121", "this parenthesis is not closed", new SourceSpan(open, 1), "close it with )")
                    : Habits.At(text, position, end) is null ? Fail("SPL0132", "a comma or a closing parenthesis is expected here", new SourceSpan(position, 1), "arguments are separated by commas; a field name with blanks goes in single quotes") : Unexpected();
            }
        }

        position++;
        var function = name.ToLowerInvariant();
        CheckFunction(function, arguments.Count + argumentsBefore, nameSpan);
        return new EvalCall(function, arguments)
        {
            Span = SourceSpan.Between(start, position),
            Height = HeightOver([.. arguments]),
            Lookup = LookupFunction.Reference(function, arguments, source),
        };
    }

    /// <summary>The tree is walked by recursion, so it may not grow without bound, nested or not.</summary>
    private int HeightOver(params ReadOnlySpan<EvalExpression> below)
    {
        var height = 0;
        foreach (var expression in below)
        {
            height = Math.Max(height, expression.Height);
        }

        return height < MostLevels ? height + 1 : throw Fail("SPL0106", $"the expression has more than {MostLevels} operators in a row", new SourceSpan(Math.Min(position, Math.Max(0, end - 1)), 1), "write field IN (…), or several commands");
    }

    private void CheckFunction(string function, int count, SourceSpan span)
    {
        if (FunctionTable.Find(function) is not { } spec)
        {
            var near = Suggestion.Nearest(function, FunctionTable.All.Select(f => f.Name).Concat(FunctionTable.Elsewhere));
            throw FunctionTable.Alternative(near ?? function) is { } alternative
                ? Fail("SPL0133", $"there is no function `{function}`", span, alternative)
                : Fail("SPL0133", $"unknown function `{function}`", span, near is null ? "see `saker help functions` for the list" : $"did you mean `{near}`?");
        }

        if (!spec.Takes(count))
        {
            throw Fail("SPL0134", $"{function} takes {spec.ArgumentsText}, not {count}", span, spec.Synopsis);
        }
    }

    private bool TryIn(EvalExpression left, int place, int start, out EvalExpression membership)
    {
        membership = left;
        var mark = position;
        var strength = BinaryOperator.Equal.Strength();
        if (strength < place || !TryWord("IN"))
        {
            return false;
        }

        SkipSpace();
        if (Peek() != '(')
        {
            position = mark;
            return false;
        }

        var call = ParseCall("in", start, SourceSpan.Between(mark, mark + 2), argumentsBefore: 1);
        membership = call with { Arguments = [left, .. call.Arguments], Height = HeightOver([left, .. call.Arguments]) };
        return true;
    }

    private bool TryOperator(out BinaryOperator op)
    {
        op = default;
        if (position >= end)
        {
            return false;
        }

        (BinaryOperator Operator, int Length) found = (text[position], PeekAt(1)) switch
        {
            ('=', '=') => (BinaryOperator.Equal, 2),
            ('!', '=') => (BinaryOperator.NotEqual, 2),
            ('<', '=') => (BinaryOperator.LessOrEqual, 2),
            ('>', '=') => (BinaryOperator.GreaterOrEqual, 2),
            ('=', _) => (BinaryOperator.Equal, 1),
            ('<', _) => (BinaryOperator.Less, 1),
            ('>', _) => (BinaryOperator.Greater, 1),
            ('+', _) => (BinaryOperator.Add, 1),
            ('-', _) => (BinaryOperator.Subtract, 1),
            ('.', _) => (BinaryOperator.Concatenate, 1),
            ('*', _) => (BinaryOperator.Multiply, 1),
            ('/', _) => (BinaryOperator.Divide, 1),
            ('%', _) => (BinaryOperator.Modulo, 1),
            _ => default,
        };
        (op, var length) = found;
        position += length;
        return length > 0 || TryWordOperator("AND", BinaryOperator.And, ref op) || TryWordOperator("OR", BinaryOperator.Or, ref op)
            || TryWordOperator("XOR", BinaryOperator.Xor, ref op) || TryWordOperator("LIKE", BinaryOperator.Like, ref op);
    }

    private bool TryWordOperator(string word, BinaryOperator meant, ref BinaryOperator op)
    {
        if (!TryWord(word))
        {
            return false;
        }

        op = meant;
        return true;
    }

    private bool TryWord(string word)
    {
        if (position + word.Length > end || string.Compare(text, position, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0
            || (position + word.Length < end && IsNamePart(text[position + word.Length])))
        {
            return false;
        }

        position += word.Length;
        return true;
    }

    private string ReadQuoted(char quote)
    {
        var start = position;
        var value = new System.Text.StringBuilder();
        for (position++; position < end; position++)
        {
            var c = text[position];
            if (c == quote)
            {
                position++;
                return value.ToString();
            }

            if (c == '\\' && position + 1 < end && (text[position + 1] == quote || text[position + 1] == '\\'))
            {
                c = text[++position];
            }

            value.Append(c);
        }

        throw Fail("SPL0103", "this text is not closed", SourceSpan.Between(start, end), $"close it with {quote}");
    }

    private int SkipSpace()
    {
        while (position < end && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position;
    }

    private char Peek() => position < end ? text[position] : '\0';

    private char PeekAt(int offset) => position + offset < end ? text[position + offset] : '\0';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$' || c > 127;

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '{' or '}' or ':' or '@' || c > 127;

    private SplException Unexpected()
    {
        if (position >= end)
        {
            return Fail("SPL0131", "an expression is expected here", new SourceSpan(Math.Max(0, end - 1), 1));
        }

        // "n => 3" has been read up to its equals sign.
        foreach (var at in (int[])[position, Math.Max(0, position - 1)])
        {
            if (text[at] != ',' && Habits.At(text, at, end) is { } habit)
            {
                return Fail("SPL0126", habit.Message, new SourceSpan(at, 1), habit.Hint);
            }
        }

        return Fail("SPL0126", $"unexpected `{text[position]}`", new SourceSpan(position, 1), text[position] switch
        {
            '[' or '{' => "a JSON value goes in quotes, or in json_array(…) and json_object(…)",
            '=' => "two values are compared with one = or ==; eval assigns with one =",
            '|' => "or is written OR",
            _ => null,
        });
    }

    private SplException Error(string code, string message) => Fail(code, message, new SourceSpan(Math.Min(position, Math.Max(0, end - 1)), 1));

    private SplException Fail(string code, string message, SourceSpan span, string? hint = null) => new(source.Diagnose(code, message, span, hint));
}
