using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>uniq</c>: drops a row that is the same in every field as the one before it.</summary>
public sealed record Uniq : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new("uniq", "uniq", "Drops rows that are the same as the row before.", "table verb | uniq", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new UniqOperator();

    public override string ToString() => "uniq";

    private static Uniq Parse(CommandReader reader)
    {
        reader.ExpectEnd("uniq");
        return new Uniq { Span = reader.Span };
    }
}

internal sealed class UniqOperator : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = Different(input.Rows) };

    private static IEnumerable<Row> Different(IEnumerable<Row> rows)
    {
        Row? last = null;
        foreach (var row in rows)
        {
            if (last is null || !AreSame(last, row))
            {
                last = row.Clone();
                last.Detach();
                yield return row;
            }
        }
    }

    private static bool AreSame(Row a, Row b)
    {
        for (var slot = 0; slot < Math.Max(a.Width, b.Width); slot++)
        {
            if (a[slot] != b[slot])
            {
                return false;
            }
        }

        return true;
    }
}
