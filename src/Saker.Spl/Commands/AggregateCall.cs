using Saker.Spl.Aggregates;
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
    public string Column => As ?? (Field is null && Expression is null ? Function : $"{Function}({Argument})");

    public bool IsWildcard => Field?.Contains('*') == true;

    /// <summary>Whether the times of the values matter.</summary>
    public bool NeedsTime => Aggregate.Name is "earliest" or "latest" or "earliest_time" or "latest_time" or "rate";

    public IEnumerable<string> FieldsRead => Field is not null ? [Field] : Expression?.FieldsRead() ?? [];

    private string Argument => Expression is null ? Field! : $"eval({Written ?? Expression.ToString()})";

    /// <summary>The call for one field that the pattern matches.</summary>
    public AggregateCall ForField(string name)
    {
        new FieldPattern(Field!).TryCapture(name, out var captures);
        return this with { Field = name, As = As is null ? null : new FieldPattern(As).Fill(captures) };
    }

    public override string ToString()
    {
        var call = Field is null && Expression is null ? Function : $"{Function}({(Expression is null ? Quote.Field(Field!) : $"eval({Expression})")})";
        var name = As ?? (Written is null || Written == Expression?.ToString() ? null : Column);
        return name is null ? call : $"{call} AS {Quote.Field(name)}";
    }

    /// <summary>The call whose result depends on the order of rows, for people; null if there is none.</summary>
    public static string? WhyOrdered(IEnumerable<AggregateCall> calls) =>
        calls.FirstOrDefault(c => c.Aggregate.DependsOnOrder) is { } call ? $"{call.Aggregate.Name} depends on the order of rows" : null;

    /// <summary>Reads calls up to BY, WHERE or the end. A <c>sparkline(…)</c> is refused with its place.</summary>
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

    public static AggregateCall Read(CommandReader reader)
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

            throw word.Equals("sparkline", StringComparison.OrdinalIgnoreCase)
                ? reader.Fail("SPL0150", "sparkline is a drawing, which is not made here", nameSpan, "leave it out, or use timechart")
                : word.Equals("group", StringComparison.OrdinalIgnoreCase)
                ? reader.Fail("SPL0150", "GROUP BY is SQL", nameSpan, "write BY without GROUP")
                : AggregateTable.WantsPercent(word)
                ? reader.Fail("SPL0150", $"{word} needs a percentage from 0 to 100 in its name", nameSpan, $"write {word.ToLowerInvariant().TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.')}95(field)")
                : reader.Fail("SPL0150", $"unknown aggregate `{word}`", nameSpan, AggregateTable.Nearest(word) is { } near ? $"did you mean `{near}`?" : $"to group write BY {word}; to aggregate it count({word}), values({word}) …; see `saker help aggregates` for the list");
        }

        string? field = null;
        EvalExpression? expression = null;
        string? written = null;
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
                field = reader.ReadName();
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

        string? alias = null;
        if (reader.TryKeyword("as"))
        {
            alias = reader.NextIs("by") ? throw reader.Error("SPL0101", "expected the column's name after AS", "write count AS name BY field") : reader.ReadName("the column's name");
        }

        return new AggregateCall(spec, word.ToLowerInvariant(), percent, field, expression, alias) { Written = alias is null ? written : null, Span = SourceSpan.Between(start, reader.Position) };
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
