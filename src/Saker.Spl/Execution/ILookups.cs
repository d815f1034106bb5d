namespace Saker.Spl.Execution;

/// <summary>The lookup tables that searches use: those of content, and what searches wrote.</summary>
public interface ILookups
{
    IEnumerable<string> Names { get; }

    /// <summary>The lookup of a name or file name (<c>ports.csv</c>), in any case; null if there is none.</summary>
    LookupDefinition? Find(string name);

    /// <summary>The rows as they are now.</summary>
    LookupTable Read(LookupDefinition lookup);

    /// <summary>Replaces the rows. A lookup that is not there yet is made.</summary>
    void Write(LookupDefinition lookup, LookupTable table);
}

/// <summary>How a lookup matches.</summary>
public sealed record LookupDefinition(string Name)
{
    public const int DefaultMostMatches = 1000;

    /// <summary>Whether the rows are kept by key, as a key-value store keeps them.</summary>
    public bool IsKeyValue { get; init; }

    /// <summary>The columns that the definition names; empty where the table itself tells.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool IsCaseSensitive { get; init; } = true;

    /// <summary>WILDCARD or CIDR by column; other columns match exactly.</summary>
    public IReadOnlyDictionary<string, string> MatchTypes { get; init; } = new Dictionary<string, string>();

    public int MinMatches { get; init; }

    public int MaxMatches { get; init; } = DefaultMostMatches;

    /// <summary>Set where a row holds from a time on: then it is found for what happened after that.</summary>
    public LookupTime? Time { get; init; }

    /// <summary>What is given where fewer rows than <see cref="MinMatches"/> match.</summary>
    public string DefaultMatch { get; init; } = "";
}

/// <summary>The time of a lookup's rows. A row matches what happened at least <c>LeastSeconds</c> and at most <c>MostSeconds</c> after it; the latest comes first.</summary>
/// <param name="Field">The column that holds the time.</param>
/// <param name="Format">How it is written, as <c>strptime</c> reads it.</param>
/// <param name="LeastSeconds">How many seconds before the event a row must be at least.</param>
/// <param name="MostSeconds">How many seconds before the event a row may be at most.</param>
public sealed record LookupTime(string Field, string Format = LookupTime.Epoch, double LeastSeconds = 0, double MostSeconds = LookupTime.Unbounded)
{
    /// <summary>Seconds since 1970, with or without a fraction.</summary>
    public const string Epoch = "%s.%Q";

    /// <summary>Splunk's default, which is longer than epoch times reach back.</summary>
    public const double Unbounded = 2_000_000_000;

    /// <summary>Of rows by time only the latest counts, unless the definition says otherwise.</summary>
    public const int DefaultMostMatches = 1;
}

/// <summary>A lookup's rows: a value by column; null for what is absent.</summary>
public sealed class LookupTable(IReadOnlyList<string> columns, IReadOnlyList<Value[]> rows)
{
    public static readonly LookupTable Empty = new([], []);

    public IReadOnlyList<string> Columns { get; } = columns;

    public IReadOnlyList<Value[]> Rows { get; } = rows;

    public int Column(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Lookups held in memory: for tests.</summary>
public sealed class MemoryLookups : ILookups
{
    private readonly Dictionary<string, (LookupDefinition Definition, LookupTable Table)> lookups = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Names => lookups.Keys;

    public LookupDefinition? Find(string name) => lookups.TryGetValue(name, out var found) ? found.Definition : null;

    public LookupTable Read(LookupDefinition lookup) => lookups[lookup.Name].Table;

    public void Write(LookupDefinition lookup, LookupTable table) => lookups[lookup.Name] = (lookup, table);
}
