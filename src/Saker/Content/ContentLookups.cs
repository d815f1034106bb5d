using System.Collections.Concurrent;
using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>
/// The lookups of content for searches. Rows of csv lookups come from the content directory; what searches write goes to a state directory, a
/// csv file a lookup (<c>k8s_baseline.csv</c>), and is read from there from then on. The content directory itself is never written.
/// </summary>
public sealed class ContentLookups : ILookups
{
    /// <summary>The code of the diagnostic when a lookup cannot be written.</summary>
    public const string NotWritten = "SPL0904";

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

        try
        {
            using var reader = new StreamReader(path);
            var table = CsvText.ReadTable(reader, splitsLines: lookup.IsKeyValue);
            read[lookup.Name] = (written, table);
            return table;
        }
        catch (Exception failure) when (TemporaryFileStream.IsOfDisk(failure))
        {
            throw Failed("SPL0905", path, $"the rows of the lookup `{lookup.Name}` cannot be read: {failure.Message}", "the file must be there and readable");
        }
    }

    public void Write(LookupDefinition lookup, LookupTable table)
    {
        if (StatePath(lookup.Name) is not { } path)
        {
            read[lookup.Name] = (DateTime.MaxValue, table);
            return;
        }

        var temporary = path + ".new";
        try
        {
            Directory.CreateDirectory(stateDirectory!);
            using (var writer = new StreamWriter(temporary))
            {
                CsvText.WriteTable(writer, table);
            }

            // A reader sees the old rows or the new ones, never half of them.
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (TemporaryFileStream.IsOfDisk(failure))
        {
            Forget(temporary);
            throw Failed(NotWritten, path, $"the lookup `{lookup.Name}` cannot be written: {failure.Message.Split(" (Parameter")[0]}", "name a directory that can be written, with room; the rows before are kept");
        }

        read[lookup.Name] = (File.GetLastWriteTimeUtc(path), table);
    }

    private static void Forget(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (TemporaryFileStream.IsOfDisk(failure))
        {
            // It could not be made in the first place.
        }
    }

    private static SplException Failed(string code, string path, string message, string hint) => new(new Diagnostic(code, Severity.Error, message, new SourceText(path, ""), default, hint));

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
