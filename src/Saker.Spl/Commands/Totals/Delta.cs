using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>delta</c>: by how much a number differs from that of the row before, or <c>p</c> rows before.</summary>
public sealed record Delta(string Field, string? As, int Distance) : ICommand, IHasColumns
{
    private const int LongestDistance = 10_000;

    public static CommandSpec Spec { get; } = new("delta", "delta <field> [AS <field>] [p=<n>]", "Computes the difference to the row before.", "sort 0 _time | delta count AS change", Parse) { Options = ["p"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public string Target => As ?? $"delta({Field})";

    public FieldNeed Needs(FieldNeed output) => output.Without(Target).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union([Target]);

    public Operator Bind(BindContext context) => new DeltaOperator(this, context.Search.Fields);

    public override string ToString() => $"delta {Quote.Field(Field)}{(As is null ? "" : $" AS {Quote.Field(As)}")}{(Distance == 1 ? "" : $" p={Distance}")}";

    private static Delta Parse(CommandReader reader)
    {
        var field = reader.ReadName();
        var alias = reader.TryKeyword("as") ? reader.ReadName("the new field's name") : null;
        var distance = 1;
        if (reader.TryOption(Spec.Options, out _, out var value))
        {
            distance = value.AsInteger(1) is var p and <= LongestDistance ? p : throw value.Fail($"expected at most {LongestDistance}");
        }

        reader.RefuseUnknownOption("delta", Spec.Options);
        reader.ExpectEnd("delta");
        return new Delta(field, alias, distance) { Span = reader.Span };
    }
}

internal sealed class DeltaOperator(Delta command, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input) => new(input.Columns.With(command.Target), Subtract(input.Rows));

    private IEnumerable<Row> Subtract(IEnumerable<Row> rows)
    {
        var (from, to) = (fields.Slot(command.Field), fields.Slot(command.Target));
        var before = new Queue<Value>();
        foreach (var row in rows)
        {
            var value = row[from].Detached;
            before.Enqueue(value);
            var earlier = before.Count > command.Distance ? before.Dequeue() : Value.Null;
            row[to] = value.TryGetNumber(out var number) && earlier.TryGetNumber(out var old) ? Value.Of(number - old) : Value.Null;
            yield return row;
        }
    }
}
