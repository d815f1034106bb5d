namespace Saker.Spl.Execution;

/// <summary>Rows and what is known of their columns, passed from operator to operator. Rows are read once.</summary>
public sealed record RowStream(ColumnSet Columns, IEnumerable<Row> Rows);

/// <summary>
/// The columns of a result in their order. Open: besides those named, rows may have others (events have whatever their bytes
/// hold). An operator may add names while rows are being read.
/// </summary>
public sealed class ColumnSet
{
    private readonly List<string> names;

    public ColumnSet(bool isOpen, IEnumerable<string> names) => (IsOpen, this.names) = (isOpen, [.. names.Distinct()]);

    public bool IsOpen { get; }

    public IReadOnlyList<string> Names => names;

    public void Add(string name)
    {
        if (!names.Contains(name))
        {
            names.Add(name);
        }
    }

    /// <summary>The columns of rows of which some have these and some those.</summary>
    public ColumnSet Union(ColumnSet other) => new(IsOpen || other.IsOpen, names.Concat(other.names));

    public ColumnSet With(params IEnumerable<string> added) => new(IsOpen, names.Concat(added));
}
