using Saker.Ingest;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server.Tailing;

/// <summary>
/// Follows files: looks through the paths for new, renamed and removed ones, reads what was added, and remembers how far. By polling, which works on every file system.
/// </summary>
internal sealed class FileTail : IDisposable
{
    private readonly TailSettings settings;
    private readonly TimeProvider clock;
    private readonly TailIntake intake;
    private readonly TailOffsets offsets;
    private readonly TailOrigins origins;
    private readonly Dictionary<FileKey, TailedFile> files = [];
    private readonly HashSet<FileKey> searched = [];
    private bool isFirst = true;

    /// <exception cref="IOException">The offsets cannot be read or written.</exception>
    public FileTail(TailSettings settings, IIntake intake, DecoderPool decoders, Microsoft.Extensions.Logging.ILogger log)
    {
        this.settings = settings;
        clock = decoders.Options.Clock;
        offsets = new TailOffsets(settings.OffsetsPath);
        this.intake = new TailIntake(intake, decoders, offsets, settings, clock, log) { OnTruncated = Truncated };
        origins = new TailOrigins(offsets, settings, clock);
    }

    /// <summary>How many files are followed.</summary>
    public int Count => files.Count;

    /// <summary>Follows until cancelled. What was read and not kept yet is read again at the next start.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        long? discovered = null;
        while (!cancellation.IsCancellationRequested)
        {
            if (discovered is null || clock.GetElapsedTime(discovered.Value) >= settings.DiscoverEvery)
            {
                Discover();
                discovered = clock.GetTimestamp();
            }

            await PassAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(settings.PollEvery, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks through the paths: what is new is followed, what lost its name is read to its end.</summary>
    public void Discover()
    {
        var found = Find();
        foreach (var file in files.Values.ToList())
        {
            file.LookForTruncation();
            if (found.TryGetValue(file.Mark.Key, out var now))
            {
                if (!file.IsOpen && (file.Path, file.Known) != (now.Path, now.Stamp))
                {
                    // It may be another one: nothing holds on to its number.
                    files.Remove(file.Mark.Key);
                    file.Dispose();
                    continue;
                }

                file.IsOrphan = false;
                file.Rename(now.Path);
                file.Known = now.Stamp;
            }
            else if (!file.IsOrphan)
            {
                file.IsOrphan = true;
                AddFamily(file.Mark, found);
            }
        }

        foreach (var (key, (path, stamp)) in found)
        {
            Add(key, path, stamp, isOrphan: false);
        }

        if (isFirst)
        {
            isFirst = false;
            foreach (var mark in offsets.All.Where(mark => !found.ContainsKey(mark.Key) && !TailOrigins.IsGhost(mark)))
            {
                AddFamily(mark, found);
            }
        }

        Release();
        var oldest = clock.GetUtcNow().ToUnixTimeSeconds() - (long)settings.RememberFor.TotalSeconds;
        offsets.Forget(offsets.All.Where(mark => mark.Seen < oldest && !found.ContainsKey(mark.Key) && !files.ContainsKey(mark.Key)).Select(mark => mark.Key));
    }

    /// <summary>Reads what was added to every file.</summary>
    public async Task PassAsync(CancellationToken cancellation)
    {
        var due = files.Values.Where(file => file.IsDue).ToList();
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.AtOnce };
        await Parallel.ForEachAsync(due, options, async (file, _) => await ReadAsync(file, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        offsets.Sync();
        var open = files.Values.Where(file => file.IsOpen).ToList();
        foreach (var idle in open.OrderByDescending(file => file.Idle).Take(Math.Max(0, open.Count - settings.MostOpen)))
        {
            idle.Close();
        }
    }

    public void Dispose()
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }

        offsets.Dispose();
    }

    private async Task ReadAsync(TailedFile file, CancellationToken cancellation)
    {
        try
        {
            await file.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException) when (file.IsOrphan)
        {
            file.GiveUp();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file.Close();
            intake.Problem(file.Path, InputPaths.Why(failure));
        }
    }

    private Dictionary<FileKey, (string Path, FileStamp Stamp)> Find()
    {
        var expanded = InputPaths.Expand(settings.Paths, clock);
        foreach (var error in expanded.Errors)
        {
            intake.Problem(error, "nothing to follow yet");
        }

        var found = new Dictionary<FileKey, (string, FileStamp)>();
        var own = FileStamp.Of(settings.OffsetsPath)?.Key;
        foreach (var file in expanded.Files)
        {
            // A name that ends in .tmp is one that a file does not have for long.
            if (FileStamp.Of(file.Path) is { IsRegular: true } stamp && stamp.Key != own && !file.Path.EndsWith(".tmp", StringComparison.Ordinal))
            {
                found.TryAdd(stamp.Key, (file.Path, stamp));
            }
        }

        return found;
    }

    private void Add(FileKey key, string path, FileStamp stamp, bool isOrphan)
    {
        if (files.ContainsKey(key))
        {
            return;
        }

        try
        {
            var isPacked = TailOrigins.IsPacked(path);
            if (origins.MarkOf(path, stamp, isPacked, files) is not { } origin)
            {
                return;
            }

            var mark = origin.Mark;
            if (mark.Offset == 0 && isFirst && offsets.IsNew && settings.SkipsWhatIsThere && !isOrphan)
            {
                mark = isPacked ? mark with { PackedLength = stamp.Length } : TailOrigins.AtEnd(mark, path, stamp.Length);
                intake.Save(mark);
            }

            files.Add(key, new TailedFile(path, mark, intake, settings, clock) { IsPacked = isPacked, IsOrphan = isOrphan, CopyOf = origin.CopyOf, Known = stamp });
            intake.Well(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            intake.Problem(path, InputPaths.Why(failure));
        }
    }

    /// <summary>
    /// A file lost its name: its new one, and files that were rotated since and never seen, stand beside it under names that the paths may not cover.
    /// </summary>
    private void AddFamily(TailMark lost, Dictionary<FileKey, (string Path, FileStamp Stamp)> found)
    {
        if (!searched.Add(lost.Key))
        {
            return;
        }

        foreach (var (path, stamp) in TailOrigins.Family(lost.Path))
        {
            var isSince = stamp.ModifiedUtc >= DateTime.UnixEpoch.AddSeconds(lost.Seen - 2);
            if (stamp.Key == lost.Key || (isSince && !found.ContainsKey(stamp.Key)))
            {
                Add(stamp.Key, path, stamp, isOrphan: true);
            }
        }
    }

    /// <summary>Copies take over what their original was read to once that is gone; what is done is let go.</summary>
    private void Release()
    {
        foreach (var copy in files.Values.Where(file => file.CopyOf is { IsDone: true }).ToList())
        {
            copy.Inherit(copy.CopyOf!.Mark);
        }

        foreach (var (key, file) in files.Where(pair => pair.Value is { IsDone: true, IsOrphan: true }).ToList())
        {
            file.Dispose();
            files.Remove(key);
            searched.Remove(key);
        }
    }

    private void Truncated(TailedFile file, TailMark was)
    {
        offsets.Save(TailOrigins.Ghost(was));
        foreach (var copy in files.Values.Where(each => each.CopyOf == file).ToList())
        {
            copy.Inherit(was);
        }
    }
}
