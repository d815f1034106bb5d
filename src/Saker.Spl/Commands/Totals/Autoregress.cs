using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>autoregress</c>: the values that a field had in rows before.</summary>
public sealed record Autoregress(string Field, string? As, int From, int To) : ICommand, IHasColumns
{
    private const int LongestLag = 10_000;

    public static CommandSpec Spec { get; } = new("autoregress", "autoregress <field> [AS <field>] [p=<n>|p=<from>-<to>]", "Copies a field's values from rows before.", "sort 0 _time | autoregress verb p=1-3", Parse) { Options = ["p"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<string> Targets => Enumerable.Range(From, To - From + 1).Select(p => From == To ? As ?? $"{Field}_p{p}" : $"{As ?? Field}_p{p}");

    public FieldNeed Needs(FieldNeed output) => output.Without(Targets).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(Targets);

    public Operator Bind(BindContext context) => new AutoregressOperator(this, context.Search.Fields);

    public override string ToString() => $"autoregress {Quote.Field(Field)}{(As is null ? "" : $" AS {Quote.Field(As)}")}{(From == To ? From == 1 ? "" : $" p={From}" : $" p={From}-{To}")}";

    private static Autoregress Parse(CommandReader reader)
    {
        var field = reader.ReadName();
        var alias = reader.TryKeyword("as") ? reader.ReadName("the new field's name") : null;
        var (from, to) = (1, 1);
        if (reader.TryOption(Spec.Options, out _, out var value))
        {
            var parts = value.Text.Split('-');
            if (parts.Length > 2 || !int.TryParse(parts[0], out from) || !int.TryParse(parts[^1], out to) || from < 1 || to < from || to > LongestLag)
            {
                throw value.Fail("expected a number of rows such as 1, or a range such as 1-3");
            }
        }

        reader.RefuseUnknownOption("autoregress", Spec.Options);
        reader.ExpectEnd("autoregress");
        return new Autoregress(field, alias, from, to) { Span = reader.Span };
    }
}

internal sealed class AutoregressOperator(Autoregress command, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input) => new(input.Columns.With(command.Targets), Copy(input.Rows));

    private IEnumerable<Row> Copy(IEnumerable<Row> rows)
    {
        var from = fields.Slot(command.Field);
        var targets = command.Targets.Select(fields.Slot).ToArray();
        var before = new List<Value>();
        foreach (var row in rows)
        {
            var value = row[from].Detached;
            for (var i = 0; i < targets.Length && command.From + i <= before.Count; i++)
            {
                row[targets[i]] = before[^(command.From + i)];
            }

            before.Add(value);
            if (before.Count > command.To)
            {
                before.RemoveAt(0);
            }

            yield return row;
        }
    }
}
