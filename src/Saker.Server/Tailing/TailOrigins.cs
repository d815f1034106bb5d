using Saker.Ingest;

namespace Saker.Server.Tailing;

/// <summary>
/// Finds out what a file is that was not followed yet: one that was read before under this or another number or name, a copy of one that is being read, or a new one.
/// </summary>
internal sealed class TailOrigins(TailOffsets offsets, TailSettings settings, TimeProvider clock)
{
    private const ulong GhostDevice = ulong.MaxValue;
    private readonly Dictionary<FileKey, (long Length, long Since)> undecided = [];

    public static bool IsGhost(TailMark mark) => mark.Key.Device == GhostDevice;

    /// <summary>The mark of a file that was truncated, under a number that no file has.</summary>
    public static TailMark Ghost(TailMark mark) =>
        mark with { Key = new FileKey(GhostDevice, ulong.Parse(TailMark.Print(System.Text.Encoding.UTF8.GetBytes($"{mark.Head} {mark.Tail} {mark.Offset}"))[..15], System.Globalization.NumberStyles.HexNumber, null)) };

    public static bool IsPacked(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var head = new byte[3];
        return RandomAccess.Read(handle, head, 0) == head.Length && Inflate.IsGzip(head);
    }

    public static TailMark AtEnd(TailMark mark, string path, long length)
    {
        using var source = Open(path, isPacked: false);
        var bytes = new byte[TailMark.PrintLengthAt(length)];
        source.Read(0, bytes);
        var head = TailMark.Print(bytes);
        source.Read(length - bytes.Length, bytes);
        return length == 0 ? mark : mark.At(length, head, TailMark.Print(bytes), isSkipping: false);
    }

    /// <summary>The files beside one that may be it, rotated.</summary>
    public static IEnumerable<(string Path, FileStamp Stamp)> Family(string path)
    {
        string[] entries;
        try
        {
            entries = Path.GetDirectoryName(path) is { Length: > 0 } directory ? Directory.GetFiles(directory) : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (var entry in entries.Where(entry => !entry.EndsWith(".tmp", StringComparison.Ordinal) && RotatedNames.MayBeOf(entry, path)))
        {
            if (FileStamp.Of(entry) is { IsRegular: true } stamp)
            {
                yield return (entry, stamp);
            }
        }
    }

    /// <summary>Where to read a file on from, and what it is a copy of; null while that cannot be told, because it is being written.</summary>
    public (TailMark Mark, TailedFile? CopyOf)? MarkOf(string path, FileStamp stamp, bool isPacked, IReadOnlyDictionary<FileKey, TailedFile> files)
    {
        var real = RealPath(path);
        using var source = Open(path, isPacked);
        var fresh = TailMark.New(stamp.Key, real, clock.GetUtcNow().ToUnixTimeSeconds());
        var own = offsets.Find(stamp.Key);
        if (own is not null)
        {
            if (isPacked ? own.PackedLength == 0 ? own.Fits(source) : stamp.Length == own.PackedLength && own.BeginsLike(source) : stamp.Length >= own.Offset && own.Fits(source))
            {
                return (own with { Path = real }, null);
            }

            // Truncated, or the number went to another file: its copy may still come.
            offsets.Save(Ghost(own));
            offsets.Save(fresh);
        }

        var isStill = IsStill(stamp);
        TailMark? best = null, shorter = null;
        foreach (var mark in offsets.All)
        {
            if (mark.Offset == 0 || mark.Offset <= (best?.Offset ?? 0) || mark.Key == stamp.Key || !RotatedNames.MayBeOf(real, mark.Path))
            {
                continue;
            }

            var living = files.TryGetValue(mark.Key, out var followed) && !followed.IsDone ? followed : null;
            switch (Compare(mark, source, stamp, isPacked, living))
            {
                case Likeness.Holds:
                    best = mark;
                    break;
                case Likeness.Begins when living is not null || !isStill:
                    // A copy that is being made, or was made before: all of it is in the original.
                    return null;
                case Likeness.Begins:
                    shorter = mark;
                    break;
                case Likeness.Undecided when !isStill:
                    return null;
            }
        }

        undecided.Remove(stamp.Key);
        return best is null && shorter is null ? (fresh, Twin(real, stamp, source, isPacked, files))
            : best is null ? (AtEnd(fresh, path, stamp.Length), null)
            : files.TryGetValue(best.Key, out var original) && !original.IsDone ? (fresh, original)
            : (best with { Key = stamp.Key, Path = real, PackedLength = 0 }, null);
    }

    /// <summary>A file of which nothing was read yet either, and which is alike: both were found at once.</summary>
    private static TailedFile? Twin(string path, FileStamp stamp, ITailSource source, bool isPacked, IReadOnlyDictionary<FileKey, TailedFile> files)
    {
        var head = new byte[TailMark.LongestPrint];
        head = head[..source.Read(0, head)];
        return head.Length == 0 ? null : files.Values.FirstOrDefault(each => each is { IsDone: false, IsPacked: false, CopyOf: null, Mark.Offset: 0 } && each.Mark.Key != stamp.Key
            && RotatedNames.MayBeOf(path, each.Mark.Path) && (isPacked || each.Known.Length >= stamp.Length) && each.Holds(0, head) && (isPacked || HoldsEnd(each)));

        bool HoldsEnd(TailedFile other)
        {
            var end = new byte[TailMark.PrintLengthAt(stamp.Length)];
            var start = stamp.Length - end.Length;
            return source.Read(start, end) == end.Length && other.Holds(start, end);
        }
    }

    private enum Likeness
    {
        None,

        /// <summary>It holds all that was read of the other one.</summary>
        Holds,

        /// <summary>It begins alike and is shorter.</summary>
        Begins,

        /// <summary>It is too short to tell, or a packed file that ends early: being written, or broken.</summary>
        Undecided,
    }

    private static Likeness Compare(TailMark mark, ITailSource source, FileStamp stamp, bool isPacked, TailedFile? living)
    {
        try
        {
            if (isPacked || stamp.Length >= mark.Offset)
            {
                return mark.Fits(source) ? Likeness.Holds : Likeness.None;
            }

            var head = new byte[mark.PrintLength];
            var filled = source.Read(0, head);
            return filled == head.Length ? (TailMark.Print(head) == mark.Head ? Likeness.Begins : Likeness.None)
                : living?.Holds(0, head.AsSpan(0, filled)) == false ? Likeness.None
                : Likeness.Undecided;
        }
        catch (InvalidDataException)
        {
            return Likeness.Undecided;
        }
    }

    private static ITailSource Open(string path, bool isPacked) => isPacked
        ? new PackedSource(path)
        : new PlainSource(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Whether a file has had this length for a while.</summary>
    private bool IsStill(FileStamp stamp)
    {
        if (undecided.TryGetValue(stamp.Key, out var known) && known.Length == stamp.Length)
        {
            return clock.GetElapsedTime(known.Since) >= settings.OrphanGrace;
        }

        undecided[stamp.Key] = (stamp.Length, clock.GetTimestamp());
        return false;
    }

    private static string RealPath(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return Path.GetFullPath(path);
        }
    }
}
