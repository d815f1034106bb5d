using System.Buffers;

namespace Saker.Server.Tailing;

/// <summary>A file that is followed: reads what was added, hands it over, and goes on only when it was kept.</summary>
internal sealed class TailedFile(string path, TailMark mark, TailIntake intake, TailSettings settings, TimeProvider clock) : IDisposable
{
    private ITailSource? source;
    private long lastLength = -1;
    private long lastGrowth = clock.GetTimestamp();
    private DateTime lastModified;
    private long fruitlessUntil;

    /// <summary>As it was found; its record's source.</summary>
    public string Path { get; private set; } = path;

    public TailMark Mark { get; private set; } = mark;

    public bool IsOpen => source is not null;

    public bool IsPacked { get; init; }

    /// <summary>Whether its name leads elsewhere now: it is read to its end and let go.</summary>
    public bool IsOrphan { get; set; }

    /// <summary>Whether it was read to its end and nothing more is expected of it.</summary>
    public bool IsDone { get; private set; }

    /// <summary>What it is a copy of, as long as that is still there: nothing is read of it until then.</summary>
    public TailedFile? CopyOf { get; set; }

    /// <summary>What the system said of it when the paths were last looked through.</summary>
    public FileStamp Known { get; set; }

    /// <summary>Whether there is something to look at: a closed file is opened again only when it has changed.</summary>
    public bool IsDue => !IsDone && CopyOf is null && (IsOpen || IsPacked || IsOrphan || Known.Length != Mark.Offset);

    public TimeSpan Idle => clock.GetElapsedTime(lastGrowth);

    public void Rename(string path) => Path = path;

    /// <summary>What it was a copy of is gone, or was truncated: it is read on from where that was read to.</summary>
    public void Inherit(TailMark original)
    {
        CopyOf = null;
        Mark = original with { Key = Mark.Key, Path = Path, PackedLength = 0 };
        if (!IsPacked && FileStamp.Of(Path) is { } stamp && stamp.Length < Mark.Offset)
        {
            // A copy from before: all of it was read already.
            IsDone = true;
        }
        else
        {
            intake.Save(Mark);
        }
    }

    /// <summary>Whether these bytes stand in it now.</summary>
    public bool Holds(long offset, ReadOnlySpan<byte> bytes)
    {
        using var own = source is null ? Open() : null;
        var there = new byte[bytes.Length];
        return (source ?? own)!.Read(offset, there) == there.Length && bytes.SequenceEqual(there);
    }

    /// <summary>It cannot be read any more.</summary>
    public void GiveUp()
    {
        IsDone = true;
        if (lastLength > Mark.Offset)
        {
            intake.Problem(Path, $"it was removed before it was read to its end: {lastLength - Mark.Offset:#,0} bytes are lost");
        }
    }

    /// <summary>Reads what there is now. Throws what the system says of a file that cannot be read.</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        if (IsDone || CopyOf is not null)
        {
            return;
        }

        if (IsPacked)
        {
            await ReadPackedAsync(cancellation).ConfigureAwait(false);
            return;
        }

        var plain = (PlainSource)(source ??= Open());
        if (FileStamp.Of(plain.Handle, Path) is not { } stamp || stamp.Key != Mark.Key)
        {
            // The name leads to another file by now.
            Close();
            if (IsOrphan)
            {
                GiveUp();
            }

            return;
        }

        Track(stamp.Length);
        LookForTruncation(plain, stamp);
        while (stamp.Length > Mark.Offset && !cancellation.IsCancellationRequested)
        {
            var isEnd = IsLastLineDue(stamp.Length);
            if (!isEnd && stamp.Length < fruitlessUntil)
            {
                return;
            }

            if (!await StepAsync(plain, stamp.Length, isEnd, stamp.ModifiedUtc, cancellation).ConfigureAwait(false))
            {
                break;
            }
        }

        IsDone = IsOrphan && stamp.Length == Mark.Offset && IsQuiet(settings.OrphanGrace);
    }

    /// <summary>Notes a truncation of an open file, so that what may be copies of it are compared with what it is now.</summary>
    public void LookForTruncation()
    {
        if (source is PlainSource plain && CopyOf is null && FileStamp.Of(plain.Handle, Path) is { } stamp && stamp.Key == Mark.Key)
        {
            LookForTruncation(plain, stamp);
        }
    }

    private void LookForTruncation(PlainSource plain, FileStamp stamp)
    {
        var isChanged = stamp.ModifiedUtc != lastModified;
        lastModified = stamp.ModifiedUtc;
        if (stamp.Length < Mark.Offset || (isChanged && !Mark.Fits(plain)))
        {
            // It may have grown again since.
            intake.Truncated(this, stamp.Length);
            Mark = TailMark.New(Mark.Key, Mark.Path, Seen);
            intake.Save(Mark);
            fruitlessUntil = 0;
        }
    }

    public void Close()
    {
        source?.Dispose();
        source = null;
    }

    public void Dispose() => Close();

    private long Seen => clock.GetUtcNow().ToUnixTimeSeconds();

    private PlainSource Open() =>
        new(File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>A packed file is whole when its last member is: one that is still being written is tried again when it has grown.</summary>
    private async Task ReadPackedAsync(CancellationToken cancellation)
    {
        if (FileStamp.Of(Path) is not { } stamp || stamp.Key != Mark.Key)
        {
            IsDone = true;
            return;
        }

        Track(stamp.Length);
        if (stamp.Length == Mark.PackedLength)
        {
            IsDone = true;
            return;
        }

        if (!IsQuiet(settings.PollEvery) || stamp.Length == fruitlessUntil)
        {
            return;
        }

        using var packed = new PackedSource(Path);
        try
        {
            while (await StepAsync(packed, long.MaxValue, isEnd: true, stamp.ModifiedUtc, cancellation).ConfigureAwait(false))
            {
            }

            if (!cancellation.IsCancellationRequested)
            {
                Mark = Mark with { PackedLength = stamp.Length, Seen = Seen };
                intake.Save(Mark);
                IsDone = true;
            }
        }
        catch (InvalidDataException broken)
        {
            fruitlessUntil = stamp.Length;
            intake.Problem(Path, $"{broken.Message}; it is tried again when it changes");
        }
    }

    /// <summary>Reads and hands over one batch. False when there is nothing more to do now.</summary>
    private async Task<bool> StepAsync(ITailSource origin, long length, bool isEnd, DateTime modified, CancellationToken cancellation)
    {
        var size = (int)Math.Min(settings.BatchBytes, length - Mark.Offset);
        while (true)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var filled = origin.Read(Mark.Offset, buffer.AsSpan(0, size));
                if (filled == 0)
                {
                    return false;
                }

                var atEnd = filled < size || Mark.Offset + filled >= length;
                var records = new List<Range>();
                var taken = Cut(buffer.AsSpan(0, filled), isEnd && atEnd, records, out var rejected, out var isSkipping);
                if (taken > 0)
                {
                    var next = Mark.Advance(origin, buffer.AsSpan(0, taken), isSkipping) with { Seen = Seen };
                    if (!await intake.KeepAsync(this, buffer.AsMemory(0, filled), records, rejected, modified, cancellation).ConfigureAwait(false))
                    {
                        return false;
                    }

                    Mark = next;
                    intake.Save(next);
                    fruitlessUntil = 0;
                    return !atEnd || !isEnd;
                }

                if (atEnd)
                {
                    // A quarter more before it is looked through again, so that a line that never ends costs little.
                    fruitlessUntil = Mark.Offset + filled + (filled > 256 * 1024 ? filled / 4 : 1);
                    return false;
                }

                size = (int)Math.Min(Math.Min(size * 2L, settings.LongestLineBytes + 1L), length - Mark.Offset);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private int Cut(ReadOnlySpan<byte> text, bool isEnd, List<Range> records, out string? rejected, out bool isSkipping)
    {
        rejected = null;
        isSkipping = Mark.IsSkipping;
        if (isSkipping)
        {
            var end = text.IndexOf((byte)'\n');
            isSkipping = end < 0 && !isEnd;
            return end < 0 ? text.Length : end + 1;
        }

        var taken = TailLines.Cut(text, isEnd, records);
        if (taken == 0 && text.Length > settings.LongestLineBytes)
        {
            rejected = $"a line longer than {settings.LongestLineBytes:#,0} bytes";
            isSkipping = text[^1] != '\n';
            return text.Length;
        }

        return taken;
    }

    private void Track(long length)
    {
        if (length != lastLength)
        {
            lastLength = length;
            lastGrowth = clock.GetTimestamp();
        }
    }

    private bool IsQuiet(TimeSpan grace) => clock.GetElapsedTime(lastGrowth) >= grace;

    /// <summary>Whether the last line is taken although it has no end: nothing will follow, or nothing has for long.</summary>
    private bool IsLastLineDue(long length)
    {
        if (IsOrphan)
        {
            return IsQuiet(settings.OrphanGrace);
        }

        const int mostLooked = 1024 * 1024;
        if (!IsQuiet(settings.HalfLineGrace) || length - Mark.Offset > mostLooked)
        {
            return false;
        }

        var rest = new byte[length - Mark.Offset];
        return !TailLines.IsUnfinishedDocument(rest.AsSpan(0, source!.Read(Mark.Offset, rest)));
    }
}
