namespace Saker.Ingest;

/// <summary>Container runtimes split long lines; the parts stay together as one record, so that records can be decoded apart.</summary>
internal sealed partial class RecordFramer
{
    private Step FrameRuntimeLines(int limit) => FrameRun(limit, LineRuns.AfterRuntime);

    private Step FrameDockerLines(int limit) => FrameRun(limit, LineRuns.AfterDocker);

    private delegate OpenStreams? Continues(ReadOnlySpan<byte> line, OpenStreams open);

    private Step FrameRun(int limit, Continues continues)
    {
        var start = at;
        var end = limit;
        var open = continues(buffer.AsSpan(at, limit - at), OpenStreams.None) ?? OpenStreams.None;
        while (open != OpenStreams.None && end < filled && end - start < options.LargestRecordBytes)
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

        return open != OpenStreams.None && end >= filled && !ended && end - start < options.LargestRecordBytes
            ? Step.NeedsMore
            : Add(end - start, null, isDocument: false);
    }
}
