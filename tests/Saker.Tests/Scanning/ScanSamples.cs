using System.IO.Compression;
using System.Text;

namespace Saker.Tests.Scanning;

/// <summary>Events on a line to scan: those of the samples, and real ones where they are there.</summary>
internal static class ScanSamples
{
    private static readonly Lazy<IReadOnlyList<byte[]>> Read = new(() => [.. Lines().Select(Encoding.UTF8.GetBytes)]);

    public static IReadOnlyList<byte[]> AuditLines => Read.Value;

    private static IEnumerable<string> Lines()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(file).Where(l => l.StartsWith('{') && l.EndsWith('}')).Take(40))
            {
                yield return line;
            }
        }

        foreach (var name in (string[])["attack", "benign"])
        {
            var path = Path.Combine(Repository.Root, "..", "shared", "data", "apiserver", name + ".ndjson.gz");
            if (!File.Exists(path))
            {
                continue;
            }

            using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            for (var i = 0; i < 2000 && lines.ReadLine() is { } line; i++)
            {
                if (i % 7 == 0)
                {
                    yield return line;
                }
            }
        }
    }
}
