using Saker.Content;

namespace Saker.Tests.Content;

/// <summary>A content root that lives as long as a test.</summary>
internal sealed class ContentFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("content-").FullName;

    public ContentFolder With(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public ContentLibrary Load() => ContentLibrary.Load([Path]);

    /// <summary>The diagnostics, one a line, with paths relative to the root.</summary>
    public string Mistakes(params string[] laterRoots) =>
        string.Join('\n', ContentLibrary.Load([Path, .. laterRoots]).Diagnostics.Select(d => d.ToString().Replace(Path + "/", "", StringComparison.Ordinal)));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
