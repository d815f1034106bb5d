using Microsoft.Extensions.Logging;
using Saker.Ingest;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server.Tailing;

/// <summary>Where what was read of files goes: into batches, into the journal, and only then into the offsets.</summary>
internal sealed partial class TailIntake(IIntake intake, DecoderPool decoders, TailOffsets offsets, TailSettings settings, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private readonly HashSet<string> told = [];
    private readonly Lock gate = new();

    /// <summary>A truncated file's mark as it was: a copy of it may have to be read on from there.</summary>
    public Action<TailedFile, TailMark> OnTruncated { get; set; } = (_, _) => { };

    /// <summary>Hands a batch over until it is kept: a full journal is waited for, nothing is dropped. False when cancelled.</summary>
    public async Task<bool> KeepAsync(TailedFile file, ReadOnlyMemory<byte> text, List<Range> records, string? rejected, DateTime modified, CancellationToken cancellation)
    {
        if (records.Count == 0 && rejected is null)
        {
            return true;
        }

        using var batch = new BatchBuilder("file" + file.Path, null, isIrreplaceable: false, decoders, DateOnly.FromDateTime(modified));
        var wrapping = WrappingOf(file.Path);
        foreach (var record in records)
        {
            batch.Decode(text[record], wrapping);
        }

        if (rejected is not null)
        {
            batch.Reject(text[..Math.Min(text.Length, 64 * 1024)], rejected);
        }

        while (!cancellation.IsCancellationRequested)
        {
            var answer = await intake.TakeAsync(batch.Build(), CancellationToken.None).ConfigureAwait(false);
            if (answer.Status == IntakeStatus.Kept)
            {
                return true;
            }

            var wait = answer.RetryAfter < ShortestWait ? ShortestWait : answer.RetryAfter > LongestWait ? LongestWait : answer.RetryAfter;
            await Task.Delay(wait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    public void Save(TailMark mark) => offsets.Save(mark);

    public void Truncated(TailedFile file, long length)
    {
        LogTruncated(log, file.Path, file.Mark.Offset, length);
        OnTruncated(file, file.Mark);
    }

    /// <summary>Tells of a file that cannot be read, once for each reason.</summary>
    public void Problem(string path, string why)
    {
        lock (gate)
        {
            if (told.Count > 10_000 || !told.Add(path + '\0' + why))
            {
                return;
            }
        }

        LogProblem(log, path, why);
    }

    /// <summary>A file can be read again: the next problem is told anew.</summary>
    public void Well(string path)
    {
        lock (gate)
        {
            told.RemoveWhere(each => each.StartsWith(path + '\0', StringComparison.Ordinal));
        }
    }

    private Wrapping WrappingOf(string path)
    {
        var wrapping = new Wrapping { Source = path, Cluster = settings.Cluster.Length > 0 ? settings.Cluster : null, Otherwise = EventKind.Log, Trust = settings.Trust };
        return ContainerPath.Describe(path, wrapping);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: {Why}")]
    private static partial void LogProblem(ILogger log, string path, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} was truncated: {Offset} bytes were read of it, it has {Length} now and is read from its beginning")]
    private static partial void LogTruncated(ILogger log, string path, long offset, long length);
}
