using Saker.Ingest;

namespace Saker.Detections.Sieving;

/// <summary>An input of lines without those that nobody wants: pieces of it are sieved by all workers at once and read on in their order.</summary>
internal abstract class SievedInput(Action<SievedUnit> onUnit) : InputStream
{
    private SievedUnit? current;
    private int taken;

    public override int Read(Span<byte> buffer)
    {
        while (current is null || taken == current.Length)
        {
            current?.Dispose();
            current = null;
            if (Next() is not { } next)
            {
                return 0;
            }

            current = next.GetAwaiter().GetResult();
            taken = 0;
            onUnit(current);
        }

        var count = Math.Min(buffer.Length, current.Length - taken);
        current.Kept.Slice(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }

    /// <summary>The next piece, which may still be under way; null after the last.</summary>
    protected abstract Task<SievedUnit>? Next();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            current?.Dispose();
            current = null;
        }

        base.Dispose(disposing);
    }

    /// <summary>Waits for what is under way and gives its memory back.</summary>
    protected static void Drop(Queue<Task<SievedUnit>> running)
    {
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
    }
}
