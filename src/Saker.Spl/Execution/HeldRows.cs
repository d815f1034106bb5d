using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>Rows that a command must see all of before it can give any; they count against the search's memory.</summary>
internal static class HeldRows
{
    /// <summary>All rows, each independent of its event's buffer, counted against the search's memory.</summary>
    /// <exception cref="SplException">The budget is used up.</exception>
    public static List<Row> Hold(this IEnumerable<Row> rows, SearchContext context, string command)
    {
        var held = new List<Row>();
        foreach (var row in rows)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            row.Detach();
            context.Memory.Take(RowSize.Of(row), command);
            held.Add(row);
        }

        return held;
    }

    /// <summary>The rows one after the other; each is given back to the search's memory as it is handed on.</summary>
    public static IEnumerable<Row> Release(IReadOnlyList<Row> held, SearchContext context)
    {
        foreach (var row in held)
        {
            context.Memory.Give(RowSize.Of(row));
            yield return row;
        }
    }

    /// <summary>Rows that are made when the first is asked for, of a command that makes all at once.</summary>
    public static IEnumerable<Row> Deferred(Func<IEnumerable<Row>> make)
    {
        foreach (var row in make())
        {
            yield return row;
        }
    }

    /// <summary>The names of the columns: those known and, where rows may have others, those that they have.</summary>
    public static List<string> NamesOf(this ColumnSet columns, IReadOnlyList<Row> rows, FieldTable fields) =>
        columns.IsOpen ? [.. columns.Names.Concat(ColumnNames.Of(rows, fields)).Distinct()] : [.. columns.Names];
}
