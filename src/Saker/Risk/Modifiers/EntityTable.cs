using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk.Modifiers;

/// <summary>One of the lookups that tell of entities: what its other columns say of a key.</summary>
internal sealed class EntityTable
{
    private const string Cluster = "cluster";

    /// <summary>Stands between the values of a cell that has several, as in Splunk's lists of assets and identities.</summary>
    private const char Several = '|';

    private readonly LookupTable table;
    private readonly LookupMatcher matcher;
    private readonly int cluster;
    private readonly IReadOnlyList<string> columns;

    private EntityTable(LookupDefinition definition, LookupTable table, string key, SearchContext context)
    {
        this.table = table;
        matcher = new LookupMatcher(definition, table, [key], context);
        cluster = key == "namespace" ? table.Column(Cluster) : -1;
        columns = [.. table.Columns.Where(c => c != key && (c != Cluster || cluster < 0))];
    }

    /// <summary>Null where there is no such lookup, or it has no rows or not the column that it must have.</summary>
    public static EntityTable? Open(ILookups lookups, string name, SearchContext context)
    {
        if (lookups.Find(name) is not { } definition)
        {
            return null;
        }

        var (table, key) = (lookups.Read(definition), ContextLookups.KeyOf(name)!);
        if (table.Rows.Count == 0)
        {
            return null;
        }

        foreach (var mistake in ContextLookups.Mistakes(name, table))
        {
            context.Warn(mistake.Message);
            return null;
        }

        return new EntityTable(name == ContextLookups.Networks ? OfNetworks(definition, key) : definition, Expanded(table, table.Column(key)), key, context);
    }

    /// <summary>By column what the rows say, each value once, in the table's order; columns that say nothing are left out.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="at">When it was, nanoseconds since 1970; counts for lookups by time.</param>
    /// <param name="ofCluster">Where it is; rows that name another cluster say nothing of it.</param>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Find(string key, long at, string ofCluster = "")
    {
        var rows = matcher.Find([Value.Of(key)], at / 1e9).Where(r => cluster < 0 || IsOf(table.Rows[r][cluster].Text, ofCluster)).ToArray();
        return rows.Length == 0 ? [] :
        [
            .. columns
                .Select(c => KeyValuePair.Create(c, (IReadOnlyList<string>)[.. rows.SelectMany(r => table.Rows[r][table.Column(c)].Values.ToArray()).SelectMany(v => v.Text.Split(Several, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()]))
                .Where(c => c.Value.Count > 0),
        ];
    }

    /// <summary>A row for each of the keys that one row names.</summary>
    private static LookupTable Expanded(LookupTable table, int key) => !table.Rows.Any(r => r[key].Text.Contains(Several, StringComparison.Ordinal)) ? table : new LookupTable(table.Columns,
    [
        .. table.Rows.SelectMany(r => r[key].Text.Split(Several, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(k => r.Select((v, i) => i == key ? Value.Of(k) : v).ToArray())),
    ]);

    private static bool IsOf(string pattern, string name) => pattern.Length == 0 || Glob.Matches(pattern, name);

    /// <summary>Networks are compared as networks, whether the definition says so or not.</summary>
    private static LookupDefinition OfNetworks(LookupDefinition definition, string key) =>
        definition.MatchTypes.ContainsKey(key) ? definition : definition with { MatchTypes = new Dictionary<string, string>(definition.MatchTypes) { [key] = "CIDR" } };
}
