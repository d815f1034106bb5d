namespace Saker.Tests.Server;

/// <summary>A directory that is gone afterwards.</summary>
internal sealed class ServerDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("saker-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
