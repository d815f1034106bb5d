using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>fields</c>: keeps (<c>+</c>) or removes (<c>-</c>) fields; internal ones (<c>_time</c>, <c>_raw</c>) stay unless removed by name.</summary>
public sealed record Fields(bool Removes, IReadOnlyList<FieldPattern> Patterns) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new("fields", "fields [+|-] <field>…", "Keeps or removes fields.", "fields - user.extra.* annotations.*", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output)
    {
        if (Removes)
        {
            return output.Without(output.Names.Where(n => Patterns.Any(p => p.Matches(n))));
        }

        if (!output.IsAll)
        {
            return FieldNeed.Of(output.Names.Where(n => n.StartsWith('_') || Patterns.Any(p => p.Matches(n))));
        }

        return Patterns.Any(p => p.IsWildcard) ? FieldNeed.All : FieldNeed.Of(Patterns.Select(p => p.Text).Append(EventFields.Time).Append(EventFields.Raw));
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input)
    {
        if (input is null)
        {
            return Removes || Patterns.Any(p => p.IsWildcard) ? null : Patterns.Select(p => p.Text);
        }

        return Removes
            ? input.Where(n => !Patterns.Any(p => Takes(p, n)))
            : Patterns.SelectMany(p => p.IsWildcard ? input.Where(n => Takes(p, n)) : [p.Text]).Union(input.Where(n => n.StartsWith('_')));
    }

    public Operator Bind(BindContext context) =>
        Removes ? new RemoveFieldsOperator(Patterns, context.Search.Fields) : new ColumnsOperator(Patterns, context.Search, "fields", keepsInternal: true);

    public string? WhyNot(GrowthState state) => null;

    public override string ToString() => $"fields {(Removes ? "- " : "")}{string.Join(", ", Patterns.Select(p => Quote.Field(p.Text)))}";

    /// <summary>Internal fields are meant only by patterns that begin as they do.</summary>
    private static bool Takes(FieldPattern pattern, string name) => pattern.Matches(name) && (!name.StartsWith('_') || !pattern.IsWildcard || pattern.Text.StartsWith('_'));

    private static Fields Parse(CommandReader reader)
    {
        var removes = reader.TryTake('-');
        if (!removes)
        {
            reader.TryTake('+');
        }

        var names = reader.ReadNames();
        return names.Count > 0
            ? new Fields(removes, [.. names.Select(n => new FieldPattern(n))]) { Span = reader.Span }
            : throw reader.Error("SPL0101", "expected a field name");
    }
}

internal sealed class RemoveFieldsOperator(IReadOnlyList<FieldPattern> patterns, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = new ColumnSet(input.Columns.IsOpen, input.Columns.Names.Where(n => !IsRemoved(n)));
        return new RowStream(columns, Remove(input.Rows));
    }

    private IEnumerable<Row> Remove(IEnumerable<Row> rows)
    {
        // Fields may be met for the first time in any row: what is removed is decided once for each slot.
        var removed = new List<bool>();
        foreach (var row in rows)
        {
            for (var slot = 0; slot < row.Width && slot < fields.Count; slot++)
            {
                while (removed.Count <= slot)
                {
                    removed.Add(IsRemoved(fields.Name(removed.Count)));
                }

                if (removed[slot])
                {
                    row[slot] = Value.Null;
                }
            }

            yield return row;
        }
    }

    private bool IsRemoved(string name) => patterns.Any(p => p.Matches(name) && (!name.StartsWith('_') || !p.IsWildcard || p.Text.StartsWith('_')));
}
