using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>An output cannot be written; the message says which and why.</summary>
internal sealed class OutputException(string message) : Exception(message);

/// <summary>A stream whose failures say which output it is: the disk that is full is not a mistake of the program.</summary>
internal sealed class OutputStream(string name, Stream inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception failure) when (TemporaryFileStream.IsOfDisk(failure))
        {
            throw Failed(failure);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception failure) when (TemporaryFileStream.IsOfDisk(failure))
        {
            throw Failed(failure);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
            {
                inner.Dispose();
            }
        }
        catch (Exception failure) when (TemporaryFileStream.IsOfDisk(failure))
        {
            throw Failed(failure);
        }
        finally
        {
            base.Dispose(disposing);
        }
    }

    private OutputException Failed(Exception failure) => new($"{name}: {failure.Message.Split(" (Parameter")[0]}");
}
