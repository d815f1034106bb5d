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

    private readonly JsonObjectScan scan = new();
    private readonly HashSet<long> doomed = [];
    private readonly UnpackedInput input = new(input);
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(batchBytes);
    private bool isPooled = true;
    private List<FramedRecord> records = [];
    private int filled;
    private int at;
    private int newline = -1;
    private long bufferStart;
    private long doomedUntil = -1;
    private long line = 1;
    private long arrayLine;
    private int arrayDepth;
    private bool afterDocument;
    private bool started;
    private bool ended;
    private bool skipping;
    private string? broken;

    private enum Step
    {
        Framed,
        NeedsMore,
    }

    private ReadOnlySpan<byte> Unframed => buffer.AsSpan(this.at, filled - this.at);

    /// <summary>The next records; null at the end.</summary>
    public RecordBatch? Next()
    {
        if (!started)
        {
            started = true;
            Start();
        }

        while (true)
        {
            Fill();
            while (!skipping && records.Count < MostRecords && Frame() == Step.Framed)
            {
            }

            if (records.Count > 0)
            {
                return HandOver();
            }

            if (ended && (skipping || this.at == filled))
            {
                End();
                return records.Count > 0 ? HandOver() : null;
            }

            MakeRoom();
        }
    }

    public void Dispose()
    {
        if (isPooled && buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = [];
        isPooled = false;
        this.input.Dispose();
    }

    private Step Frame()
    {
        SkipSeparators();
        if (this.at >= filled || (!ended && Unframed.Length < 3 && "\uFEFF"u8.StartsWith(Unframed)))
        {
            return Step.NeedsMore;
        }

        if (buffer[this.at] == '[' && TryBeginArray(out var step))
        {
            return step;
        }

        if (newline < this.at)
        {
            var distance = Unframed.IndexOf((byte)'\n');
            newline = distance < 0 ? int.MaxValue : this.at + distance;
        }

        return buffer[this.at] == '{' ? FrameDocument() : FrameLine();
    }

    /// <summary>Steps over what stands between records: white space, NULs of a preallocated log, byte order marks, and in an array its commas and end.</summary>
    private void SkipSeparators()
    {
        while (this.at < filled)
        {
            var c = buffer[this.at];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or 0 or 0x1E)
            {
                this.at++;
            }
            else if (c == '\n')
            {
                this.line++;
                this.at++;
            }
            else if (c == 0xEF && Unframed.StartsWith("\uFEFF"u8))
            {
                this.at += 3;
            }
            else if (c == ',' && (arrayDepth > 0 || afterDocument))
            {
                this.at++;
            }
            else if (c == ']' && arrayDepth > 0)
            {
                arrayDepth--;
                this.at++;
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
        if (first < 0 && !ended && Unframed.Length < lookAhead)
        {
            step = Step.NeedsMore;
            return true;
        }

        if (arrayDepth == 0 && first >= 0 && rest[first] is not ((byte)'{' or (byte)']'))
        {
            return false;
        }

        arrayLine = arrayDepth++ == 0 ? this.line : arrayLine;
        this.at++;
        return true;
    }

    private static readonly SearchValues<byte> Brackets = SearchValues.Create("[ \t\r\n"u8);

    private Step FrameDocument()
    {
        var limit = Math.Min(newline, filled);
        if (IsWholeLine(limit))
        {
            return Add(limit - this.at, null, isDocument: true);
        }

        var first = JsonSkip.WhiteSpace(buffer.AsSpan(0, limit), this.at + 1);
        if (first < limit && buffer[first] is not ((byte)'"' or (byte)'}'))
        {
            // "{not JSON} at all": one broken line, not a document and a text.
            return newline == int.MaxValue && !ended ? Step.NeedsMore : Add(limit - this.at, null, isDocument: false);
        }

        var length = JsonSkip.Container(buffer.AsSpan(this.at, limit - this.at), 0);
        if (length > 0)
        {
            if (length == limit - this.at && Unframed.StartsWith("{\"log\":\""u8))
            {
                return FrameDockerLines(limit);
            }

            return Add(length, null, isDocument: true);
        }

        if (newline == int.MaxValue && !ended)
        {
            return Step.NeedsMore;
        }

        if (buffer.AsSpan(this.at, limit - this.at).TrimEnd(" \r\t"u8).EndsWith("[Truncated...]"u8))
        {
            return Add(limit - this.at, null, isDocument: false);
        }

        return FrameSpanning(limit);
    }

    /// <summary>
    /// The common case, told without reading the line: it ends in <c>}</c> and the next begins with <c>{</c>. No document goes on over such a
    /// border, since a comma would have to stand there. Lines of several documents are taken apart by the decoder; very long ones are not left to it.
    /// </summary>
    private bool IsWholeLine(int limit)
    {
        if (arrayDepth > 0 || limit - this.at > LongestUncut || limit + 1 >= filled || buffer[limit + 1] != '{')
        {
            return false;
        }

        var line = buffer.AsSpan(this.at, limit - this.at);
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
        if (bufferStart + this.at > doomedUntil)
        {
            doomed.Clear();
        }

        if (newline != int.MaxValue && !doomed.Contains(bufferStart + this.at))
        {
            if (scan.Scan(buffer.AsMemory(0, filled), this.at))
            {
                return Add(scan.End - this.at, null, isDocument: true);
            }

            if (scan.EndsEarly && !ended && filled - this.at < options.LargestRecordBytes)
            {
                return Step.NeedsMore;
            }

            Doom(isBound: scan.EndsEarly && !ended);

            if (scan.End > limit && !scan.EndsEarly)
            {
                var line = this.line + Unframed[..(scan.End - this.at)].Count((byte)'\n');
                reason = $"{scan.Reason.Split(" at byte")[0]} in line {line}";
            }
        }

        if (reason is null)
        {
            reason = scan.Scan(buffer.AsMemory(this.at, limit - this.at)) ? "not valid JSON" : scan.Reason;
        }

        return Add(limit - this.at, reason, isDocument: false);
    }

    /// <summary>
    /// Notes what need not be tried: whatever was open where the scan stopped stops there too. At the bound only what already took half of it:
    /// a document that began just before is not to blame.
    /// </summary>
    private void Doom(bool isBound)
    {
        foreach (var open in scan.Open)
        {
            if (!isBound || scan.End - open >= options.LargestRecordBytes / 2)
            {
                doomed.Add(bufferStart + open);
                doomedUntil = bufferStart + open;
            }
        }
    }

    private Step FrameLine()
    {
        var limit = Math.Min(newline, filled);
        if (newline == int.MaxValue && !ended)
        {
            return Step.NeedsMore;
        }

        if (arrayDepth > 0)
        {
            arrayDepth = 0;
            return Add(limit - this.at, "not a JSON object, inside an array of them", isDocument: false);
        }

        return RuntimeLine.TryRead(buffer.AsSpan(this.at, limit - this.at), out var head) && head.IsPartial
            ? FrameRuntimeLines(limit)
            : Add(limit - this.at, null, isDocument: false);
    }

    private Step Add(int length, string? rejected, bool isDocument)
    {
        var text = buffer.AsSpan(this.at, length);
        if (Gap.LinesOf(text) is > 0 and var left)
        {
            this.line += left - 1;
            this.at += length;
            afterDocument = true;
            return Step.Framed;
        }

        if (length > options.LargestRecordBytes)
        {
            rejected = TooLong;
        }

        records.Add(new FramedRecord(this.at, text.TrimEnd(" \t\r\n\0"u8).Length, this.line, rejected));
        this.line += text.Count((byte)'\n');
        this.at += length;
        afterDocument = isDocument;
        return Step.Framed;
    }

    private string TooLong => $"longer than {options.LargestRecordBytes:N0} bytes";
}
