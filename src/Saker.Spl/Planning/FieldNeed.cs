namespace Saker.Spl.Planning;

/// <summary>Which fields the rest of a search reads: some names, or all.</summary>
public sealed class FieldNeed
{
    public static readonly FieldNeed All = new(true, []);
    public static readonly FieldNeed None = new(false, []);

    private readonly HashSet<string> names;

    private FieldNeed(bool isAll, IEnumerable<string> names)
    {
        IsAll = isAll;
        this.names = new HashSet<string>(names, StringComparer.Ordinal);
    }

    /// <summary>Whether every field may be read: a pattern that must be matched against names not known before counts as this.</summary>
    public bool IsAll { get; }

    public IReadOnlyCollection<string> Names => names;

    public static FieldNeed Of(params IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Any(n => n.Contains('*')) ? All : new FieldNeed(false, all);
    }

    public bool Contains(string name) => IsAll || names.Contains(name);

    public FieldNeed With(params IEnumerable<string> added) => IsAll ? this : Union(Of(added));

    public FieldNeed Without(params IEnumerable<string> removed) => IsAll ? this : new FieldNeed(false, names.Except(removed));

    public FieldNeed Union(FieldNeed other) => IsAll || other.IsAll ? All : new FieldNeed(false, names.Concat(other.names));

    public override string ToString() => IsAll ? "all" : string.Join(", ", names.Order(StringComparer.Ordinal));
}
