using Saker.Spl.Text;

namespace Saker.Content.Reading;

/// <summary>Finds the YAML files of a content root: a directory laid out like security_content, a directory of loose files, or one file.</summary>
internal static class ContentRoot
{
    private static readonly ContentFolder[] Folders =
    [
        new("detections", ContentKind.Detection),
        new("macros", ContentKind.Macro),
        new("lookups", ContentKind.Lookup),
        new("stories", ContentKind.Story),
        new("deployments", ContentKind.Deployment),
        new("data_sources", ContentKind.DataSource),
        new("baselines", ContentKind.Baseline),
        new("exceptions", ContentKind.Exception),
        new("removed/detections", ContentKind.Detection, ContentStatus.Removed),
        new("removed/stories", ContentKind.Story, ContentStatus.Removed),
        new("removed/baselines", ContentKind.Baseline, ContentStatus.Removed),
    ];

    public static IReadOnlyList<ContentFile> Files(string root, int index, ICollection<Diagnostic> diagnostics)
    {
        if (File.Exists(root))
        {
            return [new ContentFile(root, index, null, null)];
        }

        if (!Directory.Exists(root))
        {
            diagnostics.Add(ContentErrors.NoRoot(new SourceText(root, ""), "there is no such content directory or file"));
            return [];
        }

        var files = Folders
            .Where(f => Directory.Exists(Path.Combine(root, f.Name)))
            .SelectMany(f => Yaml(Path.Combine(root, f.Name)).Select(path => new ContentFile(path, index, f.Kind, f.Retired ?? RetiredFolder(path))))
            .ToList();
        if (files.Count == 0)
        {
            files = [.. Yaml(root).Select(path => new ContentFile(path, index, null, RetiredFolder(path)))];
        }

        if (files.Count == 0)
        {
            diagnostics.Add(ContentErrors.NoRoot(new SourceText(root, ""), "no content in this directory", "expected detections/, macros/, lookups/, stories/ or deployments/ with .yml files"));
        }

        return files;
    }

    private static IEnumerable<string> Yaml(string directory) => Directory
        .EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path).ToLowerInvariant() is ".yml" or ".yaml" && !Path.GetFileName(path).StartsWith('.'))
        .Order(StringComparer.Ordinal);

    private static ContentStatus? RetiredFolder(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) == "deprecated" ? ContentStatus.Deprecated : null;

    /// <summary>A reference type, though it is small: queries over value types would have to be compiled at each start.</summary>
    private sealed record ContentFolder(string Name, ContentKind Kind, ContentStatus? Retired = null);
}
