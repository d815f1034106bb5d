using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Saker.Detections.Sieving;

/// <summary>Cuts a stream into blocks of whole lines, full ones but for the last. A line longer than a block goes on in the next ones.</summary>
internal sealed class LineBlocks(Stream input, int blockBytes = LineBlocks.BlockBytes) : IDisposable
{
    /// <summary>So long that a block's first line, which is always kept, does not count.</summary>
    public const int BlockBytes = 4 * 1024 * 1024;

    private byte[] buffer = [];
    private int filled;
    private bool isInside;
    private bool isEnded;
    private ExceptionDispatchInfo? failure;

    /// <summary>The next block; null after the last. What cannot be read on throws once all before it was returned.</summary>
    public LineBlock? Next()
    {
        Fill();
        if (filled == 0)
        {
            failure?.Throw();
            return null;
        }

        var lines = LineEnds.AfterLast(buffer.AsSpan(0, filled));
        var length = isEnded || lines == 0 ? filled : lines;
        var first = lines == 0 ? 0 : buffer.AsSpan(0, lines).IndexOf((byte)'\n') + 1;
        var continued = lines == 0 && (isInside || !isEnded) ? length : isInside ? first : 0;
        var block = new LineBlock(buffer, length, continued);
        isInside = lines == 0;
        var left = filled - length;
        var next = left > 0 ? ArrayPool<byte>.Shared.Rent(blockBytes) : [];
        buffer.AsSpan(length, left).CopyTo(next);
        (buffer, filled) = (next, left);
        return block;
    }

    public void Dispose()
    {
        input.Dispose();
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private void Fill()
    {
        if (buffer.Length == 0 && !isEnded)
        {
            buffer = ArrayPool<byte>.Shared.Rent(blockBytes);
        }

        try
        {
            while (!isEnded && filled < blockBytes)
            {
                var read = input.Read(buffer, filled, blockBytes - filled);
                filled += read;
                isEnded = read == 0;
            }
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            failure = ExceptionDispatchInfo.Capture(broken);
            isEnded = true;
        }
    }
}

/// <summary>Some lines in a pooled buffer. The first <paramref name="Continued"/> bytes are of a line that began before, or that goes on after.</summary>
internal readonly record struct LineBlock(byte[] Buffer, int Length, int Continued)
{
    public ReadOnlySpan<byte> Start => Buffer.AsSpan(0, Continued);

    public ReadOnlySpan<byte> Lines => Buffer.AsSpan(Continued, Length - Continued);

    public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
}
