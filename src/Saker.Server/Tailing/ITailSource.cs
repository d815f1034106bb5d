using Microsoft.Win32.SafeHandles;
using Saker.Ingest;

namespace Saker.Server.Tailing;

/// <summary>The bytes of a file that is followed, as written or as unpacked.</summary>
internal interface ITailSource : IDisposable
{
    /// <summary>Fills the buffer from an offset on; less than asked for only at the end.</summary>
    /// <exception cref="InvalidDataException">A packed file is corrupt or cut off here.</exception>
    int Read(long offset, Span<byte> buffer);
}

/// <summary>A file as it is written.</summary>
internal sealed class PlainSource(SafeFileHandle handle) : ITailSource
{
    public SafeFileHandle Handle => handle;

    public int Read(long offset, Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = RandomAccess.Read(handle, buffer[filled..], offset + filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    public void Dispose() => handle.Dispose();
}

/// <summary>
/// A rotated file that was packed. It is unpacked from its beginning; going back beyond what was read last means to begin again, so its first bytes are kept.
/// </summary>
internal sealed class PackedSource(string path) : ITailSource
{
    private readonly byte[] head = new byte[TailMark.LongestPrint];
    private GzipInput? stream;
    private byte[] window = [];
    private int windowLength;
    private int headLength;
    private long at;

    public int Read(long offset, Span<byte> buffer)
    {
        if (offset + buffer.Length <= headLength)
        {
            head.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }

        if (stream is null || offset < at - windowLength)
        {
            stream?.Dispose();
            stream = new GzipInput(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024));
            at = 0;
            windowLength = 0;
        }

        if (!SkipTo(offset))
        {
            return 0;
        }

        var filled = (int)Math.Min(at - offset, buffer.Length);
        window.AsSpan(windowLength - (int)(at - offset), filled).CopyTo(buffer);
        if (filled == buffer.Length)
        {
            return filled;
        }

        for (int read; filled < buffer.Length && (read = Next(buffer[filled..])) > 0;)
        {
            filled += read;
        }

        Keep(buffer[..filled]);
        return filled;
    }

    public void Dispose() => stream?.Dispose();

    private bool SkipTo(long offset)
    {
        Span<byte> skipped = stackalloc byte[4096];
        while (at < offset)
        {
            windowLength = 0;
            if (Next(skipped[..(int)Math.Min(skipped.Length, offset - at)]) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private int Next(Span<byte> buffer)
    {
        var read = stream!.Read(buffer);
        if (at < head.Length)
        {
            var taken = (int)Math.Min(head.Length - at, read);
            buffer[..taken].CopyTo(head.AsSpan((int)at));
            headLength = (int)Math.Max(headLength, at + taken);
        }

        at += read;
        return read;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (window.Length < bytes.Length)
        {
            window = new byte[bytes.Length];
        }

        bytes.CopyTo(window);
        windowLength = bytes.Length;
    }
}
