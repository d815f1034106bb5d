using Microsoft.Win32.SafeHandles;

namespace Saker.Detections.Sieving;

/// <summary>Reads a stretch of a file in whole lines. Has a buffer of its own: one a thread at a time.</summary>
/// <param name="longestLine">Of a longer one the beginning is kept and the rest is not.</param>
/// <param name="slackBytes">How many bytes behind what was read must be readable.</param>
internal abstract class StretchReader<TUnit>(int longestLine, int slackBytes)
    where TUnit : SievedUnit
{
    /// <summary>Half of what a core's second cache holds.</summary>
    private const int BufferBytes = 512 * 1024;

    /// <summary>A longer buffer, for a longer line, is not kept.</summary>
    private const int LargestKept = 4 * 1024 * 1024;

    /// <summary>Where the buffer's first byte stands in the file.</summary>
    private long offset;

    private int filled;

    protected byte[] Buffer { get; private set; } = new byte[BufferBytes + slackBytes];

    protected int Capacity => Buffer.Length - slackBytes;

    /// <summary>
    /// Takes the lines of a file that begin from <paramref name="start"/> up to, without, <paramref name="end"/>; the last one is read to its end, wherever that
    /// is. <paramref name="end"/> may be past the file's.
    /// </summary>
    protected void Read(SafeFileHandle file, long start, long end, TUnit unit)
    {
        // The line that begins before is not ours: it ends at the first newline from the byte before on.
        (offset, filled) = (Math.Max(0, start - 1), 0);
        var isInside = start > 0;
        for (var isOver = false; !isOver;)
        {
            isOver = Fill(file) == 0;
            var whole = isOver ? filled : LineEnds.AfterLast(Buffer.AsSpan(0, filled));
            if (whole > 0)
            {
                isOver |= Lines(unit, whole, offset, end, ref isInside);
                Move(whole);
            }
            else if (isInside)
            {
                // In the middle of a line of someone else's.
                Move(filled);
                isOver |= offset >= end;
            }
            else if (filled == Capacity)
            {
                Grow(file, unit);
            }
        }

        unit.CloseGap();
        unit.Bytes = Math.Max(0, Math.Min(end, offset) - start);
        Shrink();
    }

    /// <summary>Takes the lines in the buffer up to <paramref name="whole"/>; true once one begins that is not ours.</summary>
    /// <param name="unit">What takes them.</param>
    /// <param name="whole">Behind the last line; where that has no newline, it is the file's last, or goes on.</param>
    /// <param name="offset">Where the buffer's first byte stands in the file.</param>
    /// <param name="end">Lines that begin from here on are not ours.</param>
    /// <param name="isInside">Whether the buffer begins inside a line that is not ours.</param>
    protected abstract bool Lines(TUnit unit, int whole, long offset, long end, ref bool isInside);

    /// <summary>Makes room for so many bytes; what is in the buffer is forgotten.</summary>
    protected void Reserve(int bytes) => Buffer = bytes > Capacity ? new byte[bytes + slackBytes] : Buffer;

    protected void Shrink()
    {
        if (Buffer.Length > LargestKept)
        {
            Buffer = new byte[BufferBytes + slackBytes];
        }
    }

    private int Fill(SafeFileHandle file)
    {
        var before = filled;
        while (filled < Capacity && RandomAccess.Read(file, Buffer.AsSpan(filled, Capacity - filled), offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled - before;
    }

    private void Move(int used)
    {
        Buffer.AsSpan(used, filled - used).CopyTo(Buffer);
        offset += used;
        filled -= used;
    }

    /// <summary>A line longer than the buffer. One that is longer than any may be is cut short, so that who reads it says so.</summary>
    private void Grow(SafeFileHandle file, TUnit unit)
    {
        if (Capacity <= longestLine)
        {
            var larger = new byte[Math.Min(2L * Buffer.Length, longestLine + (64L * 1024))];
            Buffer.AsSpan(0, filled).CopyTo(larger);
            Buffer = larger;
            return;
        }

        unit.Take(Buffer.AsSpan(0, filled), Verdict.Other);
        do
        {
            var newline = Buffer.AsSpan(0, filled).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                unit.Append("\n"u8);
                Move(newline + 1);
                return;
            }

            Move(filled);
        }
        while (Fill(file) > 0);
    }
}
