using System.Buffers;
using System.Runtime.CompilerServices;
using Saker.Ingest;

namespace Saker.Detections.Sieving;

/// <summary>What is left of a stretch of input: the lines that are kept, and a line for each run of those that are not. Gives its buffer back when disposed.</summary>
internal class SievedUnit : IDisposable
{
    private byte[] kept = [];
    private long left;

    /// <summary>How many bytes of input it stands for.</summary>
    public long Bytes { get; set; }

    /// <summary>How many audit events were left out.</summary>
    public long Unwanted { get; private set; }

    /// <summary>Whether the line before was plain: only then is the next surely a record of its own, as no comma stands between.</summary>
    public bool IsAfterPlain { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Kept => kept.AsSpan(0, Length);

    /// <summary>A block as it is.</summary>
    public static SievedUnit Whole(LineBlock block) => new() { kept = block.Buffer, Length = block.Length, Bytes = block.Length };

    /// <summary>
    /// Takes a line with its newline. A line is left out only after another plain one: inside of a larger document a comma would stand between, so
    /// what is left out is always a record of its own.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ReadOnlySpan<byte> line, Verdict verdict)
    {
        if (verdict == Verdict.Unwanted && IsAfterPlain)
        {
            left++;
            Unwanted++;
        }
        else
        {
            Keep(line, verdict);
        }
    }

    /// <summary>Takes input as it is.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(kept.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>To be called after the last line.</summary>
    public void CloseGap()
    {
        if (left > 0)
        {
            Reserve(Gap.LongestBytes);
            Length += Gap.Write(kept.AsSpan(Length), left);
            left = 0;
        }
    }

    public void Dispose() => Dispose(disposing: true);

    protected virtual void Dispose(bool disposing) => Return();

    private void Keep(ReadOnlySpan<byte> line, Verdict verdict)
    {
        IsAfterPlain = verdict != Verdict.Other;
        CloseGap();
        Append(line);
    }

    private void Reserve(int more)
    {
        if (kept.Length - Length >= more)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + more, Math.Max(64 * 1024, kept.Length * 2)));
        Kept.CopyTo(larger);
        var length = Length;
        Return();
        (kept, Length) = (larger, length);
    }

    private void Return()
    {
        if (kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(kept);
        }

        kept = [];
        Length = 0;
    }
}
