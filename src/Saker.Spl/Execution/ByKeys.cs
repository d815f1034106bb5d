namespace Saker.Spl.Execution;

/// <summary>The groups that a row belongs to.</summary>
internal static class ByKeys
{
    /// <summary>Each combination of the by-fields' values, for multivalues several; none where a field is missing.</summary>
    public static IReadOnlyList<GroupKey> Of(Row row, int[] slots)
    {
        var isMulti = false;
        foreach (var slot in slots)
        {
            if (row[slot].IsNull)
            {
                return [];
            }

            isMulti |= row[slot].IsMulti;
        }

        if (!isMulti)
        {
            return [new GroupKey(Array.ConvertAll(slots, s => row[s].Detached))];
        }

        IEnumerable<Value[]> combinations = [[]];
        foreach (var slot in slots)
        {
            var values = row[slot].Values.ToArray().Select(v => v.Detached).Distinct().ToArray();
            combinations = combinations.SelectMany(c => values.Select(v => (Value[])[.. c, v]));
        }

        return [.. combinations.Select(c => new GroupKey(c))];
    }
}
