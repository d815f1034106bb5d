using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>fieldformat</c>: how a field is shown. Later commands still see its value; the text takes its place when rows leave the search,
/// if the field is still there.
/// </summary>
public sealed record Fieldformat(Assignment Format) : ICommand, IRowWise, IGrowsOnly, IHasColumns, IHasExpressions
{
    public static CommandSpec Spec { get; } = new("fieldformat", "fieldformat <field>=<expression>", "Shows a field in another form; its value stays.", "fieldformat total=tostring(total, \"commas\")", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<EvalExpression> Expressions => [Format.Expression];

    public FieldNeed Needs(FieldNeed output) => output.With(Format.FieldsRead);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new PassOperator();

    public string? WhyNot(GrowthState state) => null;

    public override string ToString() => $"fieldformat {Format}";

    /// <summary>The formats that still hold at the end: a command that makes new rows, such as stats, ends those before it.</summary>
    internal static List<Fieldformat> At(IEnumerable<ICommand> commands) =>
        [.. commands.Reverse().TakeWhile(c => c is IRowWise or Sort or Head or Dedup or Eventstats or Streamstats or Tail or Reverse or Uniq).OfType<Fieldformat>().Reverse()];

    /// <summary>Puts the texts in place, at the end of a search.</summary>
    internal static RowStream Apply(IEnumerable<Fieldformat> formats, RowStream result, SearchContext context)
    {
        var compiler = new EvalCompiler(context);
        var steps = formats.Select(f => (Slot: context.Fields.Slot(f.Format.Field), Value: compiler.Compile(f.Format.Expression))).ToArray();
        return result with
        {
            Rows = result.Rows.Select(row =>
        {
            // All texts are computed from values before the first takes its place.
            var texts = Array.ConvertAll(steps, s => row[s.Slot].IsNull ? Value.Null : s.Value(row));
            for (var i = 0; i < steps.Length; i++)
            {
                row[steps[i].Slot] = texts[i].IsNull ? row[steps[i].Slot] : texts[i];
            }

            return row;
        })
        };
    }

    private static Fieldformat Parse(CommandReader reader)
    {
        var field = reader.ReadName("the field to format");
        reader.Expect('=', $"= and an expression after {field}");
        var expression = EvalParser.Parse(reader);
        reader.ExpectEnd("fieldformat");
        return new Fieldformat(new Assignment(field, expression)) { Span = reader.Span };
    }
}
