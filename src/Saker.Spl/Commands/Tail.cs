using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>tail</c>: the last rows, from the end backwards.</summary>
public sealed record Tail(int Count) : ICommand, IHasColumns
{
    private const int DefaultCount = 10;

    public static CommandSpec Spec { get; } = new("tail", "tail [<count>]", "Keeps the last rows, in reverse order.", "sort 0 _time | tail 5", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new TailOperator(Count);

    public override string ToString() => $"tail {Count}";

    private static Tail Parse(CommandReader reader)
    {
        var count = DefaultCount;
        if (!reader.AtEnd)
        {
            var start = reader.Position;
            var text = reader.ReadValue();
            count = int.TryParse(text, out var number) && number >= 0 ? number : throw reader.Fail("SPL0102", "expected a positive integer", SourceSpan.Between(start, reader.Position));
        }

        reader.ExpectEnd("tail");
        return new Tail(count) { Span = reader.Span };
    }
}

internal sealed class TailOperator(int count) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = HeldRows.Deferred(() => Last(input.Rows)) };

    private IEnumerable<Row> Last(IEnumerable<Row> rows)
    {
        var last = new LinkedList<Row>();
        foreach (var row in rows)
        {
            row.Detach();
            last.AddFirst(row);
            if (last.Count > count)
            {
                last.RemoveLast();
            }
        }

        return last;
    }
}
