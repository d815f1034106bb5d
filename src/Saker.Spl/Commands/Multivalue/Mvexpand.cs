using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>mvexpand</c>: a row for each value of a multivalue field. A row without the field stays.</summary>
public sealed record Mvexpand(string Field, int Limit) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new("mvexpand", "mvexpand <field> [limit=<count>]", "Makes a row of each value of a multivalue field.", "mvexpand user.groups{}", Parse) { Options = ["limit"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new MvexpandOperator(this, context.Search);

    public string? WhyNot(GrowthState state) => state.IsFixed(Field) ? null : GrowthRules.Changes(Field);

    public override string ToString() => $"mvexpand {Quote.Field(Field)}{(Limit == 0 ? "" : $" limit={Limit}")}";

    private static Mvexpand Parse(CommandReader reader)
    {
        string? field = null;
        var limit = 0;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                limit = value.AsInteger();
                continue;
            }

            reader.RefuseUnknownOption("mvexpand", Spec.Options);
            field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "mvexpand takes one field", "expand a second field with a second mvexpand, or both together with mvzip");
        }

        return field is null ? throw reader.Error("SPL0101", "expected a field name") : new Mvexpand(field, limit) { Span = reader.Span };
    }
}

internal sealed class MvexpandOperator(Mvexpand command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = Expand(input.Rows) };

    private IEnumerable<Row> Expand(IEnumerable<Row> rows)
    {
        var slot = context.Fields.Slot(command.Field);
        foreach (var row in rows)
        {
            var value = row[slot];
            if (!value.IsMulti)
            {
                yield return row;
                continue;
            }

            var count = command.Limit > 0 ? Math.Min(command.Limit, value.Count) : value.Count;
            for (var i = 0; i < count; i++)
            {
                var copy = row.Clone();
                copy[slot] = value.Values[i];
                yield return copy;
            }
        }
    }
}
