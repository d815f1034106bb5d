using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>A file that vanishes with the process. A disk without room is told as such, and not taken for an input or output that failed.</summary>
public sealed class TemporaryFileStream : Stream
{
    /// <summary>The code of the diagnostic when one cannot be made or written.</summary>
    public const string Code = "SPL0902";

    private readonly string directory;
    private readonly FileStream file;

    private TemporaryFileStream(string directory, FileStream file) => (this.directory, this.file) = (directory, file);

    public Microsoft.Win32.SafeHandles.SafeFileHandle Handle => file.SafeFileHandle;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => Guarded(() => file.Position = value);
    }

    /// <exception cref="SplException">The directory cannot be written.</exception>
    public static TemporaryFileStream Create(string directory)
    {
        try
        {
            var path = Path.Combine(directory, $"saker-{Guid.NewGuid():N}.tmp");
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Delete,
                BufferSize = 1 << 16,
                Options = FileOptions.DeleteOnClose,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(path, options);
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path);
            }

            return new TemporaryFileStream(directory, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(directory, $"no temporary file can be made in {directory}: {failure.Message}");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            throw NotWritten(failure);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush() => Guarded(file.Flush);

    public override int Read(Span<byte> buffer) => file.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override int ReadByte() => file.ReadByte();

    public override long Seek(long offset, SeekOrigin origin)
    {
        Guarded(() => file.Seek(offset, origin));
        return file.Position;
    }

    public override void SetLength(long value) => Guarded(() => file.SetLength(value));

    protected override void Dispose(bool disposing)
    {
        try
        {
            file.Dispose();
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            // What is still buffered and finds no room is of no use to anyone any more.
        }

        base.Dispose(disposing);
    }

    private void Guarded(Action act)
    {
        try
        {
            act();
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            throw NotWritten(failure);
        }
    }

    /// <summary>Whether the disk is at fault; a file that may grow no further (EFBIG) comes as an argument out of range.</summary>
    public static bool IsOfDisk(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static SplException Failed(string directory, string message) =>
        new(new Diagnostic(Code, Severity.Error, message, new SourceText(directory, ""), default, "set TMPDIR to a directory with room"));

    private SplException NotWritten(Exception failure) => Failed(directory, $"the temporary file in {directory} cannot be written: {failure.Message.Split(" (Parameter")[0]}");
}
