using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>strcat</c>: fields and quoted texts joined into a field. What is missing is empty, unless <c>allrequired</c>.</summary>
public sealed record Strcat(bool AllRequired, IReadOnlyList<(string Text, bool IsLiteral)> Parts, string Target) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new("strcat", "strcat [allrequired=<bool>] <field>|\"<text>\"… <target-field>", "Joins fields and texts.", "strcat objectRef.namespace \"/\" objectRef.name object", Parse) { Options = ["allrequired"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    private IEnumerable<string> Sources => Parts.Where(p => !p.IsLiteral).Select(p => p.Text);

    public FieldNeed Needs(FieldNeed output) => (AllRequired ? output : output.Without(Target)).With(Sources);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union([Target]);

    public Operator Bind(BindContext context) => new StrcatOperator(this, context.Search.Fields);

    public string? WhyNot(GrowthState state)
    {
        state.Assign(Target, Sources);
        return null;
    }

    public override string ToString() => $"strcat{(AllRequired ? " allrequired=true" : "")} {string.Join(" ", Parts.Select(p => p.IsLiteral ? Quote.Always(p.Text) : p.Text))} {Target}";

    private static Strcat Parse(CommandReader reader)
    {
        var allRequired = false;
        var parts = new List<(string Text, bool IsLiteral)>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                allRequired = value.AsBoolean();
                continue;
            }

            reader.RefuseUnknownOption("strcat", Spec.Options);
            var isLiteral = reader.Peek() == '"';
            parts.Add((reader.ReadName(), isLiteral));
        }

        return parts.Count >= 2 && !parts[^1].IsLiteral
            ? new Strcat(allRequired, parts[..^1], parts[^1].Text) { Span = reader.Span }
            : throw reader.Fail("SPL0101", "strcat needs what to join and a field for the result", reader.Span, "write strcat a \"-\" b result");
    }
}

internal sealed class StrcatOperator(Strcat command, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var sources = command.Parts.Select(p => p.IsLiteral ? -1 : fields.Slot(p.Text)).ToArray();
        var target = fields.Slot(command.Target);
        return new RowStream(input.Columns.With(command.Target), input.Rows.Select(row =>
        {
            if (!command.AllRequired || !Array.Exists(sources, s => s >= 0 && row[s].IsNull))
            {
                row[target] = Value.Of(string.Concat(sources.Select((s, i) => s < 0 ? command.Parts[i].Text : string.Join(' ', row[s].Values.ToArray().Select(v => v.Text)))));
            }

            return row;
        }));
    }
}
