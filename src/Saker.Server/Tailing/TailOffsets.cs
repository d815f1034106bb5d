using System.Globalization;
using System.Text;

namespace Saker.Server.Tailing;

/// <summary>
/// How far each file was read, on disk: a log of marks, the last one of a file counts, <c>check device inode offset head tail skipping packed seen path</c> a line. A line that a
/// crash tore does not count. It is written anew when it has grown.
/// </summary>
internal sealed class TailOffsets : IDisposable
{
    private const long CompactAt = 4 * 1024 * 1024;
    private readonly string path;
    private readonly Lock gate = new();
    private readonly Dictionary<FileKey, TailMark> marks = [];
    private FileStream log;
    private bool isUnsynced;
    private long compactAt;

    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public TailOffsets(string path)
    {
        this.path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        IsNew = !File.Exists(path);
        if (!IsNew)
        {
            foreach (var line in File.ReadLines(path))
            {
                if (TryRead(line, out var mark))
                {
                    marks[mark.Key] = mark;
                }
            }
        }

        log = Rewrite();
    }

    /// <summary>Whether nothing was remembered: the first start.</summary>
    public bool IsNew { get; }

    public IReadOnlyList<TailMark> All
    {
        get
        {
            lock (gate)
            {
                return [.. marks.Values];
            }
        }
    }

    public TailMark? Find(FileKey key)
    {
        lock (gate)
        {
            return marks.GetValueOrDefault(key);
        }
    }

    /// <summary>Notes how far a file was read. It outlives this process at once, the machine from the next <see cref="Sync"/> on.</summary>
    public void Save(TailMark mark)
    {
        lock (gate)
        {
            marks[mark.Key] = mark;
            log.Write(Encoding.UTF8.GetBytes(Print(mark)));
            log.Flush();
            isUnsynced = true;
        }
    }

    /// <summary>Puts what was noted on disk for good.</summary>
    public void Sync()
    {
        lock (gate)
        {
            if (isUnsynced)
            {
                log.Flush(flushToDisk: true);
                isUnsynced = false;
            }

            if (log.Length > compactAt)
            {
                var old = log;
                log = Rewrite();
                old.Dispose();
            }
        }
    }

    /// <summary>Forgets files.</summary>
    public void Forget(IEnumerable<FileKey> keys)
    {
        lock (gate)
        {
            var isChanged = false;
            foreach (var key in keys)
            {
                isChanged |= marks.Remove(key);
            }

            if (isChanged)
            {
                var old = log;
                log = Rewrite();
                old.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            log.Flush(flushToDisk: true);
            log.Dispose();
        }
    }

    private FileStream Rewrite()
    {
        var next = path + ".new";
        var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.Read);
        foreach (var mark in marks.Values)
        {
            stream.Write(Encoding.UTF8.GetBytes(Print(mark)));
        }

        stream.Flush(flushToDisk: true);
        File.Move(next, path, overwrite: true);
        compactAt = Math.Max(CompactAt, stream.Length * 4);
        isUnsynced = false;
        return stream;
    }

    private static string Print(TailMark mark)
    {
        // A path may hold anything but NUL: line ends would break the lines.
        var path = mark.Path.Contains('\n', StringComparison.Ordinal) || mark.Path.Contains('\r', StringComparison.Ordinal) ? "" : mark.Path;
        var text = string.Create(CultureInfo.InvariantCulture, $"{mark.Key.Device} {mark.Key.Inode} {mark.Offset} {Word(mark.Head)} {Word(mark.Tail)} {(mark.IsSkipping ? 1 : 0)} {mark.PackedLength} {mark.Seen} {path}");
        return $"{Check(text):x8} {text}\n";
    }

    private static bool TryRead(string line, out TailMark mark)
    {
        mark = null!;
        if (line.Length < 9 || !uint.TryParse(line.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var check) || check != Check(line[9..]))
        {
            return false;
        }

        var words = line[9..].Split(' ', 9);
        if (words.Length < 9 || !ulong.TryParse(words[0], out var device) || !ulong.TryParse(words[1], out var inode) || !long.TryParse(words[2], out var offset)
            || !long.TryParse(words[6], out var packed) || !long.TryParse(words[7], out var seen))
        {
            return false;
        }

        mark = new TailMark(new FileKey(device, inode), words[8], offset, words[3].Trim('-'), words[4].Trim('-'), words[5] == "1", packed, seen);
        return true;
    }

    private static string Word(string print) => print.Length == 0 ? "-" : print;

    /// <summary>FNV-1a: it tells a torn line from a whole one; nobody hostile writes here.</summary>
    private static uint Check(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }
}
