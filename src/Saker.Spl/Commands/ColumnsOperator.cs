using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>Narrows rows to the columns that patterns match (<c>table</c>, <c>fields</c>). Names with patterns need to see every row first.</summary>
internal sealed class ColumnsOperator(IReadOnlyList<FieldPattern> patterns, SearchContext context, string command, bool keepsInternal) : Operator
{
    private readonly FieldTable fields = context.Fields;

    public override RowStream Run(RowStream input)
    {
        if (!patterns.Any(p => p.IsWildcard))
        {
            var names = patterns.Select(p => p.Text);
            return Narrow(input.Rows, keepsInternal ? names.Concat(Internal(input.Columns)) : names);
        }

        var rows = input.Rows;
        IEnumerable<string> present = input.Columns.Names;
        if (input.Columns.IsOpen)
        {
            var held = input.Rows.Hold(context, command);
            (rows, present) = (held, present.Concat(ColumnNames.Of(held, fields)).Distinct().ToList());
        }

        var matched = patterns.SelectMany(p => p.IsWildcard ? present.Where(p.Matches).Where(n => n[0] != '_' || p.Text[0] == '_') : [p.Text]);
        return Narrow(rows, keepsInternal ? matched.Concat(Internal(input.Columns)) : matched);
    }

    private static IEnumerable<string> Internal(ColumnSet columns) =>
        columns.IsOpen ? [EventFields.Time, EventFields.Raw] : columns.Names.Where(n => n.StartsWith('_'));

    private RowStream Narrow(IEnumerable<Row> rows, IEnumerable<string> names)
    {
        var columns = new ColumnSet(false, names);
        var slots = columns.Names.Select(fields.Slot).ToArray();
        return new RowStream(columns, rows.Select(row =>
        {
            var narrow = new Row(slots.Length == 0 ? 0 : slots.Max() + 1) { Evidence = row.Evidence };
            foreach (var slot in slots)
            {
                narrow[slot] = row[slot];
            }

            return narrow;
        }));
    }
}
