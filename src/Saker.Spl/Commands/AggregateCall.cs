using Saker.Spl.Aggregates;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>One <c>avg(cpu) AS load</c> of stats and its relatives. The argument is a field, a pattern of fields, or <c>eval(…)</c>.</summary>
public sealed record AggregateCall(AggregateSpec Aggregate, string Function, double Percent, string? Field, EvalExpression? Expression, string? As)
{
    public SourceSpan Span { get; init; }

    /// <summary>The expression in <c>eval(…)</c> as it stands in the search: it is part of the column's name.</summary>
    public string? Written { get; init; }

    /// <summary>The column's name: what AS says, else the call as written.</summary>
    public string Column => As ?? Call(Argument);

    /// <summary>Set for <c>sparkline(count, 1h)</c>: then the aggregate is computed a bucket of time.</summary>
    public SparklineForm? Sparkline { get; init; }

    /// <summary>How the result can change as rows are added.</summary>
    public Growth Growth => Sparkline is null ? Aggregate.Growth : Growth.Any;

    /// <summary>Whether it reads <c>_time</c>.</summary>
    public bool NeedsTime => Sparkline is not null || Aggregate.Name is "earliest" or "latest" or "earliest_time" or "latest_time" or "rate";

    /// <summary>Whether the field is a prefix of terms: <c>avg(PREFIX(kbps=))</c> of tstats.</summary>
    public bool IsPrefix { get; init; }

    public bool IsWildcard => Field?.Contains('*') == true;

    public IEnumerable<string> FieldsRead => Field is not null ? [Field] : Expression?.FieldsRead() ?? [];

    /// <summary>The expressions in calls.</summary>
    internal static IEnumerable<EvalExpression> ExpressionsOf(IEnumerable<AggregateCall> calls) => calls.Select(c => c.Expression).OfType<EvalExpression>();

    private string? Argument => Expression is null ? IsPrefix ? Tstats.Prefix(Field!) : Field : $"eval({Written ?? Expression.ToString()})";

    private string Call(string? argument)
    {
        var call = argument is null ? Function : $"{Function}({argument})";
        return Sparkline is null ? call : Sparkline.IsBare ? "sparkline" : $"sparkline({call}{(Sparkline.Span is { } span ? $", {span}" : "")})";
    }

    /// <summary>The call for one field that the pattern matches.</summary>
    public AggregateCall ForField(string name)
    {
        new FieldPattern(Field!).TryCapture(name, out var captures);
        return this with { Field = name, As = As is null ? null : new FieldPattern(As).Fill(captures) };
    }

    public override string ToString()
    {
        var call = Call(Expression is not null ? $"eval({Expression})" : IsPrefix ? Argument : Field is not null ? Quote.Field(Field) : null);
        var name = As ?? (Written is null || Written == Expression?.ToString() ? null : Column);
        return name is null ? call : $"{call} AS {Quote.Field(name)}";
    }

    /// <summary>The call whose result depends on the order of rows, for people; null if there is none.</summary>
    public static string? WhyOrdered(IEnumerable<AggregateCall> calls) =>
        calls.FirstOrDefault(c => c.Aggregate.DependsOnOrder) is { } call ? $"{call.Aggregate.Name} depends on the order of rows" : null;

    /// <summary>The calls with those of a pattern replaced by one for each field of the rows that it matches.</summary>
    internal static List<AggregateCall> Expand(IReadOnlyList<AggregateCall> calls, IReadOnlyList<Row> rows, IReadOnlyList<string> by, FieldTable fields)
    {
        var present = ColumnNames.Of(rows, fields).Except(by).Where(n => !n.StartsWith('_')).ToList();
        return [.. calls.SelectMany(c => c.IsWildcard ? present.Where(new FieldPattern(c.Field!).Matches).Select(c.ForField) : [c])];
    }

    internal static string Print(IReadOnlyList<AggregateCall> calls, IReadOnlyList<string> by) =>
        string.Join(", ", calls) + (by.Count == 0 ? "" : " BY " + string.Join(", ", by.Select(Quote.Field)));

    /// <summary>What a command needs that adds the aggregates to its rows.</summary>
    internal static FieldNeed Needs(IReadOnlyList<AggregateCall> calls, IReadOnlyList<string> by, FieldNeed output)
    {
        var read = calls.SelectMany(c => c.FieldsRead).Concat(by);
        return output.Without(calls.Select(c => c.Column)).With(calls.Any(c => c.NeedsTime) ? read.Append(EventFields.Time) : read);
    }

    /// <summary>Reads aggregates and, if there is one, the BY clause, up to the command's end; options may stand anywhere between.</summary>
    internal static (List<AggregateCall> Calls, List<string> By) ReadWithBy(CommandReader reader, string command, Func<bool> tryOption)
    {
        var (calls, by) = (new List<AggregateCall>(), new List<string>());
        var hasBy = false;
        while (!reader.AtEnd)
        {
            if (tryOption())
            {
                continue;
            }

            if (!hasBy && reader.TryKeyword("by"))
            {
                hasBy = true;
            }
            else if (hasBy)
            {
                by.Add(reader.ReadName());
            }
            else
            {
                calls.Add(Read(reader));
            }

            reader.TryTake(',');
        }

        if (calls.Count == 0)
        {
            throw reader.Error("SPL0152", $"{command} needs an aggregate such as count, avg(field) or values(field)");
        }

        CheckColumns(calls, reader);
        return hasBy && by.Count == 0 ? throw reader.Error("SPL0101", "expected a field name after BY") : (calls, by);
    }

    internal static void CheckColumns(List<AggregateCall> calls, CommandReader reader)
    {
        var seen = new HashSet<string>();
        foreach (var call in calls)
        {
            if (!call.IsWildcard && !seen.Add(call.Column) && call.As is not null)
            {
                throw reader.Fail("SPL0153", $"two aggregates are called `{call.Column}`", call.Span);
            }
        }
    }

    /// <summary>Reads calls up to BY, WHERE or the end.</summary>
    public static List<AggregateCall> ReadAll(CommandReader reader, params string[] stops)
    {
        var calls = new List<AggregateCall>();
        while (!reader.AtEnd && !stops.Any(reader.NextIs))
        {
            calls.Add(Read(reader));
            reader.TryTake(',');
        }

        return calls;
    }

    /// <summary>Reads one call, with AS if there is one.</summary>
    /// <param name="reader">The command's text.</param>
    /// <param name="prefix">Reads an argument that stands for a prefix of terms, or gives null where none comes next.</param>
    public static AggregateCall Read(CommandReader reader, Func<string?>? prefix = null)
    {
        reader.SkipSpace();
        var start = reader.Position;
        if (!reader.TryKeyword("sparkline"))
        {
            return ReadAlias(ReadCall(reader, prefix), reader, start);
        }

        AggregateTable.TryFind("count", out var count, out _);
        var inner = new AggregateCall(count, "count", 0, null, null, null);
        TimeSpanText? span = null;
        var isBare = !reader.TryTake('(');
        if (!isBare)
        {
            inner = ReadCall(reader);
            if (reader.TryTake(','))
            {
                var place = reader.Position;
                var text = reader.ReadValue();
                span = new OptionValue(text, SourceSpan.Between(place, reader.Position), reader.Source).AsSpan();
            }

            reader.Expect(')', "a closing parenthesis");
        }

        return ReadAlias(inner with { Sparkline = new SparklineForm(span, isBare) }, reader, start);
    }

    private static AggregateCall ReadAlias(AggregateCall call, CommandReader reader, int start)
    {
        var alias = !reader.TryKeyword("as")
            ? null
            : reader.NextIs("by")
                ? throw reader.Error("SPL0101", "expected the column's name after AS", "write count AS name BY field")
                : reader.ReadName("the column's name");
        return call with { As = alias, Written = alias is null ? call.Written : null, Span = SourceSpan.Between(start, reader.Position) };
    }

    internal static AggregateCall ReadCall(CommandReader reader, Func<string?>? prefix = null)
    {
        reader.SkipSpace();
        var start = reader.Position;
        var word = ReadFunctionName(reader);
        var nameSpan = SourceSpan.Between(start, reader.Position);
        if (!AggregateTable.TryFind(word, out var spec, out var percent))
        {
            if (reader.Peek() == '=')
            {
                throw reader.Fail("SPL0104", $"the option `{word}` cannot stand here", nameSpan, "options stand before the first aggregate");
            }

            throw word.Equals("group", StringComparison.OrdinalIgnoreCase)
                ? reader.Fail("SPL0150", "GROUP BY is SQL", nameSpan, "write BY without GROUP")
                : AggregateTable.WantsPercent(word)
                ? reader.Fail("SPL0150", $"{word} needs a percentage from 0 to 100 in its name", nameSpan, $"write {word.ToLowerInvariant().TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.')}95(field)")
                : reader.Fail("SPL0150", $"unknown aggregate `{word}`", nameSpan, AggregateTable.Nearest(word) is { } near ? $"did you mean `{near}`?" : $"to group write BY {word}; to aggregate it count({word}), values({word}) …; see `saker help aggregates` for the list");
        }

        if (spec.PerSeconds > 0 && !reader.Text.AsSpan(reader.Span.Start, reader.Span.Length).StartsWith("timechart", StringComparison.OrdinalIgnoreCase))
        {
            throw reader.Fail("SPL0150", $"{spec.Name} needs the span of timechart", nameSpan, "write timechart, or sum(field) and divide it by the time");
        }

        string? field = null;
        EvalExpression? expression = null;
        string? written = null;
        var isPrefix = false;
        if (reader.TryTake('('))
        {
            if (reader.NextIs("eval") && IsCall(reader))
            {
                reader.TryKeyword("eval");
                reader.Expect('(', "an expression in parentheses");
                var from = reader.Position;
                expression = EvalParser.Parse(reader);
                written = reader.Text[from..reader.Position].Trim();
                reader.Expect(')', "a closing parenthesis");
            }
            else if (reader.Peek() != ')')
            {
                field = prefix?.Invoke();
                isPrefix = field is not null;
                field ??= reader.ReadName();
            }

            if (reader.Peek() == ',')
            {
                throw reader.Error("SPL0101", $"{word} takes one field", $"write {word}(a), {word}(b)");
            }

            reader.Expect(')', "a closing parenthesis");
        }

        if (field is null && expression is null && !spec.FieldIsOptional)
        {
            throw reader.Fail("SPL0151", $"{spec.Name} needs a field", nameSpan, $"write {spec.Synopsis}");
        }

        return new AggregateCall(spec, word.ToLowerInvariant(), percent, field, expression, null) { Written = written, IsPrefix = isPrefix, Span = SourceSpan.Between(start, reader.Position) };
    }

    private static bool IsCall(CommandReader reader)
    {
        var i = 4;
        while (char.IsWhiteSpace(reader.PeekAt(i)))
        {
            i++;
        }

        return reader.PeekAt(i) == '(';
    }

    private static string ReadFunctionName(CommandReader reader)
    {
        var start = reader.Position;
        var i = start;
        while (i < reader.End && (char.IsAsciiLetterOrDigit(reader.Text[i]) || reader.Text[i] is '_' or '.'))
        {
            i++;
        }

        if (i == start)
        {
            throw reader.Error("SPL0152", "expected an aggregate such as count, avg(field) or values(field)");
        }

        reader.Seek(i);
        return reader.Text[start..i];
    }
}
