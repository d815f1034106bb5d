using Saker.Spl.Functions;

namespace Saker.Spl.Execution;

/// <summary>
/// Finds the rows of a lookup for some keys. Columns that match exactly are found by a hash; patterns and networks are tried in the
/// table's order. What was asked before is remembered.
/// </summary>
internal sealed class LookupMatcher
{
    private const int MostRemembered = 100_000;
    private const string Separator = "\u001f";

    private readonly LookupDefinition definition;
    private readonly LookupTable table;
    private readonly int[] columns;
    private readonly Func<string, string, bool>?[] tests;
    private readonly Dictionary<string, List<int>> exact;
    private readonly Dictionary<string, int[]> remembered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WildcardPattern> patterns = [];
    private readonly Dictionary<string, AddressRange?> networks = [];
    private readonly double?[]? times;

    public LookupMatcher(LookupDefinition definition, LookupTable table, IReadOnlyList<string> keys, SearchContext context)
    {
        (this.definition, this.table) = (definition, table);
        columns = [.. keys.Select(table.Column)];
        tests = [.. keys.Select(k => Test(definition.MatchTypes.GetValueOrDefault(k, "EXACT")))];
        exact = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var row = table.Rows[i];
            var key = ExactKey(c => columns[c] < 0 ? "" : row[columns[c]].Text);
            (exact.TryGetValue(key, out var same) ? same : exact[key] = []).Add(i);
        }

        times = definition.Time is { } time ? ReadTimes(time, context) : null;
    }

    /// <summary>
    /// The numbers of the rows that match; any value of a multivalue may match. An absent key matches nothing. In a lookup by time the rows are those that
    /// hold at a time (epoch seconds), the latest first; without one, none.
    /// </summary>
    public int[] Find(ReadOnlySpan<Value> keys, double? at)
    {
        var texts = new string[keys.Length][];
        for (var i = 0; i < keys.Length; i++)
        {
            texts[i] = Array.ConvertAll(keys[i].Values.ToArray(), v => v.Text);
            if (texts[i].Length == 0 || columns[i] < 0)
            {
                return [];
            }
        }

        if (texts.All(t => t.Length == 1))
        {
            return Holding(Find([.. texts.Select(t => t[0])]), at);
        }

        var rows = Combinations(texts, 0).SelectMany(c => Find(c)).Distinct();
        return times is null ? [.. rows.Take(definition.MaxMatches)] : Holding([.. rows.OrderByDescending(r => times[r])], at);
    }

    /// <summary>A column's values in the rows found; where they are fewer than the definition wants, its default match.</summary>
    public Value Values(int[] rows, string column)
    {
        var index = table.Column(column);
        if (rows.Length == 1 && definition.MinMatches <= 1)
        {
            return index < 0 ? Value.Null : table.Rows[rows[0]][index];
        }

        var values = new List<Value>(rows.Length);
        foreach (var row in rows)
        {
            if (index >= 0 && !table.Rows[row][index].IsNull)
            {
                values.Add(table.Rows[row][index]);
            }
        }

        for (var i = rows.Length; i < definition.MinMatches; i++)
        {
            values.Add(Value.Of(definition.DefaultMatch));
        }

        return Value.OfMany(values);
    }

    private static IEnumerable<string[]> Combinations(string[][] texts, int from) => from == texts.Length
        ? [[]]
        : texts[from].SelectMany(text => Combinations(texts, from + 1).Select(rest => (string[])[text, .. rest]));

    private int[] Find(string[] keys)
    {
        var whole = string.Join(Separator, keys);
        if (remembered.TryGetValue(whole, out var rows))
        {
            return rows;
        }

        if (remembered.Count >= MostRemembered)
        {
            remembered.Clear();
        }

        var candidates = exact.GetValueOrDefault(ExactKey(i => keys[i]), []);
        var matches = candidates.Where(row => Matches(table.Rows[row], keys));
        return remembered[whole] = times is null ? [.. matches.Take(definition.MaxMatches)] : [.. matches.Where(r => times[r] is not null).OrderByDescending(r => times[r])];
    }

    /// <summary>Of rows in descending order of time those that hold at a time.</summary>
    private int[] Holding(int[] rows, double? at)
    {
        if (definition.Time is not { } time)
        {
            return rows;
        }

        if (at is not { } moment)
        {
            return [];
        }

        // The first row that is old enough.
        var (first, end) = (0, rows.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = moment - times![rows[middle]] >= time.LeastSeconds ? (first, middle) : (middle + 1, end);
        }

        return [.. rows.Skip(first).TakeWhile(row => moment - times![row] <= time.MostSeconds).Take(definition.MaxMatches)];
    }

    /// <summary>The rows' times; a row whose time cannot be read matches nothing, which is told.</summary>
    private double?[] ReadTimes(LookupTime time, SearchContext context)
    {
        var (column, format, unread) = (table.Column(time.Field), TimeFormat.Parse(time.Format), 0);
        var read = new double?[table.Rows.Count];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = column < 0 ? null : format.Read(table.Rows[i][column].Text.Trim(), context.Now, context.Zone);
            unread += read[i] is null ? 1 : 0;
        }

        if (unread > 0)
        {
            context.Warn($"lookup: {unread} of {read.Length} rows of `{definition.Name}` have no time in `{time.Field}` that reads as {time.Format}, and match nothing");
        }

        return read;
    }

    private bool Matches(Value[] row, string[] keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (tests[i] is { } test && !test(row[columns[i]].Text, keys[i]))
            {
                return false;
            }
        }

        return true;
    }

    private string ExactKey(Func<int, string> text)
    {
        var key = string.Join(Separator, Enumerable.Range(0, tests.Length).Where(i => tests[i] is null).Select(text));
        return definition.IsCaseSensitive ? key : key.ToUpperInvariant();
    }

    private Func<string, string, bool>? Test(string type) => type.ToUpperInvariant() switch
    {
        "WILDCARD" => (pattern, text) => Pattern(pattern).MatchesText(text),
        "CIDR" => (network, text) => Network(network)?.Contains(text) == true,
        _ => null,
    };

    private WildcardPattern Pattern(string text) =>
        patterns.TryGetValue(text, out var pattern) ? pattern : patterns[text] = new WildcardPattern(text, ignoreCase: !definition.IsCaseSensitive);

    private AddressRange? Network(string text)
    {
        if (!networks.TryGetValue(text, out var network))
        {
            network = AddressRange.Parse(text.Trim());
            networks[text] = network;
        }

        return network;
    }
}

/// <summary>The column that holds a key-value store's keys.</summary>
internal static class LookupKeys
{
    public const string KeyColumn = "_key";
}
