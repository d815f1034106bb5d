using System.Globalization;
using System.IO.Compression;
using Saker.Generate.Load;

namespace Saker.Benchmarks.Comparison;

/// <summary>A log to measure on, made where it is not there yet.</summary>
/// <param name="Name"><c>synth-4GB</c></param>
/// <param name="Path">Where it stands.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Lines">Its events.</param>
internal sealed record DataFile(string Name, string Path, long Bytes, long Lines)
{
    private const int BufferBytes = 1 << 20;
    private const int MarkLength = 8;
    private static readonly byte[] AuditId = "\"auditID\":\""u8.ToArray();

    /// <summary>A log of Saker's generator: always the same bytes.</summary>
    public static DataFile Synthetic(string directory, long size) => Make(directory, $"synth-{SizeText(size)}", output =>
        Generator.Write(new LoadOptions { Size = size, Seed = 7 }, output));

    /// <summary>Somebody's log, repeated. Each copy's events get audit ids of their own, as the events of a long log have, so that none is a duplicate.</summary>
    public static DataFile Repeated(string directory, IReadOnlyList<string> logs, long size) => Make(directory, $"real-{SizeText(size)}", output =>
    {
        var log = logs.SelectMany(ReadLog).ToArray();
        var ids = IdsOf(log);
        for (long written = 0, copy = 0; written < size; written += log.Length, copy++)
        {
            var mark = copy.ToString("x8", CultureInfo.InvariantCulture);
            foreach (var id in copy == 0 ? [] : ids)
            {
                for (var i = 0; i < mark.Length; i++)
                {
                    log[id + i] = (byte)mark[i];
                }
            }

            output.Write(log);
        }
    });

    /// <summary>The same bytes in other pages: how a file lies in the page cache can double or halve every figure, so each round has its own copy.</summary>
    public DataFile CopyTo(string path)
    {
        File.Delete(path);
        using (var from = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            from.CopyTo(to, BufferBytes);
            // On disk now rather than while somebody is measured.
            to.Flush(flushToDisk: true);
        }

        return this with { Path = path };
    }

    public static string SizeText(long size) => size >= 1_000_000_000 && size % 1_000_000_000 == 0 ? $"{size / 1_000_000_000}GB" : $"{size / 1_000_000}MB";

    private static DataFile Make(string directory, string name, Action<Stream> write)
    {
        var path = System.IO.Path.Combine(directory, $"{name}.ndjson");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"making {name}");
            var part = $"{path}.{Environment.ProcessId}";
            using (var output = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(output);
            }

            File.Move(part, path, overwrite: true);
        }

        return new DataFile(name, path, new FileInfo(path).Length, CountLines(path));
    }

    private static byte[] ReadLog(string path)
    {
        using var file = File.OpenRead(path);
        using Stream input = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var log = new MemoryStream();
        input.CopyTo(log);
        if (log.Length > 0 && log.GetBuffer()[log.Length - 1] != (byte)'\n')
        {
            log.WriteByte((byte)'\n');
        }

        return log.ToArray();
    }

    /// <summary>Where the ids stand that are long enough to be marked.</summary>
    private static List<int> IdsOf(byte[] log)
    {
        var ids = new List<int>();
        for (var i = 0; log.AsSpan(i).IndexOf(AuditId) is >= 0 and var offset;)
        {
            i += offset + AuditId.Length;
            if (!log.AsSpan(i, MarkLength).Contains((byte)'"'))
            {
                ids.Add(i);
            }
        }

        return ids;
    }

    private static long CountLines(string path)
    {
        var buffer = new byte[BufferBytes];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var lines = 0L;
        while (file.Read(buffer) is > 0 and var length)
        {
            lines += buffer.AsSpan(0, length).Count((byte)'\n');
        }

        return lines;
    }
}
