using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>Rows that a command must see all of before it can give any; they count against the search's memory.</summary>
internal static class HeldRows
{
    /// <exception cref="SplException">They do not fit in memory.</exception>
    public static List<Row> Read(IEnumerable<Row> rows, SearchContext context, string command)
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

    /// <summary>The names of the columns that the stream has: those it tells and those its rows have values in.</summary>
    public static List<string> Columns(ColumnSet told, IReadOnlyList<Row> rows, FieldTable fields) =>
        told.IsOpen ? [.. told.Names.Concat(ColumnNames.Of(rows, fields)).Distinct()] : [.. told.Names];
}
