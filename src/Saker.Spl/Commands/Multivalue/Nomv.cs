using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>nomv</c>: the values of a multivalue as one text, joined by line breaks or by what mvcombine's <c>delim</c> said.</summary>
public sealed record Nomv(string Field) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new("nomv", "nomv <field>", "Makes one text of several values.", "nomv user.groups{}", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new NomvOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        state.Assign(Field, [Field]);
        return null;
    }

    public override string ToString() => $"nomv {Quote.Field(Field)}";

    private static Nomv Parse(CommandReader reader)
    {
        var field = reader.ReadName();
        reader.ExpectEnd("nomv");
        return new Nomv(field) { Span = reader.Span };
    }
}

internal sealed class NomvOperator(Nomv command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var slot = context.Fields.Slot(command.Field);
        return input with
        {
            Rows = input.Rows.Select(row =>
        {
            if (row[slot].IsMulti)
            {
                row[slot] = Value.Of(string.Join(context.Delimiters.GetValueOrDefault(command.Field, "\n"), row[slot].Values.ToArray().Select(v => v.Text)));
            }

            return row;
        })
        };
    }
}
