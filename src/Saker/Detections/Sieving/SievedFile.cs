using Microsoft.Win32.SafeHandles;
using Saker.Ingest;

namespace Saker.Detections.Sieving;

/// <summary>
/// A file of lines without those that nobody wants: stretches of it are sieved by all workers at once and read on in their order. Some stretches ahead
/// are under way, no more, so memory is bounded.
/// </summary>
internal sealed class SievedFile(SafeFileHandle file, long length, Sieves sieves, Action<SievedUnit> onUnit) : InputStream
{
    /// <summary>So long that the lines that cross from one to the next do not count, so short that both ends of a file come at once.</summary>
    private const long UnitBytes = 8 * 1024 * 1024;

    private readonly Queue<Task<SievedUnit>> running = new();
    private SievedUnit? current;
    private int taken;
    private long next;

    public override int Read(Span<byte> buffer)
    {
        while (current is null || taken == current.Length)
        {
            current?.Dispose();
            current = null;
            StartMore();
            if (running.Count == 0)
            {
                return 0;
            }

            current = running.Dequeue().GetAwaiter().GetResult();
            taken = 0;
            onUnit(current);
        }

        var count = Math.Min(buffer.Length, current.Length - taken);
        current.Kept.Slice(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            current?.Dispose();
            while (running.TryDequeue(out var unit))
            {
                try
                {
                    unit.GetAwaiter().GetResult().Dispose();
                }
                catch (IOException)
                {
                    // It was told of where it was read, or nobody reads on.
                }
            }

            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void StartMore()
    {
        while (next < length && running.Count <= sieves.Workers)
        {
            // The last stretch goes to the file's end, which may have moved on.
            var (start, end) = (next, next + UnitBytes < length ? next + UnitBytes : long.MaxValue);
            running.Enqueue(Task.Run(() => sieves.Sift(sifter => sifter.Sift(file, start, end))));
            next += UnitBytes;
        }
    }
}
