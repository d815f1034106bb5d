using Microsoft.Win32.SafeHandles;
using Saker.Ingest;

namespace Saker.Detections.Sieving;

/// <summary>
/// A file that is read in stretches. Some ahead are under way, no more, so memory is bounded: two a thread where little is kept, so that none waits for one that takes long.
/// </summary>
internal abstract class StretchedFile<TUnit>(SafeFileHandle file, long length, ScanSettings settings) : SievedInput<TUnit>
    where TUnit : SievedUnit
{
    private const int LittleBytes = 1024 * 1024;

    private readonly Queue<Task<TUnit>> running = new();
    private long next;

    /// <summary>Begins a stretch, on a thread of its own.</summary>
    protected abstract Task<TUnit> Begin(long start, long end);

    protected override Task<TUnit>? Next()
    {
        while (next < length && running.Count <= (KeptLast < LittleBytes ? 2 : 1) * settings.Workers)
        {
            // The last stretch goes to the file's end, which may have moved on.
            running.Enqueue(Begin(next, next + settings.StretchBytes < length ? next + settings.StretchBytes : long.MaxValue));
            next += settings.StretchBytes;
        }

        if (running.TryDequeue(out var first))
        {
            return first;
        }

        FileInput.ThrowIfCut(file, length);
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Drop(running);
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
