using Microsoft.Win32.SafeHandles;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>
/// What is to be decoded of a file of lines, once the others were grouped: all workers are at stretches of it at once, which are handed on in their
/// order. Some stretches ahead are under way, no more, so memory is bounded.
/// </summary>
internal sealed class LineFile(SafeFileHandle file, int number, long length, WorkerPool<LineReader> readers, ScanSettings settings, Action<LineFile, LineUnit> onUnit) : InputStream
{
    private readonly Queue<Task<LineUnit>> running = new();
    private LineUnit? current;
    private int taken;
    private long next;

    /// <summary>Whether what is read from now on is all to be decoded.</summary>
    public bool GroupsNone { get; set; }

    /// <summary>The groups of a unit without some of its events.</summary>
    public GroupStates Again(LineUnit unit, bool[] leftOut)
    {
        using var reader = readers.Rent();
        using var again = reader.Value.Read(file, number, unit.Start, unit.End, leftOut);
        return again.Groups!;
    }

    public override int Read(Span<byte> buffer)
    {
        while (current is null || taken == current.Rest.Length)
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
            onUnit(this, current);
        }

        var count = Math.Min(buffer.Length, current.Rest.Length - taken);
        current.Rest.Kept.Slice(taken, count).CopyTo(buffer);
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
        while (next < length && running.Count <= settings.Workers)
        {
            // The last stretch goes to the file's end, which may have moved on.
            var (start, end, none) = (next, next + settings.StretchBytes < length ? next + settings.StretchBytes : long.MaxValue, GroupsNone);
            running.Enqueue(Task.Run(() =>
            {
                using var reader = readers.Rent();
                return reader.Value.Read(file, number, start, end, groupsNone: none);
            }));
            next += settings.StretchBytes;
        }
    }
}
