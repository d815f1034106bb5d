using System.Text.RegularExpressions;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>rex mode=sed</c>: rewrites a field.</summary>
public sealed record RexSed(string Field, SedScript Script) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    CommandSpec ICommand.Spec => Rex.Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.Contains(Field) ? output.With(Field) : output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new RexSedOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        state.Assign(Field, [Field]);
        return null;
    }

    public override string ToString() => "rex" + (Field == EventFields.Raw ? "" : $" field={Quote.Field(Field)}") + $" mode=sed {Quote.Always(Script.Text)}";
}

internal sealed class RexSedOperator(RexSed command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var slot = context.Fields.Slot(command.Field);
        return input with
        {
            Rows = input.Rows.Select(row =>
        {
            var value = row[slot];
            row[slot] = value.IsMulti ? Value.OfMany(Array.ConvertAll(value.Values.ToArray(), Rewrite)) : value.IsNull ? value : Rewrite(value);
            return row;
        })
        };
    }

    private Value Rewrite(Value value)
    {
        try
        {
            return Value.Of(command.Script.Apply(value.Text));
        }
        catch (RegexMatchTimeoutException)
        {
            context.Warn("rex: a value took too long to match and was left as it is");
            return value;
        }
    }
}
