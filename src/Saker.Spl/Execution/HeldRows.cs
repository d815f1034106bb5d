namespace Saker.Spl.Execution;

/// <summary>Rows kept in memory because a command must see all of them before it can give the first.</summary>
internal static class HeldRows
{
    /// <summary>Reads all rows, each independent of its event's buffer, and counts them against the budget.</summary>
    /// <exception cref="Text.SplException">The budget is used up.</exception>
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
}
