using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>table</c>: exactly these columns in this order; a pattern stands for the columns it matches.</summary>
public sealed record Table(IReadOnlyList<FieldPattern> Patterns) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new("table", "table <field>…", "Keeps the named columns, in this order.", "table _time user.username verb requestURI", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => Patterns.Any(c => c.IsWildcard) ? FieldNeed.All : FieldNeed.Of(Patterns.Select(c => c.Text));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) =>
        input is null && Patterns.Any(c => c.IsWildcard) ? null : Patterns.SelectMany(c => c.IsWildcard ? input!.Where(n => c.Matches(n) && (n[0] != '_' || c.Text[0] == '_')) : [c.Text]).Distinct();

    public Operator Bind(BindContext context) => new ColumnsOperator(Patterns, context.Search, "table", keepsInternal: false);

    public string? WhyNot(GrowthState state) => null;

    public override string ToString() => $"table {string.Join(", ", Patterns.Select(c => Quote.Field(c.Text)))}";

    private static Table Parse(CommandReader reader)
    {
        var names = reader.ReadNames();
        return names.Count > 0 ? new Table([.. names.Select(n => new FieldPattern(n))]) { Span = reader.Span } : throw reader.Error("SPL0101", "expected a field name");
    }
}
