using System.Buffers;

namespace Saker.Ingest;

/// <summary>Reads the input, through gzip where it is that, and moves what is not framed yet from buffer to buffer.</summary>
internal sealed partial class RecordFramer
{
    private const int Slack = 4096;

    /// <summary>Looks at the first bytes: gzip is unpacked, what we cannot read is said to be so.</summary>
    private void Start()
    {
        for (var layer = 0; layer < 3; layer++)
        {
            while (_filled < InputFormat.HeadBytes && !_ended)
            {
                ReadMore(InputFormat.HeadBytes - _filled);
            }

            if (!Inflate.IsGzip(_buffer.AsSpan(0, _filled)))
            {
                break;
            }

            _input = new GzipInput(new HeadedStream(_buffer.AsSpan(0, _filled).ToArray(), _input));
            _filled = 0;
            _ended = false;
        }

        if (InputFormat.Unreadable(_buffer.AsSpan(0, _filled)) is { } reason)
        {
            _broken ??= reason;
            _filled = 0;
            _ended = true;
        }
    }

    private void Fill()
    {
        while (!_ended && _filled < _buffer.Length)
        {
            ReadMore(_buffer.Length - _filled);
        }

        if (_skipping)
        {
            var newline = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
            _at = newline < 0 ? _filled : newline;
            _skipping = newline < 0;
        }

        if (_newline == int.MaxValue)
        {
            _newline = -1;
        }
    }

    private void ReadMore(int count)
    {
        try
        {
            var read = _input.Read(_buffer, _filled, count);
            _filled += read;
            _ended |= read == 0;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            _ended = true;
            _broken = failure is InvalidDataException ? $"gzip: {failure.Message}" : $"cannot read on: {failure.Message}";
        }
    }

    /// <summary>What the end of the input leaves open.</summary>
    private void End()
    {
        if (_arrayDepth > 0)
        {
            _arrayDepth = 0;
            _records.Add(new FramedRecord(0, 0, _arrayLine, "not valid JSON: the array that starts here does not end"));
        }

        if (_broken is not null)
        {
            _records.Add(new FramedRecord(0, 0, _line, _broken));
            _broken = null;
        }
    }

    /// <summary>Gives the buffer away with its records; what is left unframed moves to a new one.</summary>
    private RecordBatch HandOver()
    {
        var batch = new RecordBatch(_buffer, _isPooled, _records) { Bytes = _at };
        var left = _filled - _at;
        var isPooled = left < batchBytes / 2;
        var buffer = isPooled ? ArrayPool<byte>.Shared.Rent(batchBytes) : new byte[Math.Min(_buffer.Length, Math.Max(left * 2, batchBytes))];
        _buffer.AsSpan(_at, left).CopyTo(buffer);
        Moved(buffer, isPooled, left);
        _records = new List<FramedRecord>(_records.Count);
        return batch;
    }

    /// <summary>The buffer holds no whole record: drop what is framed, else grow, else give the record up.</summary>
    private void MakeRoom()
    {
        var left = _filled - _at;
        if (_at > 0)
        {
            _buffer.AsSpan(_at, left).CopyTo(_buffer);
            Moved(_buffer, _isPooled, left);
        }
        else if (_filled < _buffer.Length)
        {
            // Nothing framed, room left: only at the end of the input, where Frame gives a last answer.
        }
        else if (_buffer.Length <= options.LargestRecordBytes)
        {
            var buffer = new byte[(int)Math.Min((long)_buffer.Length * 2, (long)options.LargestRecordBytes + Slack)];
            _buffer.AsSpan(0, left).CopyTo(buffer);
            if (_isPooled)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            Moved(buffer, isPooled: false, left);
        }
        else
        {
            _records.Add(new FramedRecord(0, 0, _line, TooLong));
            _skipping = true;
            _at = _filled;
        }
    }

    private void Moved(byte[] buffer, bool isPooled, int left)
    {
        _bufferStart += _at;
        _newline = _newline is >= 0 and < int.MaxValue ? _newline - _at : -1;
        _buffer = buffer;
        _isPooled = isPooled;
        _filled = left;
        _at = 0;
    }
}
