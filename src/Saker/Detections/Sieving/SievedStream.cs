using System.Runtime.ExceptionServices;

namespace Saker.Detections.Sieving;

/// <summary>
/// An input that comes in order only, as a pipe's or unpacked, in blocks that are sieved. A thread of its own reads ahead, some blocks and no more, so memory
/// is bounded.
/// </summary>
internal sealed class SievedStream : SievedInput<SievedUnit>
{
    /// <summary>More would be under way only where reading was the quicker, which it is not.</summary>
    private const int MostAhead = 6;

    private readonly Queue<Task<SievedUnit>> ahead = new();
    private readonly LineBlocks blocks;
    private readonly Func<LineBlock, Sieves?> sievesFor;
    private readonly int mostAhead;
    private readonly Action<SievedUnit> onUnit;
    private bool isEnded;
    private bool isStopped;
    private ExceptionDispatchInfo? failure;

    /// <param name="blocks">The input; disposed once it is not read any more.</param>
    /// <param name="sievesFor">What sieves a block, null where it is to be taken whole; asked in order, on the thread that reads.</param>
    /// <param name="workers">How many threads may sieve.</param>
    /// <param name="onUnit">Told of each block in order.</param>
    public SievedStream(LineBlocks blocks, Func<LineBlock, Sieves?> sievesFor, int workers, Action<SievedUnit> onUnit)
    {
        (this.blocks, this.sievesFor, this.onUnit, mostAhead) = (blocks, sievesFor, onUnit, Math.Min(workers + 1, MostAhead));
        new Thread(ReadAhead) { IsBackground = true, Name = "read ahead" }.Start();
    }

    protected override Task<SievedUnit>? Next()
    {
        lock (ahead)
        {
            while (ahead.Count == 0 && !isEnded)
            {
                Monitor.Wait(ahead);
            }

            if (ahead.TryDequeue(out var next))
            {
                Monitor.Pulse(ahead);
                return next;
            }
        }

        failure?.Throw();
        return null;
    }

    protected override void Take(SievedUnit unit) => onUnit(unit);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The thread may wait for a pipe that never ends: it is not waited for.
            lock (ahead)
            {
                isStopped = true;
                Monitor.Pulse(ahead);
                Drop(ahead);
            }
        }

        base.Dispose(disposing);
    }

    private void ReadAhead()
    {
        try
        {
            using (blocks)
            {
                while (blocks.Next() is { } block && Enqueue(block))
                {
                }
            }
        }
#pragma warning disable CA1031 // Whoever reads on is told.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(thrown);
        }

        lock (ahead)
        {
            isEnded = true;
            Monitor.Pulse(ahead);
        }
    }

    /// <summary>False once nobody reads on.</summary>
    private bool Enqueue(LineBlock block)
    {
        var sieves = sievesFor(block);
        lock (ahead)
        {
            while (ahead.Count >= mostAhead && !isStopped)
            {
                Monitor.Wait(ahead);
            }

            if (isStopped)
            {
                block.Return();
                return false;
            }

            ahead.Enqueue(sieves is null ? Task.FromResult(SievedUnit.Whole(block)) : Task.Run(() => sieves.Sift(sifter => sifter.Sift(block))));
            Monitor.Pulse(ahead);
            return true;
        }
    }
}
