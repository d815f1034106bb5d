using System.Buffers;
using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>
/// Cuts a stream of unknown content into records: lines of text, JSON documents on one line or many or one after the other, elements of a root
/// array. Memory is bounded by the largest record allowed; work is linear in the input however hostile it is.
/// </summary>
internal sealed partial class RecordFramer(Stream input, IngestOptions options, int batchBytes = RecordFramer.BatchBytes) : IDisposable
{
    public const int BatchBytes = 1024 * 1024;
    private const int MostRecords = 16 * 1024;
    private const int LongestUncut = 4 * 1024 * 1024;

    private readonly JsonObjectScan _scan = new();
    private readonly HashSet<long> _doomed = [];
    private Stream _input = input;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(batchBytes);
    private bool _isPooled = true;
    private List<FramedRecord> _records = [];
    private int _filled;
    private int _at;
    private int _newline = -1;
    private long _bufferStart;
    private long _doomedUntil = -1;
    private long _line = 1;
    private long _arrayLine;
    private int _arrayDepth;
    private bool _afterDocument;
    private bool _started;
    private bool _ended;
    private bool _skipping;
    private string? _broken;

    private enum Step
    {
        Framed,
        NeedsMore,
    }

    private ReadOnlySpan<byte> Unframed => _buffer.AsSpan(_at, _filled - _at);

    /// <summary>The next records; null at the end.</summary>
    public RecordBatch? Next()
    {
        if (!_started)
        {
            _started = true;
            Start();
        }

        while (true)
        {
            Fill();
            while (!_skipping && _records.Count < MostRecords && Frame() == Step.Framed)
            {
            }

            if (_records.Count > 0)
            {
                return HandOver();
            }

            if (_ended && (_skipping || _at == _filled))
            {
                End();
                return _records.Count > 0 ? HandOver() : null;
            }

            MakeRoom();
        }
    }

    public void Dispose()
    {
        if (_isPooled && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        _isPooled = false;
        _input.Dispose();
    }

    private Step Frame()
    {
        SkipSeparators();
        if (_at >= _filled || (!_ended && Unframed.Length < 3 && "\uFEFF"u8.StartsWith(Unframed)))
        {
            return Step.NeedsMore;
        }

        if (_buffer[_at] == '[' && TryBeginArray(out var step))
        {
            return step;
        }

        if (_newline < _at)
        {
            var distance = Unframed.IndexOf((byte)'\n');
            _newline = distance < 0 ? int.MaxValue : _at + distance;
        }

        return _buffer[_at] == '{' ? FrameDocument() : FrameLine();
    }

    /// <summary>Steps over what stands between records: white space, NULs of a preallocated log, byte order marks, and in an array its commas and end.</summary>
    private void SkipSeparators()
    {
        while (_at < _filled)
        {
            var c = _buffer[_at];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or 0 or 0x1E)
            {
                _at++;
            }
            else if (c == '\n')
            {
                _line++;
                _at++;
            }
            else if (c == 0xEF && Unframed.StartsWith("\uFEFF"u8))
            {
                _at += 3;
            }
            else if (c == ',' && (_arrayDepth > 0 || _afterDocument))
            {
                _at++;
            }
            else if (c == ']' && _arrayDepth > 0)
            {
                _arrayDepth--;
                _at++;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>
    /// A root array, <c>[ {…}, {…} ]</c>, is stepped into, so that it is never whole in memory. A line that only starts with a bracket
    /// (<c>[2024-01-01] INFO</c>) is text.
    /// </summary>
    private bool TryBeginArray(out Step step)
    {
        const int lookAhead = 4096;
        step = Step.Framed;
        var rest = Unframed[..Math.Min(Unframed.Length, lookAhead)];
        var first = rest.IndexOfAnyExcept(Brackets);
        if (first < 0 && !_ended && Unframed.Length < lookAhead)
        {
            step = Step.NeedsMore;
            return true;
        }

        if (_arrayDepth == 0 && first >= 0 && rest[first] is not ((byte)'{' or (byte)']'))
        {
            return false;
        }

        _arrayLine = _arrayDepth++ == 0 ? _line : _arrayLine;
        _at++;
        return true;
    }

    private static readonly SearchValues<byte> Brackets = SearchValues.Create("[ \t\r\n"u8);

    private Step FrameDocument()
    {
        var limit = Math.Min(_newline, _filled);
        if (IsWholeLine(limit))
        {
            return Add(limit - _at, null, isDocument: true);
        }

        var first = JsonSkip.WhiteSpace(_buffer.AsSpan(0, limit), _at + 1);
        if (first < limit && _buffer[first] is not ((byte)'"' or (byte)'}'))
        {
            // "{not JSON} at all": one broken line, not a document and a text.
            return _newline == int.MaxValue && !_ended ? Step.NeedsMore : Add(limit - _at, null, isDocument: false);
        }

        var length = JsonSkip.Container(_buffer.AsSpan(_at, limit - _at), 0);
        if (length > 0)
        {
            if (length == limit - _at && Unframed.StartsWith("{\"log\":\""u8))
            {
                return FrameDockerLines(limit);
            }

            return Add(length, null, isDocument: true);
        }

        if (_newline == int.MaxValue && !_ended)
        {
            return Step.NeedsMore;
        }

        if (_buffer.AsSpan(_at, limit - _at).TrimEnd(" \r\t"u8).EndsWith("[Truncated...]"u8))
        {
            return Add(limit - _at, null, isDocument: false);
        }

        return FrameSpanning(limit);
    }

    /// <summary>
    /// The common case, told without reading the line: it ends in <c>}</c> and the next begins with <c>{</c>. No document goes on over such a
    /// border, since a comma would have to stand there. Lines of several documents are taken apart by the decoder; very long ones are not left to it.
    /// </summary>
    private bool IsWholeLine(int limit)
    {
        if (_arrayDepth > 0 || limit - _at > LongestUncut || limit + 1 >= _filled || _buffer[limit + 1] != '{')
        {
            return false;
        }

        var line = _buffer.AsSpan(_at, limit - _at);
        var last = line[^1] == '\r' && line.Length > 1 ? line[^2] : line[^1];
        return last == '}' && !line.StartsWith("{\"log\":\""u8);
    }

    /// <summary>
    /// A document that goes on after its first line, or a line that broke off. What proves broken is given up by its first line only, and
    /// whatever was open at that point need not be tried again: so each byte is read a bounded number of times.
    /// </summary>
    private Step FrameSpanning(int limit)
    {
        string? reason = null;
        if (_bufferStart + _at > _doomedUntil)
        {
            _doomed.Clear();
        }

        if (_newline != int.MaxValue && !_doomed.Contains(_bufferStart + _at))
        {
            if (_scan.Scan(_buffer.AsMemory(0, _filled), _at))
            {
                return Add(_scan.End - _at, null, isDocument: true);
            }

            if (_scan.EndsEarly && !_ended && _filled - _at < options.LargestRecordBytes)
            {
                return Step.NeedsMore;
            }

            Doom(isBound: _scan.EndsEarly && !_ended);

            if (_scan.End > limit && !_scan.EndsEarly)
            {
                var line = _line + Unframed[..(_scan.End - _at)].Count((byte)'\n');
                reason = $"{_scan.Reason.Split(" at byte")[0]} in line {line}";
            }
        }

        if (reason is null)
        {
            reason = _scan.Scan(_buffer.AsMemory(_at, limit - _at)) ? "not valid JSON" : _scan.Reason;
        }

        return Add(limit - _at, reason, isDocument: false);
    }

    /// <summary>
    /// Notes what need not be tried: whatever was open where the scan stopped stops there too. At the bound only what already took half of it:
    /// a document that began just before is not to blame.
    /// </summary>
    private void Doom(bool isBound)
    {
        foreach (var open in _scan.Open)
        {
            if (!isBound || _scan.End - open >= options.LargestRecordBytes / 2)
            {
                _doomed.Add(_bufferStart + open);
                _doomedUntil = _bufferStart + open;
            }
        }
    }

    private Step FrameLine()
    {
        var limit = Math.Min(_newline, _filled);
        if (_newline == int.MaxValue && !_ended)
        {
            return Step.NeedsMore;
        }

        if (_arrayDepth > 0)
        {
            _arrayDepth = 0;
            return Add(limit - _at, "not a JSON object, inside an array of them", isDocument: false);
        }

        return RuntimeLine.TryRead(_buffer.AsSpan(_at, limit - _at), out var head) && head.IsPartial
            ? FrameRuntimeLines(limit)
            : Add(limit - _at, null, isDocument: false);
    }

    private Step Add(int length, string? rejected, bool isDocument)
    {
        var text = _buffer.AsSpan(_at, length);
        if (length > options.LargestRecordBytes)
        {
            rejected = TooLong;
        }

        _records.Add(new FramedRecord(_at, text.TrimEnd(" \t\r\n\0"u8).Length, _line, rejected));
        _line += text.Count((byte)'\n');
        _at += length;
        _afterDocument = isDocument;
        return Step.Framed;
    }

    private string TooLong => $"longer than {options.LargestRecordBytes:N0} bytes";
}
