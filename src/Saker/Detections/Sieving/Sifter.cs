using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Saker.Detections.Sieving;

/// <summary>Puts stretches of files, and blocks of what comes in order, through a sieve.</summary>
internal sealed class Sifter(LineSieve sieve, int longestLine) : StretchReader<SievedUnit>(longestLine, LineSieve.SlackBytes)
{
    public LineSieve Sieve => sieve;

    /// <summary>The lines of a file that begin from <paramref name="start"/> up to, without, <paramref name="end"/>, which may be past the file's.</summary>
    public SievedUnit Sift(SafeFileHandle file, long start, long end)
    {
        var unit = new SievedUnit();
        sieve.BeginStretch();
        Read(file, start, end, unit);
        return unit;
    }

    /// <summary>A block that was read in order. Gives its buffer back.</summary>
    public SievedUnit Sift(LineBlock block)
    {
        var unit = new SievedUnit { Bytes = block.Length };
        unit.Append(block.Start);
        var isInside = false;
        sieve.BeginStretch();

        // In pieces that stay in the cache.
        for (var lines = block.Lines; !lines.IsEmpty;)
        {
            var piece = lines.Length <= Capacity ? lines.Length : LineEnds.AfterLast(lines[..Capacity]);
            if (piece == 0)
            {
                piece = lines.IndexOf((byte)'\n') + 1;
                piece = piece == 0 ? lines.Length : piece;
                Reserve(piece);
            }

            lines[..piece].CopyTo(Buffer);
            Lines(unit, piece, 0, long.MaxValue, ref isInside);
            lines = lines[piece..];
        }

        unit.CloseGap();
        block.Return();
        Shrink();
        return unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override bool Lines(SievedUnit unit, int whole, long offset, long end, ref bool isInside)
    {
        var buffer = Buffer;
        sieve.Begin(buffer, whole);
        var start = 0;
        while (start < whole)
        {
            var newline = sieve.Newline(buffer, start, whole);
            var next = newline < 0 ? whole : newline + 1;
            if (isInside)
            {
                isInside = newline < 0;
            }
            else if (offset + start >= end)
            {
                return true;
            }
            else
            {
                // The file's last line may lack its end.
                unit.Take(buffer.AsSpan(start, next - start), newline < 0 ? Verdict.Other : sieve.Judge(buffer, start, newline));
            }

            start = next;
        }

        return offset + whole >= end;
    }
}
