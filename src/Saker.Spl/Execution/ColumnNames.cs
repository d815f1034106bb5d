namespace Saker.Spl.Execution;

/// <summary>The names of the columns that rows have values in.</summary>
public static class ColumnNames
{
    /// <summary><c>_time</c> first, then by name; other names with an underscore last.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<Row> rows, FieldTable fields)
    {
        var seen = new HashSet<int>();
        foreach (var row in rows)
        {
            for (var slot = 0; slot < row.Width; slot++)
            {
                if (!row[slot].IsNull)
                {
                    seen.Add(slot);
                }
            }
        }

        return [.. seen.Select(fields.Name).OrderBy(Rank).ThenBy(n => n, StringComparer.Ordinal)];
    }

    private static int Rank(string name) => name == EventFields.Time ? 0 : name.StartsWith('_') ? 2 : 1;
}
