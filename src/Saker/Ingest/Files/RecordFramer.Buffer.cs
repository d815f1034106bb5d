using System.Buffers;

namespace Saker.Ingest;

/// <summary>Reads the input and moves what is not framed yet from buffer to buffer.</summary>
internal sealed partial class RecordFramer
{
    private const int Slack = 4096;

    /// <summary>Looks at the first bytes: what we cannot read is said to be so.</summary>
    private void Start()
    {
        while (filled < InputFormat.HeadBytes && !ended)
        {
            ReadMore(InputFormat.HeadBytes - filled);
        }

        if (InputFormat.Unreadable(this.buffer.AsSpan(0, filled)) is { } reason)
        {
            broken ??= reason;
            filled = 0;
            ended = true;
        }
    }

    private void Fill()
    {
        while (!ended && filled < this.buffer.Length)
        {
            ReadMore(this.buffer.Length - filled);
        }

        if (skipping)
        {
            var newline = this.buffer.AsSpan(0, filled).IndexOf((byte)'\n');
            at = newline < 0 ? filled : newline;
            skipping = newline < 0;
        }

        if (this.newline == int.MaxValue)
        {
            this.newline = -1;
        }
    }

    private void ReadMore(int count)
    {
        try
        {
            var read = input.Read(this.buffer, filled, count);
            filled += read;
            ended |= read == 0;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            ended = true;
            broken = failure is InvalidDataException ? $"gzip: {failure.Message}" : $"cannot read on: {InputPaths.Why(failure)}";
        }
    }

    /// <summary>What the end of the input leaves open.</summary>
    private void End()
    {
        if (arrayDepth > 0)
        {
            arrayDepth = 0;
            records.Add(new FramedRecord(0, 0, arrayLine, "not valid JSON: the array that starts here does not end"));
        }

        if (broken is not null)
        {
            records.Add(new FramedRecord(0, 0, line, broken));
            broken = null;
        }
    }

    /// <summary>Gives the buffer away with its records; what is left unframed moves to a new one.</summary>
    private RecordBatch HandOver()
    {
        var batch = new RecordBatch(this.buffer, this.isPooled, records) { Bytes = at };
        var left = filled - at;
        var isPooled = left < batchBytes / 2;
        var buffer = isPooled ? ArrayPool<byte>.Shared.Rent(batchBytes) : new byte[Math.Min(this.buffer.Length, Math.Max(left * 2, batchBytes))];
        this.buffer.AsSpan(at, left).CopyTo(buffer);
        Moved(buffer, isPooled, left);
        records = new List<FramedRecord>(records.Count);
        return batch;
    }

    /// <summary>The buffer holds no whole record: drop what is framed, else grow, else give the record up.</summary>
    private void MakeRoom()
    {
        var left = filled - at;
        if (at > 0)
        {
            this.buffer.AsSpan(at, left).CopyTo(this.buffer);
            Moved(this.buffer, this.isPooled, left);
        }
        else if (filled < this.buffer.Length)
        {
            // Nothing framed, room left: only at the end of the input, where Frame gives a last answer.
        }
        else if (this.buffer.Length <= options.LargestRecordBytes)
        {
            var buffer = new byte[(int)Math.Min((long)this.buffer.Length * 2, (long)options.LargestRecordBytes + Slack)];
            this.buffer.AsSpan(0, left).CopyTo(buffer);
            if (this.isPooled)
            {
                ArrayPool<byte>.Shared.Return(this.buffer);
            }

            Moved(buffer, isPooled: false, left);
        }
        else
        {
            records.Add(new FramedRecord(0, 0, line, TooLong));
            skipping = true;
            at = filled;
        }
    }

    private void Moved(byte[] buffer, bool isPooled, int left)
    {
        bufferStart += at;
        this.newline = this.newline is >= 0 and < int.MaxValue ? this.newline - at : -1;
        this.buffer = buffer;
        this.isPooled = isPooled;
        filled = left;
        at = 0;
    }
}
