using System.Collections.Concurrent;
using Saker.Spl.Execution;

namespace Saker.Content;

/// <summary>
/// The lookups of content for searches. Rows of csv lookups come from the content directory; what searches write goes to a state directory, a
/// csv file a lookup (<c>k8s_baseline.csv</c>), and is read from there from then on. The content directory itself is never written.
/// </summary>
public sealed class ContentLookups : ILookups
{
    private readonly Dictionary<string, Lookup> defined = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, (DateTime Written, LookupTable Table)> read = new(StringComparer.OrdinalIgnoreCase);
    private readonly string? stateDirectory;

    /// <param name="library">Where the definitions are.</param>
    /// <param name="stateDirectory">Where written rows are kept; without one they live as long as this object.</param>
    public ContentLookups(ContentLibrary library, string? stateDirectory = null)
    {
        this.stateDirectory = stateDirectory;
        foreach (var lookup in library.Lookups.Where(l => l.Kind != LookupKind.MlModel))
        {
            defined[lookup.Name] = lookup;
            if (lookup.RowsPath is { } path)
            {
                defined.TryAdd(Path.GetFileName(path), lookup);
            }
        }
    }

    public IEnumerable<string> Names => defined.Keys;

    public LookupDefinition? Find(string name)
    {
        if (!defined.TryGetValue(name, out var lookup))
        {
            // A file name that a search made up: outputlookup seen.csv.
            return IsFileName(name) && (read.ContainsKey(name) || StatePath(name) is { } path && File.Exists(path)) ? new LookupDefinition(name) : null;
        }

        return new LookupDefinition(lookup.Name)
        {
            IsKeyValue = lookup.Kind == LookupKind.KvStore,
            Fields = lookup.Fields,
            IsCaseSensitive = lookup.IsCaseSensitive,
            MatchTypes = lookup.Matches.GroupBy(m => m.Field).ToDictionary(g => g.Key, g => g.First().Type),
            MinMatches = lookup.MinMatches,
            MaxMatches = lookup.MaxMatches ?? (lookup.TimeField is null ? LookupDefinition.DefaultMostMatches : LookupTime.DefaultMostMatches),
            Time = lookup.TimeField is null ? null : new LookupTime(lookup.TimeField, lookup.TimeFormat ?? LookupTime.Epoch, lookup.MinOffsetSeconds, lookup.MaxOffsetSeconds ?? LookupTime.Unbounded),
            DefaultMatch = lookup.DefaultMatch ?? "",
        };
    }

    public LookupTable Read(LookupDefinition lookup)
    {
        var path = StatePath(lookup.Name) is { } state && File.Exists(state) ? state : defined.GetValueOrDefault(lookup.Name)?.RowsPath;
        if (path is null || !File.Exists(path))
        {
            return read.TryGetValue(lookup.Name, out var kept) ? kept.Table : new LookupTable(lookup.Fields, []);
        }

        // Without a state directory what was written stands before the file.
        var written = stateDirectory is null && read.TryGetValue(lookup.Name, out var memory) && memory.Written == DateTime.MaxValue ? DateTime.MaxValue : File.GetLastWriteTimeUtc(path);
        if (read.TryGetValue(lookup.Name, out var known) && known.Written == written)
        {
            return known.Table;
        }

        using var reader = new StreamReader(path);
        var table = CsvText.ReadTable(reader, splitsLines: lookup.IsKeyValue);
        read[lookup.Name] = (written, table);
        return table;
    }

    public void Write(LookupDefinition lookup, LookupTable table)
    {
        if (StatePath(lookup.Name) is not { } path)
        {
            read[lookup.Name] = (DateTime.MaxValue, table);
            return;
        }

        Directory.CreateDirectory(stateDirectory!);
        var temporary = path + ".new";
        using (var writer = new StreamWriter(temporary))
        {
            CsvText.WriteTable(writer, table);
        }

        // A reader sees the old rows or the new ones, never half of them.
        File.Move(temporary, path, overwrite: true);
        read[lookup.Name] = (File.GetLastWriteTimeUtc(path), table);
    }

    private static bool IsFileName(string name) => name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && name.IndexOfAny(['/', '\\']) < 0 && !name.StartsWith('.');

    private string? StatePath(string name)
    {
        if (stateDirectory is null)
        {
            return null;
        }

        var safe = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')]).TrimStart('.');
        return Path.Combine(stateDirectory, safe.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? safe : safe + ".csv");
    }
}
