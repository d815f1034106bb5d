using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Saker.Detections.Sieving;

/// <summary>Puts stretches of input through a sieve. Has a buffer of its own: one a thread at a time.</summary>
internal sealed class Sifter(LineSieve sieve, int longestLine)
{
    /// <summary>Half of what a core's second cache holds.</summary>
    private const int BufferBytes = 512 * 1024;

    /// <summary>A longer buffer, for a longer line, is not kept.</summary>
    private const int LargestKept = 4 * 1024 * 1024;

    private byte[] buffer = new byte[BufferBytes + LineSieve.SlackBytes];

    public LineSieve Sieve => sieve;

    private int Capacity => buffer.Length - LineSieve.SlackBytes;

    /// <summary>
    /// The lines of a file that begin from <paramref name="start"/> up to, without, <paramref name="end"/>; the last one is read to its end, wherever that
    /// is. <paramref name="end"/> may be past the file's.
    /// </summary>
    public SievedUnit Sift(SafeFileHandle file, long start, long end)
    {
        var unit = new SievedUnit();

        // The line that begins before is not ours: it ends at the first newline from the byte before on.
        var at = new Progress { Offset = Math.Max(0, start - 1), End = end, IsInside = start > 0 };
        var isLast = false;
        while (!isLast)
        {
            var read = Fill(file, ref at);
            isLast = read == 0;
            var whole = isLast ? at.Filled : buffer.AsSpan(0, at.Filled).LastIndexOf((byte)'\n') + 1;
            if (whole > 0)
            {
                isLast |= Lines(unit, whole, ref at);
                Move(whole, ref at);
            }
            else if (at.IsInside)
            {
                // In the middle of a line of someone else's.
                Move(at.Filled, ref at);
                isLast |= at.Offset >= end;
            }
            else if (at.Filled == Capacity)
            {
                Grow(file, unit, ref at);
            }
        }

        unit.CloseGap();
        unit.Bytes = Math.Max(0, Math.Min(end, at.Offset) - start);
        Shrink();
        return unit;
    }

    /// <summary>A block that was read in order. Gives its buffer back.</summary>
    public SievedUnit Sift(LineBlock block)
    {
        var unit = new SievedUnit { Bytes = block.Length };
        unit.Append(block.Start);
        var at = new Progress { End = long.MaxValue };

        // In pieces that stay in the cache.
        for (var lines = block.Lines; !lines.IsEmpty;)
        {
            var piece = lines.Length <= Capacity ? lines.Length : lines[..Capacity].LastIndexOf((byte)'\n') + 1;
            if (piece == 0)
            {
                piece = lines.IndexOf((byte)'\n') + 1;
                piece = piece == 0 ? lines.Length : piece;
                buffer = new byte[piece + LineSieve.SlackBytes];
            }

            lines[..piece].CopyTo(buffer);
            Lines(unit, piece, ref at);
            lines = lines[piece..];
        }

        unit.CloseGap();
        block.Return();
        Shrink();
        return unit;
    }

    private int Fill(SafeFileHandle file, ref Progress at)
    {
        var total = 0;
        while (at.Filled < Capacity)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(at.Filled, Capacity - at.Filled), at.Offset + at.Filled);
            if (read == 0)
            {
                break;
            }

            at.Filled += read;
            total += read;
        }

        return total;
    }

    /// <summary>Sieves the lines in the buffer up to <paramref name="whole"/>; true once one begins that is not ours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Lines(SievedUnit unit, int whole, ref Progress at)
    {
        sieve.Begin(buffer, whole);
        var start = 0;
        while (start < whole)
        {
            var newline = sieve.Newline(buffer, start, whole, out var control);
            var next = newline < 0 ? whole : newline + 1;
            if (at.IsInside)
            {
                at.IsInside = newline < 0;
            }
            else if (at.Offset + start >= at.End)
            {
                return true;
            }
            else
            {
                unit.Take(buffer.AsSpan(start, next - start), Judge(start, newline, control));
            }

            start = next;
        }

        return at.Offset + whole >= at.End;
    }

    /// <summary>The file's last line may lack its end. JSON has no control characters but as white space, which API servers do not write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Verdict Judge(int start, int newline, int control)
    {
        if (newline < 0)
        {
            return Verdict.Other;
        }

        var end = newline;
        while (end > start && buffer[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            end--;
        }

        return control < end ? Verdict.Other : sieve.Judge(buffer, start, end);
    }

    private void Move(int used, ref Progress at)
    {
        buffer.AsSpan(used, at.Filled - used).CopyTo(buffer);
        at.Offset += used;
        at.Filled -= used;
    }

    /// <summary>A line longer than the buffer. One that is longer than any may be is cut short, so that who reads it says so.</summary>
    private void Grow(SafeFileHandle file, SievedUnit unit, ref Progress at)
    {
        if (Capacity <= longestLine)
        {
            Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, longestLine + (64L * 1024)));
            return;
        }

        unit.Take(buffer.AsSpan(0, at.Filled), Verdict.Other);
        while (true)
        {
            var newline = buffer.AsSpan(0, at.Filled).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                unit.Append("\n"u8);
                Move(newline + 1, ref at);
                return;
            }

            Move(at.Filled, ref at);
            if (Fill(file, ref at) == 0)
            {
                return;
            }
        }
    }

    private void Shrink()
    {
        if (buffer.Length > LargestKept)
        {
            buffer = new byte[BufferBytes + LineSieve.SlackBytes];
        }
    }

    private struct Progress
    {
        /// <summary>Where the buffer's first byte stands in the file.</summary>
        public long Offset;

        /// <summary>Lines that begin from here on are not ours.</summary>
        public long End;

        public int Filled;

        /// <summary>Whether the buffer begins inside a line that is not ours.</summary>
        public bool IsInside;
    }
}
