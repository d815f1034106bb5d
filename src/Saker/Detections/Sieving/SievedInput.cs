using Saker.Ingest;

namespace Saker.Detections.Sieving;

/// <summary>An input of lines without those that need no decoding: all workers are at pieces of it at once, which are handed on in their order.</summary>
internal abstract class SievedInput<TUnit> : InputStream
    where TUnit : SievedUnit
{
    private TUnit? current;
    private int taken;

    /// <summary>How many bytes the piece before kept; nobody knows of the first.</summary>
    protected int KeptLast { get; private set; } = int.MaxValue;

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
            (taken, KeptLast) = (0, current.Length);
            Take(current);
        }

        var count = Math.Min(buffer.Length, current.Length - taken);
        current.Kept.Slice(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }

    /// <summary>The next piece, which may still be under way; null after the last.</summary>
    protected abstract Task<TUnit>? Next();

    /// <summary>Told of each piece in order, before what it keeps is read.</summary>
    protected abstract void Take(TUnit unit);

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
    protected static void Drop(Queue<Task<TUnit>> running)
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
