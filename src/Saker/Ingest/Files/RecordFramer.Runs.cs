using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>Container runtimes split long lines; the parts stay together as one record, so that records can be decoded apart.</summary>
internal sealed partial class RecordFramer
{
    [Flags]
    private enum Streams
    {
        None = 0,
        Output = 1,
        Error = 2,
    }

    /// <summary>From a <c>… stdout P …</c> line to the F line that ends it; the other stream's lines may stand between.</summary>
    private Step FrameRuntimeLines(int limit) => FrameRun(limit, static (line, open) =>
    {
        if (!RuntimeLine.TryRead(line, out var head))
        {
            return null;
        }

        var stream = head.IsError ? Streams.Error : Streams.Output;
        return head.IsPartial ? open | stream : open & ~stream;
    });

    /// <summary>From a line of Docker's whose log ends in no newline to the one whose does.</summary>
    private Step FrameDockerLines(int limit) => FrameRun(limit, static (line, open) =>
    {
        const int logAt = 7;
        if (!line.StartsWith("{\"log\":\""u8) || line.IndexOf("\"stream\":\""u8) < 0)
        {
            return open == Streams.None ? Streams.None : null;
        }

        var end = JsonSkip.String(line, logAt, out _);
        var stream = line.IndexOf("\"stream\":\"stderr\""u8) >= 0 ? Streams.Error : Streams.Output;
        return end > 0 && line[..(end - 1)].EndsWith("\\n"u8) ? open & ~stream : open | stream;
    });

    private delegate Streams? Continues(ReadOnlySpan<byte> line, Streams open);

    private Step FrameRun(int limit, Continues continues)
    {
        var start = at;
        var end = limit;
        var open = continues(buffer.AsSpan(at, limit - at), Streams.None) ?? Streams.None;
        while (open != Streams.None && end < filled && end - start < options.LargestRecordBytes)
        {
            var next = end + 1;
            var newline = buffer.AsSpan(next, filled - next).IndexOf((byte)'\n');
            if (newline < 0 && !ended)
            {
                return Step.NeedsMore;
            }

            var lineEnd = newline < 0 ? filled : next + newline;
            if (continues(buffer.AsSpan(next, lineEnd - next), open) is not { } now)
            {
                break;
            }

            open = now;
            end = lineEnd;
        }

        return open != Streams.None && end >= filled && !ended && end - start < options.LargestRecordBytes
            ? Step.NeedsMore
            : Add(end - start, null, isDocument: false);
    }
}
