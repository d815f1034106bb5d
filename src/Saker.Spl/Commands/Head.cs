using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>head</c>: the first rows, by number or while a condition holds.</summary>
public sealed record Head(int Count, EvalExpression? While, bool KeepLast, bool NullIsTrue) : ICommand, IHasColumns, IHasExpressions
{
    private const int DefaultCount = 10;

    public static CommandSpec Spec { get; } = new(
        "head",
        "head [<count>] [limit=<count>] [(<eval-expression>)] [keeplast=<bool>] [null=<bool>]",
        "Keeps the first rows.",
        "sort -count | head 10",
        Parse)
    { Options = ["limit", "keeplast", "null"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => While is null ? output : output.With(While.FieldsRead());

    public IEnumerable<EvalExpression> Expressions => While is null ? [] : [While];

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) =>
        new HeadOperator(this, While is null ? null : new EvalCompiler(context.Search).Compile(While));

    public override string ToString() =>
        "head" + (While is null || Count != int.MaxValue ? $" {Count}" : "") + (While is null ? "" : $" ({While})") + (KeepLast ? " keeplast=true" : "") + (NullIsTrue ? " null=true" : "");

    private static Head Parse(CommandReader reader)
    {
        int? count = null;
        EvalExpression? condition = null;
        var (keepLast, nullIsTrue) = (false, false);
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                switch (name)
                {
                    case "limit": count = value.AsInteger(); break;
                    case "keeplast": keepLast = value.AsBoolean(); break;
                    default: nullIsTrue = value.AsBoolean(); break;
                }
            }
            else if (reader.Peek() == '(' || condition is null && count is null && !char.IsAsciiDigit(reader.Peek()) && reader.Peek() != '-')
            {
                condition = EvalParser.Parse(reader);
            }
            else
            {
                count = ReadCount(reader);
            }
        }

        return new Head(count ?? (condition is null ? DefaultCount : int.MaxValue), condition, keepLast, nullIsTrue) { Span = reader.Span };
    }

    private static int ReadCount(CommandReader reader)
    {
        var start = reader.Position;
        var text = reader.ReadValue();
        return int.TryParse(text, out var count) && count >= 0
            ? count
            : throw reader.Fail("SPL0102", "expected a positive integer", SourceSpan.Between(start, reader.Position), "write head 10; the last rows come with tail 10");
    }
}

internal sealed class HeadOperator(Head head, Evaluator? condition) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = condition is null ? input.Rows.Take(head.Count) : While(input.Rows, condition) };

    private IEnumerable<Row> While(IEnumerable<Row> rows, Evaluator holds)
    {
        var left = head.Count;
        foreach (var row in rows)
        {
            if (left-- <= 0)
            {
                yield break;
            }

            var value = holds(row);
            if (!(value.IsNull ? head.NullIsTrue : EvalCompiler.IsTrue(value)))
            {
                if (head.KeepLast)
                {
                    yield return row;
                }

                yield break;
            }

            yield return row;
        }
    }
}
