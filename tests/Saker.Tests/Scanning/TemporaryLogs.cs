namespace Saker.Tests.Scanning;

/// <summary>A directory of log files that is gone after the test.</summary>
internal sealed class TemporaryLogs : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("saker-test-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
