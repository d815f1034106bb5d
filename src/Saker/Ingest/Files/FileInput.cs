using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Saker.Ingest;

/// <summary>A file, or a pipe that has a name, from its start to its end.</summary>
internal sealed class FileInput : InputStream
{
    private readonly FileStream file;
    private readonly long length;

    /// <exception cref="IOException">It is not there, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public FileInput(string path)
    {
        file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        length = file.CanSeek ? file.Length : 0;
    }

    /// <exception cref="IOException">It cannot be read on, or its end was cut off; everything that is there was returned before.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        if (read == 0 && length > 0)
        {
            ThrowIfCut(file.SafeFileHandle, length);
        }

        return read;
    }

    /// <summary>To be called at a file's end: what is gone must not pass for read. Rotation by copying cuts a file short while it is read, for example.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">How long it was when it was opened.</param>
    /// <exception cref="IOException">It is shorter now.</exception>
    public static void ThrowIfCut(SafeFileHandle file, long length)
    {
        var left = RandomAccess.GetLength(file);
        if (left < length)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"the file was cut from {length:#,0} to {left:#,0} bytes while it was read"));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
