namespace Saker.Spl.Execution;

/// <summary>The groups that a row belongs to.</summary>
internal static class ByKeys
{
    /// <summary>Each combination of the by-fields' values, for multivalues several; none where a field is missing.</summary>
    /// <param name="row">The row.</param>
    /// <param name="slots">The by-fields.</param>
    /// <param name="repeated">Whether a value that a field has several times counts so often.</param>
    public static IReadOnlyList<GroupKey> Of(Row row, int[] slots, bool repeated = false)
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
            var values = row[slot].Values.ToArray().Select(v => v.Detached);
            values = repeated ? values : values.Distinct();
            combinations = combinations.SelectMany(c => values.Select(v => (Value[])[.. c, v]));
        }

        return [.. combinations.Select(c => new GroupKey(c))];
    }
}
