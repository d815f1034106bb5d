using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>setfields</c>: the same text in a field of every row.</summary>
public sealed record Setfields(IReadOnlyList<(string Field, string Text)> Settings) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new("setfields", "setfields <field>=\"<text>\" [, <field>=\"<text>\"]…", "Sets fields of every row to a text.", "setfields source=\"audit\", severity=\"low\"", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.Without(Settings.Select(s => s.Field));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(Settings.Select(s => s.Field));

    public Operator Bind(BindContext context) => new SetfieldsOperator(this, context.Search.Fields);

    public string? WhyNot(GrowthState state)
    {
        foreach (var (field, _) in Settings)
        {
            state.Assign(field, []);
        }

        return null;
    }

    public override string ToString() => $"setfields {string.Join(", ", Settings.Select(s => $"{Quote.Field(s.Field)}={Quote.Always(s.Text)}"))}";

    private static Setfields Parse(CommandReader reader)
    {
        var settings = new List<(string, string)>();
        while (!reader.AtEnd)
        {
            var field = reader.ReadName();
            reader.Expect('=', $"= and a text after {field}");
            settings.Add((field, reader.ReadValue()));
            reader.TryTake(',');
        }

        return settings.Count > 0 ? new Setfields(settings) { Span = reader.Span } : throw reader.Error("SPL0101", "expected field=\"text\"");
    }
}

internal sealed class SetfieldsOperator(Setfields command, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var settings = command.Settings.Select(s => (Slot: fields.Slot(s.Field), Value: Value.Of(s.Text))).ToArray();
        return new RowStream(input.Columns.With(command.Settings.Select(s => s.Field)), input.Rows.Select(row =>
        {
            Array.ForEach(settings, s => row[s.Slot] = s.Value);
            return row;
        }));
    }
}
