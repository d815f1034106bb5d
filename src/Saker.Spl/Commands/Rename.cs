using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>rename</c>: new names for fields. Onto a name that exists replaces it; from a name that is absent leaves it absent.</summary>
public sealed record Rename(IReadOnlyList<Renaming> Names) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "rename", "rename <field> AS <field> [, <field> AS <field>]…", "Renames fields; * stands for the same text on both sides.", "rename sourceIPs{} as src_ip, user.* as *", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output)
    {
        if (output.IsAll || Names.Any(n => n.From.IsWildcard))
        {
            return FieldNeed.All;
        }

        for (var i = Names.Count - 1; i >= 0; i--)
        {
            var (from, to) = Names[i];
            var isRead = output.Contains(to.Text);
            output = output.Without(from.Text, to.Text);
            output = isRead ? output.With(from.Text) : output;
        }

        return output;
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input)
    {
        var columns = input is null ? null : new ColumnSet(false, input);
        foreach (var (from, to) in Names)
        {
            columns = columns is null ? null : RenameOperator.RenameColumns(columns, from, to);
        }

        return columns?.Names;
    }

    public Operator Bind(BindContext context) => new RenameOperator(Names, context.Search.Fields);

    public string? WhyNot(GrowthState state)
    {
        foreach (var (from, to) in Names)
        {
            if (from.IsWildcard)
            {
                return state.Aggregated ? "it renames aggregated columns by pattern" : null;
            }

            state.Rename(from.Text, to.Text);
        }

        return null;
    }

    public override string ToString() => $"rename {string.Join(", ", Names.Select(n => $"{Quote.Field(n.From.Text)} AS {Quote.Field(n.To.Text)}"))}";

    private static Rename Parse(CommandReader reader)
    {
        var names = new List<Renaming>();
        do
        {
            var start = reader.Position;
            var from = reader.ReadName();
            if (reader.PeekAt(0) == '=' && char.IsWhiteSpace(reader.PeekAt(1)))
            {
                // The column of tstats … BY PREFIX(kbps=).
                reader.TryTake('=');
                from += "=";
            }

            if (!reader.TryKeyword("as"))
            {
                throw reader.Error("SPL0141", $"expected AS after {from}", $"write rename {from} AS new_name");
            }

            var to = reader.ReadName("the new name");
            var stars = to.Count(c => c == '*');
            if (stars != from.Count(c => c == '*'))
            {
                throw reader.Fail("SPL0142", "both names of rename need the same number of *", SourceSpan.Between(start, reader.Position));
            }

            names.Add(new Renaming(new FieldPattern(from), new FieldPattern(to)));
            reader.TryTake(',');
        }
        while (!reader.AtEnd);

        return new Rename(names) { Span = reader.Span };
    }
}

/// <summary>A new name for a field, or for all that a pattern means.</summary>
public sealed record Renaming(FieldPattern From, FieldPattern To);

internal sealed class RenameOperator(IReadOnlyList<Renaming> names, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = input.Columns;
        foreach (var (from, to) in names)
        {
            columns = RenameColumns(columns, from, to);
        }

        return new RowStream(columns, RenameRows(input.Rows));
    }

    internal static ColumnSet RenameColumns(ColumnSet columns, FieldPattern from, FieldPattern to)
    {
        string New(string name) => from.TryCapture(name, out var captures) ? to.Fill(captures) : name;
        var taken = columns.Names.Where(n => New(n) != n).Select(New).ToHashSet();
        return new ColumnSet(columns.IsOpen, columns.Names.Where(n => !taken.Contains(n) || New(n) != n).Select(New));
    }

    private IEnumerable<Row> RenameRows(IEnumerable<Row> rows)
    {
        var (from, to) = (new int[names.Count], new int[names.Count]);
        for (var i = 0; i < names.Count; i++)
        {
            (from[i], to[i]) = names[i].From.IsWildcard ? (-1, -1) : (fields.Slot(names[i].From.Text), fields.Slot(names[i].To.Text));
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (from[i] < 0)
                {
                    RenameByPattern(row, names[i].From, names[i].To);
                }
                else
                {
                    Move(row, from[i], to[i]);
                }
            }

            yield return row;
        }
    }

    private void RenameByPattern(Row row, FieldPattern from, FieldPattern to)
    {
        var width = Math.Min(row.Width, fields.Count);
        for (var slot = 0; slot < width; slot++)
        {
            var name = fields.Name(slot);
            if (!row[slot].IsNull && (!name.StartsWith('_') || from.Text.StartsWith('_')) && from.TryCapture(name, out var captures))
            {
                Move(row, slot, fields.Slot(to.Fill(captures)));
            }
        }
    }

    private static void Move(Row row, int from, int to)
    {
        if (from != to)
        {
            var value = row[from];
            row[from] = Value.Null;
            row[to] = value;
        }
    }
}
