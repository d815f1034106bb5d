namespace Saker.Spl.Planning;

/// <summary>
/// What is known of the columns of a window's rows while the planner asks each command whether rows only ever grow: which columns
/// can only rise as events are added (<c>count</c>, <c>dc</c>, <c>max</c>), and which never change once a row is there.
/// </summary>
public sealed class GrowthState
{
    /// <summary>Columns that can only rise. A comparison with <c>&gt;</c> or <c>&gt;=</c> keeps a row that it once let through.</summary>
    public HashSet<string> Rising { get; } = new(StringComparer.Ordinal);

    /// <summary>Columns that may rise or fall, but never from above zero to zero: averages of what is never negative.</summary>
    public HashSet<string> StaysPositive { get; } = new(StringComparer.Ordinal);

    /// <summary>Columns that may become anything (<c>values</c>, <c>list</c>, <c>first</c>).</summary>
    public HashSet<string> Changing { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether an aggregate stands before.</summary>
    public bool Aggregated { get; set; }

    public bool IsFixed(string column) => !Rising.Contains(column) && !StaysPositive.Contains(column) && !Changing.Contains(column);

    public void Rename(string from, string to)
    {
        foreach (var set in (HashSet<string>[])[Rising, StaysPositive, Changing])
        {
            set.Remove(to);
            if (set.Remove(from))
            {
                set.Add(to);
            }
        }
    }

    /// <summary>The column becomes something computed from others: it changes if any of them may.</summary>
    public void Assign(string column, IEnumerable<string> from)
    {
        var isFixed = from.All(IsFixed);
        Rising.Remove(column);
        StaysPositive.Remove(column);
        Changing.Remove(column);
        if (!isFixed)
        {
            Changing.Add(column);
        }
    }
}
