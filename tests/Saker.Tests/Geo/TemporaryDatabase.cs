using Saker.Geo;

namespace Saker.Tests.Geo;

/// <summary>A database in a temporary file.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    public TemporaryDatabase(byte[] bytes)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"saker-{Guid.NewGuid():n}.mmdb");
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    public static GeoDatabase Open(byte[] bytes)
    {
        using var file = new TemporaryDatabase(bytes);
        return GeoDatabase.Open(file.Path);
    }

    public void Dispose() => File.Delete(Path);
}
