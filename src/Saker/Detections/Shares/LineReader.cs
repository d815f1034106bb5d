using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Saker.Detections.Sieving;

namespace Saker.Detections.Shares;

/// <summary>Groups the lines of stretches of a file.</summary>
internal sealed class LineReader(LineGroups groups, int longestLine) : StretchReader<LineUnit>(longestLine, slackBytes: 0)
{
    /// <summary>The lines of a file that begin from <paramref name="start"/> up to, without, <paramref name="end"/>, which may be past the file's.</summary>
    /// <param name="file">The file.</param>
    /// <param name="number">Its number.</param>
    /// <param name="start">Where the stretch begins; the line that goes on there is not its own.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="leftOut">Which of the wanted events are not grouped, by their number.</param>
    public LineUnit Read(SafeFileHandle file, int number, long start, long end, bool[]? leftOut = null)
    {
        var unit = new LineUnit { File = number, Start = start, End = end };
        groups.Begin(unit, leftOut);
        Read(file, start, end, unit);
        (unit.Groups, unit.Newest) = (groups.End(), groups.Newest);
        return unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override bool Lines(LineUnit unit, int whole, long offset, long end, ref bool isInside)
    {
        var buffer = Buffer;
        for (int start = 0, next; start < whole; start = next)
        {
            var length = buffer.AsSpan(start, whole - start).IndexOf((byte)'\n');
            next = length < 0 ? whole : start + length + 1;
            if (isInside)
            {
                isInside = length < 0;
            }
            else if (offset + start >= end)
            {
                return true;
            }
            else if (length < 0)
            {
                // The file's last line may lack its end.
                unit.Take(buffer.AsSpan(start, next - start), Verdict.Other);
            }
            else
            {
                groups.Take(buffer, start, start + buffer.AsSpan(start, length).TrimEnd(" \t\r"u8).Length, next, offset + start);
            }
        }

        return offset + whole >= end;
    }
}
