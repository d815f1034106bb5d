using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>Parses what follows <c>search</c>: NOT binds tightest, then OR, then AND (explicit or by juxtaposition).</summary>
internal sealed class SearchParser(CommandReader reader)
{
    private const int DeepestNesting = 200;
    private int depth;

    /// <summary>Reads an expression up to the end of the command, a closing parenthesis, or a stop word (<c>by</c> of mstats).</summary>
    public SearchExpression Parse(params string[] stops)
    {
        if (++depth > DeepestNesting)
        {
            throw reader.Error("SPL0106", "parentheses are nested too deeply");
        }

        var parts = new List<SearchExpression>();
        var start = reader.Position;
        while (!reader.AtEnd && reader.Peek() != ')' && !stops.Any(reader.NextIs))
        {
            if (TryOperatorWord("AND"))
            {
                if (parts.Count == 0 || AtOperand(stops) is false)
                {
                    throw reader.Error("SPL0120", "AND needs an expression on both sides", "write a OR b; to search for the word put it in quotes");
                }

                continue;
            }

            parts.Add(ParseOr(stops));
            reader.TryTake(',');
        }

        depth--;
        var span = SourceSpan.Between(start, reader.Position);
        var flat = parts.SelectMany(p => p is SearchAnd and ? and.Parts : [p]).ToList();
        return flat.Count switch
        {
            0 => new SearchAll { Span = span },
            1 => flat[0],
            _ => new SearchAnd([.. flat.Where(p => p is not SearchAll)]) { Span = span } is { Parts.Count: > 1 } and ? and : flat.FirstOrDefault(p => p is not SearchAll) ?? flat[0],
        };
    }

    private bool AtOperand(string[] stops) => !reader.AtEnd && reader.Peek() != ')' && !stops.Any(reader.NextIs);

    private bool TryOperatorWord(string word)
    {
        reader.SkipSpace();
        var i = reader.Position;
        if (i + word.Length > reader.End || string.CompareOrdinal(reader.Text, i, word, 0, word.Length) != 0)
        {
            return false;
        }

        var next = i + word.Length < reader.End ? reader.Text[i + word.Length] : ' ';
        if (!char.IsWhiteSpace(next) && next is not ('(' or '"' or '[' or ')'))
        {
            return false;
        }

        reader.Seek(i + word.Length);
        return true;
    }

    private SearchExpression ParseOr(string[] stops)
    {
        var start = reader.Position;
        var parts = new List<SearchExpression> { ParseNot(stops) };
        while (TryOperatorWord("OR"))
        {
            if (!AtOperand(stops))
            {
                throw reader.Error("SPL0120", "OR needs an expression on both sides", "write a OR b; to search for the word put it in quotes");
            }

            parts.Add(ParseNot(stops));
        }

        return parts.Count == 1 ? parts[0] : new SearchOr([.. parts.SelectMany(p => p is SearchOr or ? or.Parts : [p])]) { Span = SourceSpan.Between(start, reader.Position) };
    }

    private SearchExpression ParseNot(string[] stops)
    {
        reader.SkipSpace();
        var start = reader.Position;
        if (TryOperatorWord("NOT"))
        {
            if (!AtOperand(stops))
            {
                throw reader.Error("SPL0120", "NOT needs an expression after it", "write a OR b; to search for the word put it in quotes");
            }

            if (++depth > DeepestNesting)
            {
                throw reader.Error("SPL0106", "NOT is nested too deeply");
            }

            var inner = ParseNot(stops);
            depth--;
            return new SearchNot(inner) { Span = SourceSpan.Between(start, reader.Position) };
        }

        foreach (var word in (string[])["OR", "AND"])
        {
            if (TryOperatorWord(word))
            {
                throw reader.Fail("SPL0120", $"{word} needs an expression on both sides", new SourceSpan(start, word.Length), "write a OR b; to search for the word put it in quotes");
            }
        }

        return ParsePrimary(start);
    }

    private SearchExpression ParsePrimary(int start)
    {
        switch (reader.Peek())
        {
            case '(':
                reader.TryTake('(');
                var inner = Parse();
                if (!reader.TryTake(')'))
                {
                    throw reader.Fail("SPL0121", "this parenthesis is not closed", new SourceSpan(start, 1), "close it with )");
                }

                return inner;
            case '[':
                return new SearchSubsearch(reader.ReadSubsearch()) { Span = SourceSpan.Between(start, reader.Position) };
            case '=' or '<' or '>':
                throw reader.Error("SPL0122", "a field name is expected before the comparison", "write field=value");
            case '!' when reader.PeekAt(1) == '=':
                throw reader.Error("SPL0122", "a field name is expected before the comparison", "write field!=value");
            default:
                return ParseTermOrComparison(start);
        }
    }

    private SearchExpression ParseTermOrComparison(int start)
    {
        var quoted = reader.Peek() == '"';
        var word = quoted ? reader.ReadQuoted('"') : ReadWord(stopAtOperator: true);
        var nameEnd = reader.Position;
        if (!quoted && word is "TERM" or "CASE" && nameEnd < reader.End && reader.Text[nameEnd] == '(')
        {
            return ParseDirective(word, start);
        }

        if (TryOperator(out var op))
        {
            return ParseComparison(word, op, start);
        }

        if (reader.TryKeyword("IN") && reader.Peek() == '(')
        {
            return Membership(word, ReadList(), start);
        }

        reader.Seek(nameEnd);
        if (!quoted && reader.Peek() == 'I' && TryOperatorWord("IN"))
        {
            throw reader.Error("SPL0125", "the list of IN is expected in parentheses", $"write {word} IN (a, b), or \"in\" to search for the word");
        }

        reader.Seek(nameEnd);
        if (!quoted && Habits.IsForgottenPipe(word) && start > reader.Span.Start && !reader.AtEnd && reader.Peek() != ')')
        {
            throw reader.Fail("SPL0128", $"`{word}` is a command: a pipe is missing before it", SourceSpan.Between(start, nameEnd), $"write | {word}, or \"{word}\" in quotes to search for the word");
        }

        reader.Seek(nameEnd);
        if (word == "*")
        {
            return new SearchAll { Span = new SourceSpan(start, 1) };
        }

        return new SearchTerm(word) { Span = SourceSpan.Between(start, nameEnd), IsQuoted = quoted };
    }

    private SearchTerm ParseDirective(string word, int start)
    {
        reader.TryTake('(');
        var text = reader.Peek() == '"' ? reader.ReadQuoted('"') : ReadWord(stopAtOperator: false);
        reader.Expect(')', "a closing parenthesis");
        return new SearchTerm(text, word == "TERM" ? TermKind.Term : TermKind.Case) { Span = SourceSpan.Between(start, reader.Position) };
    }

    /// <summary>A list, whose ranges of addresses are compared as such.</summary>
    private SearchExpression Membership(string field, List<string> values, int start)
    {
        var span = SourceSpan.Between(start, reader.Position);
        var ranges = values.Where(Execution.AddressRange.IsWritten).ToList();
        if (ranges.Count == 0)
        {
            return new SearchIn(field, values) { Span = span };
        }

        var parts = ranges.Select(r => (SearchExpression)new SearchNetwork(field, r, Differs: false) { Span = span }).ToList();
        var rest = values.Except(ranges).ToList();
        if (rest.Count > 0)
        {
            parts.Insert(0, new SearchIn(field, rest) { Span = span });
        }

        return parts.Count == 1 ? parts[0] : new SearchOr(parts) { Span = span };
    }

    private SearchExpression ParseComparison(string field, ComparisonOperator op, int start)
    {
        var next = reader.Peek();
        if (op == ComparisonOperator.Equal && next == '>' && reader.Text[reader.Position - 1] == '=')
        {
            throw reader.Fail("SPL0123", "`=>` is no operator", new SourceSpan(reader.Position - 1, 2), "write >=, or put the value in quotes");
        }

        if (reader.AtEnd || next is ')' or '(')
        {
            throw reader.Error("SPL0123", $"a value is expected after {field}{op.Text()}", next == '(' ? $"for several values write {field} IN (a, b)" : $"write {field}{op.Text()}value; for what is absent NOT {field}=*, for empty text {field}=\"\"");
        }

        var valueStart = reader.Position;
        var value = next == '"' ? reader.ReadQuoted('"') : ReadWord(stopAtOperator: false);
        var span = SourceSpan.Between(start, reader.Position);
        if (Bound(field) is { } bound && op == ComparisonOperator.Equal)
        {
            return TimeModifier.TryParse(value, out var time)
                ? new SearchTime(bound, time) { Span = span }
                : throw reader.Fail("SPL0124", $"`{value}` is no time", SourceSpan.Between(valueStart, reader.Position), "write a time such as -70m@m, @d, now or an epoch");
        }

        return op is ComparisonOperator.Equal or ComparisonOperator.NotEqual && Execution.AddressRange.IsWritten(value)
            ? new SearchNetwork(field, value, op == ComparisonOperator.NotEqual) { Span = span }
            : new SearchComparison(field, op, value) { Span = span };
    }

    private static TimeBound? Bound(string field) => field switch
    {
        "earliest" => TimeBound.Earliest,
        "latest" => TimeBound.Latest,
        "_index_earliest" => TimeBound.IndexEarliest,
        "_index_latest" => TimeBound.IndexLatest,
        _ => null,
    };

    private List<string> ReadList()
    {
        var open = reader.Position;
        reader.Expect('(', "an opening parenthesis");
        var values = new List<string>();
        while (!reader.TryTake(')'))
        {
            if (reader.AtEnd)
            {
                throw reader.Fail("SPL0121", "this parenthesis is not closed", new SourceSpan(open, 1), "close it with )");
            }

            if (reader.TryTake(','))
            {
                continue;
            }

            // Splunk takes commas before the first value and after the last.
            if (!reader.TryTake(','))
            {
                values.Add(reader.Peek() == '"' ? reader.ReadQuoted('"') : ReadWord(stopAtOperator: false, stopAtComma: true));
            }
        }

        return values.Count > 0 ? values : throw reader.Fail("SPL0125", "IN needs at least one value", SourceSpan.Between(open, reader.Position), "write field IN (a, b*)");
    }

    private bool TryOperator(out ComparisonOperator op)
    {
        var (first, second) = (reader.Peek(), reader.PeekAt(1));
        (op, var length) = (first, second) switch
        {
            ('!', '=') => (ComparisonOperator.NotEqual, 2),
            ('<', '=') => (ComparisonOperator.LessOrEqual, 2),
            ('>', '=') => (ComparisonOperator.GreaterOrEqual, 2),
            ('=', '=') => (ComparisonOperator.Equal, 2),
            ('=', _) => (ComparisonOperator.Equal, 1),
            ('<', _) => (ComparisonOperator.Less, 1),
            ('>', _) => (ComparisonOperator.Greater, 1),
            _ => (default, 0),
        };
        reader.Seek(reader.Position + length);
        return length > 0;
    }

    /// <summary>A word up to white space or a parenthesis; <c>\"</c> is a quote, <c>\\</c> a backslash, another backslash stays.</summary>
    private string ReadWord(bool stopAtOperator, bool stopAtComma = false)
    {
        reader.SkipSpace();
        var text = new System.Text.StringBuilder();
        var i = reader.Position;
        while (i < reader.End)
        {
            var c = reader.Text[i];
            if (c == '\\' && i + 1 < reader.End && reader.Text[i + 1] is '"' or '\\')
            {
                text.Append(reader.Text[i + 1]);
                i += 2;
                continue;
            }

            if (char.IsWhiteSpace(c) || c is '(' or ')' or '"' || (stopAtComma && c == ',') || (c == ',' && NextEndsWord(i)))
            {
                break;
            }

            if (stopAtOperator && (c is '=' or '<' or '>' || (c == '!' && i + 1 < reader.End && reader.Text[i + 1] == '=')))
            {
                break;
            }

            text.Append(c);
            i++;
        }

        if (i == reader.Position)
        {
            throw reader.Error("SPL0126", $"unexpected `{reader.Peek()}`");
        }

        reader.Seek(i);
        return text.ToString();
    }

    private bool NextEndsWord(int i) => i + 1 >= reader.End || char.IsWhiteSpace(reader.Text[i + 1]);
}
