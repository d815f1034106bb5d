using System.IO.Compression;

namespace Saker.Ingest;

/// <summary>
/// A gzip stream, of one or many members, that tells when it was cut off: the runtime's own ends silently there. Once the input is used up
/// it feeds a member of its own after it; only if that one comes out whole did the last member before it end properly.
/// </summary>
internal sealed class GzipInput : Stream
{
    private static readonly byte[] Probe = [.. "saker: the end "u8];
    private static readonly byte[] ProbeMember = Compress(Probe);
    private readonly Fed fed;
    private readonly GZipStream gzip;
    private bool ended;

    public GzipInput(Stream compressed)
    {
        fed = new Fed(compressed);
        this.gzip = new GZipStream(fed, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">The data are corrupt or cut off; everything readable was returned before.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (ended)
        {
            return 0;
        }

        var read = Inflate(buffer);
        if (read > 0)
        {
            return read;
        }

        ended = true;
        CheckEnd();
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            this.gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            return this.gzip.Read(buffer);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException { InnerException: not null })
        {
            ended = true;
            throw new InvalidDataException("the data are corrupt", broken);
        }
    }

    private void CheckEnd()
    {
        fed.Append(ProbeMember);
        var end = new byte[Probe.Length + 1];
        var filled = 0;
        try
        {
            for (var read = this.gzip.Read(end); read > 0 && filled + read <= Probe.Length; read = this.gzip.Read(end.AsSpan(filled)))
            {
                filled += read;
            }
        }
        catch (InvalidDataException)
        {
            filled = 0;
        }

        if (filled != Probe.Length || !end.AsSpan(0, filled).SequenceEqual(Probe))
        {
            throw new InvalidDataException("the data are cut off, or something else follows them");
        }
    }

    private static byte[] Compress(byte[] text)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(text);
        }

        return to.ToArray();
    }

    /// <summary>The compressed bytes, then, after the first end, those appended.</summary>
    private sealed class Fed(Stream inner) : Stream
    {
        private ReadOnlyMemory<byte> more;
        private bool appended;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Append(byte[] more)
        {
            appended = true;
            this.more = more;
        }

        public override int Read(Span<byte> buffer)
        {
            if (!appended)
            {
                return inner.Read(buffer);
            }

            var count = Math.Min(buffer.Length, this.more.Length);
            this.more.Span[..count].CopyTo(buffer);
            this.more = this.more[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
