using System.Runtime.ExceptionServices;

namespace Saker.Ingest;

/// <summary>The text of an input: as it stands, or unpacked where it is gzip, also of gzip.</summary>
internal sealed class UnpackedInput(Stream packed) : InputStream
{
    private const int MostLayers = 3;

    private Stream input = packed;
    private ReadOnlyMemory<byte> head;
    private ExceptionDispatchInfo? failure;
    private bool isOpened;

    /// <exception cref="InvalidDataException">What is packed is corrupt or cut off; everything readable was returned before.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (!isOpened)
        {
            isOpened = true;
            Open();
        }

        if (head.IsEmpty)
        {
            failure?.Throw();
            return input.Read(buffer);
        }

        var count = Math.Min(buffer.Length, head.Length);
        head.Span[..count].CopyTo(buffer);
        head = head[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Open()
    {
        for (var layer = 0; ; layer++)
        {
            head = ReadHead();
            if (layer == MostLayers || !Inflate.IsGzip(head.Span))
            {
                return;
            }

            input = new GzipInput(new HeadedStream(head, input));
        }
    }

    private byte[] ReadHead()
    {
        var bytes = new byte[InputFormat.HeadBytes];
        var filled = 0;
        try
        {
            for (var read = input.Read(bytes); read > 0; read = input.Read(bytes, filled, bytes.Length - filled))
            {
                filled += read;
                if (filled == bytes.Length)
                {
                    break;
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            failure = ExceptionDispatchInfo.Capture(broken);
        }

        return bytes[..filled];
    }
}
