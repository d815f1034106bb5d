using Microsoft.Win32.SafeHandles;

namespace Saker.Detections.Sieving;

/// <summary>A file that is sieved in stretches. Some ahead are under way, no more, so memory is bounded.</summary>
internal sealed class SievedFile(SafeFileHandle file, long length, Sieves sieves, Action<SievedUnit> onUnit) : SievedInput(onUnit)
{
    /// <summary>So long that the lines that cross from one to the next do not count, so short that both ends of a file come at once.</summary>
    private const long UnitBytes = 8 * 1024 * 1024;

    private readonly Queue<Task<SievedUnit>> running = new();
    private long next;

    protected override Task<SievedUnit>? Next()
    {
        while (next < length && running.Count <= sieves.Workers)
        {
            // The last stretch goes to the file's end, which may have moved on.
            var (start, end) = (next, next + UnitBytes < length ? next + UnitBytes : long.MaxValue);
            running.Enqueue(Task.Run(() => sieves.Sift(sifter => sifter.Sift(file, start, end))));
            next += UnitBytes;
        }

        return running.TryDequeue(out var first) ? first : null;
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
