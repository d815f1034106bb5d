using Saker.Spl.Aggregates;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>One <c>avg(cpu) AS load</c> of stats and its relatives. The argument is a field, a pattern of fields, or <c>eval(…)</c>.</summary>
public sealed record AggregateCall(AggregateSpec Aggregate, string Function, double Percent, string? Field, EvalExpression? Expression, string? As)
{
    public SourceSpan Span { get; init; }

    /// <summary>The column's name: what AS says, else the call as written.</summary>
    public string Column => As ?? (Field is null && Expression is null ? Function : $"{Function}({Argument})");

    public bool IsWildcard => Field?.Contains('*') == true;

    public IEnumerable<string> FieldsRead => Field is not null ? [Field] : Expression?.FieldsRead() ?? [];

    private string Argument => Expression is null ? Field! : $"eval({Expression})";

    /// <summary>The call for one field that the pattern matches.</summary>
    public AggregateCall ForField(string name)
    {
        new FieldPattern(Field!).TryCapture(name, out var captures);
        return this with { Field = name, As = As is null ? null : new FieldPattern(As).Fill(captures) };
    }

    public override string ToString()
    {
        var call = Field is null && Expression is null ? Function : $"{Function}({(Expression is null ? Quote.Field(Field!) : $"eval({Expression})")})";
        return As is null ? call : $"{call} AS {Quote.Field(As)}";
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
            throw reader.Fail("SPL0150", $"unknown aggregate `{word}`", nameSpan, AggregateTable.Nearest(word) is { } near ? $"did you mean `{near}`?" : "see `saker help aggregates` for the list");
        }

        string? field = null;
        EvalExpression? expression = null;
        if (reader.TryTake('('))
        {
            if (reader.NextIs("eval") && IsCall(reader))
            {
                reader.TryKeyword("eval");
                reader.Expect('(', "an expression in parentheses");
                expression = EvalParser.Parse(reader);
                reader.Expect(')', "a closing parenthesis");
            }
            else if (reader.Peek() != ')')
            {
                field = reader.ReadName();
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
            alias = reader.ReadName("the column's name");
        }

        return new AggregateCall(spec, word.ToLowerInvariant(), percent, field, expression, alias) { Span = SourceSpan.Between(start, reader.Position) };
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
