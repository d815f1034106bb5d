using System.Text;
using Saker.Content;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Content;

/// <summary>Runs published searches, read from the clones in <c>SAKER_CORPUS</c>, over records of ours: read, recognised and matched as a scan does.</summary>
internal static class DetectionTrial
{
    private static readonly Dictionary<string, ContentLibrary> Loaded = [];

    /// <summary>The detection in each clone that has it; the test is skipped where none has.</summary>
    public static IReadOnlyList<(ContentLibrary Library, Detection Detection)> Published(string stem)
    {
        var found = Clones().SelectMany(library => library.Detections.Where(d => d.Stem == stem).Select(d => (library, d))).ToList();
        Assert.SkipUnless(found.Count > 0, "no clone has it");
        return found;
    }

    public static IReadOnlyList<ContentLibrary> Clones()
    {
        var roots = Environment.GetEnvironmentVariable("SAKER_CORPUS")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        Assert.SkipUnless(roots.Length > 0, "SAKER_CORPUS names no clone of security_content");
        return [.. roots.Select(Load)];
    }

    public static async Task<List<string>> RunAsync(ContentLibrary library, SourceText search, IReadOnlyList<string> lines, ScanSettings settings)
    {
        var plan = SearchPlanner.Plan(search, library.Macros);
        var lookups = settings.Lookups ?? new ContentLookups(library);
        Assert.Empty(plan.MissingLookups(lookups));
        using var run = new FileSearch(plan, settings with { Lookups = lookups, Workers = 1 });
        var content = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        await run.ReadAsync(new InputFile("ours.ndjson", content.Length, new DateOnly(2026, 3, 14)) { Content = content }, _ => { }, CancellationToken.None);
        Assert.Empty(run.Counts.Rejections);
        Assert.Equal(0, run.Counts.Other);
        var result = run.Run(CancellationToken.None);
        var fields = result.Context.Fields;
        return [.. result.Stream.Rows.ToList().Select(row => string.Join(' ', result.ColumnsOf(row).Select(c => $"{c}={row[fields.Slot(c)]}")))];
    }

    private static ContentLibrary Load(string root)
    {
        lock (Loaded)
        {
            return Loaded.TryGetValue(root, out var known) ? known : Loaded[root] = ContentLibrary.Load([root]);
        }
    }
}
