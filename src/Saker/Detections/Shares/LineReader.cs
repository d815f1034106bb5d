using Microsoft.Win32.SafeHandles;
using Saker.Detections.Sieving;

namespace Saker.Detections.Shares;

/// <summary>Reads stretches of a file line by line. Has a buffer of its own: one a thread at a time.</summary>
internal sealed class LineReader(LineGroups groups, int longestLine)
{
    /// <summary>Half of what a core's second cache holds.</summary>
    private const int BufferBytes = 512 * 1024;

    /// <summary>A longer buffer, for a longer line, is not kept.</summary>
    private const int LargestKept = 4 * 1024 * 1024;

    private byte[] buffer = new byte[BufferBytes];

    /// <summary>Where the buffer's first byte stands in the file.</summary>
    private long offset;

    private int filled;

    /// <summary>
    /// Takes the lines of a file that begin from <paramref name="start"/> up to, without, <paramref name="end"/>; the last one is read to its end, wherever that
    /// is. <paramref name="end"/> may be past the file's.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="number">Its number.</param>
    /// <param name="start">Where the stretch begins; the line that goes on there is not its own.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="leftOut">Which of the wanted events are not grouped, by their number.</param>
    /// <param name="groupsNone">Whether every line is to be decoded.</param>
    public LineUnit Read(SafeFileHandle file, int number, long start, long end, bool[]? leftOut = null, bool groupsNone = false)
    {
        var unit = new LineUnit { File = number, Start = start, End = end };
        groups.Begin(unit, leftOut);

        // The line that begins before is not ours: it ends at the first newline from the byte before on.
        (offset, filled) = (Math.Max(0, start - 1), 0);
        var isInside = start > 0;
        for (var isOver = false; !isOver;)
        {
            isOver = Fill(file) == 0;
            var whole = isOver ? filled : buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (whole > 0 || isInside)
            {
                whole = whole == 0 ? filled : whole;
                isOver |= Lines(unit, whole, groupsNone, ref isInside);
                Move(whole);
            }
            else if (filled == buffer.Length)
            {
                Grow(file, unit);
            }
        }

        unit.Rest.CloseGap();
        unit.Rest.Bytes = Math.Max(0, Math.Min(end, offset) - start);
        (unit.Groups, unit.Newest) = (groups.End(), groups.Newest);
        if (buffer.Length > LargestKept)
        {
            buffer = new byte[BufferBytes];
        }

        return unit;
    }

    private int Fill(SafeFileHandle file)
    {
        var before = filled;
        while (filled < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(filled, buffer.Length - filled), offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled - before;
    }

    /// <summary>Takes the lines in the buffer up to <paramref name="whole"/>; true once one begins that is not ours.</summary>
    private bool Lines(LineUnit unit, int whole, bool groupsNone, ref bool isInside)
    {
        for (int start = 0, next; start < whole; start = next)
        {
            var length = buffer.AsSpan(start, whole - start).IndexOf((byte)'\n');
            next = length < 0 ? whole : start + length + 1;
            if (isInside)
            {
                isInside = length < 0;
            }
            else if (offset + start >= unit.End)
            {
                return true;
            }
            else if (length < 0 || groupsNone)
            {
                // The file's last line may lack its end.
                unit.Take(buffer.AsSpan(start, next - start), Verdict.Other);
            }
            else
            {
                groups.Take(buffer, start, start + buffer.AsSpan(start, length).TrimEnd(" \t\r"u8).Length, next, offset + start);
            }
        }

        return offset + whole >= unit.End;
    }

    private void Move(int used)
    {
        buffer.AsSpan(used, filled - used).CopyTo(buffer);
        offset += used;
        filled -= used;
    }

    /// <summary>A line longer than the buffer. One that is longer than any may be is cut short, so that who reads it says so.</summary>
    private void Grow(SafeFileHandle file, LineUnit unit)
    {
        if (buffer.Length <= longestLine)
        {
            Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, longestLine + (64L * 1024)));
            return;
        }

        unit.Take(buffer.AsSpan(0, filled), Verdict.Other);
        do
        {
            var newline = buffer.AsSpan(0, filled).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                unit.Rest.Append("\n"u8);
                Move(newline + 1);
                return;
            }

            Move(filled);
        }
        while (Fill(file) > 0);
    }
}
