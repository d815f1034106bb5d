using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>The streams of a container of which a line is still open.</summary>
[Flags]
internal enum OpenStreams
{
    None = 0,
    Output = 1,
    Error = 2,
}

/// <summary>Container runtimes split long lines; these tell where the last part is.</summary>
internal static class LineRuns
{
    private static ReadOnlySpan<byte> DockerStart => "{\"log\":\""u8;

    /// <summary>What is open after a line of either runtime; null if it is of none.</summary>
    public static OpenStreams? After(ReadOnlySpan<byte> line, OpenStreams open) =>
        line.StartsWith(DockerStart) ? AfterDocker(line, open) : AfterRuntime(line, open);

    /// <summary>From a <c>… stdout P …</c> line to the F line that ends it; the other stream's lines may stand between.</summary>
    public static OpenStreams? AfterRuntime(ReadOnlySpan<byte> line, OpenStreams open)
    {
        if (!RuntimeLine.TryRead(line, out var head))
        {
            return null;
        }

        var stream = head.IsError ? OpenStreams.Error : OpenStreams.Output;
        return head.IsPartial ? open | stream : open & ~stream;
    }

    /// <summary>From a line of Docker's whose log ends in no newline to the one whose does.</summary>
    public static OpenStreams? AfterDocker(ReadOnlySpan<byte> line, OpenStreams open)
    {
        const int logAt = 7;
        if (!line.StartsWith(DockerStart) || line.IndexOf("\"stream\":\""u8) < 0)
        {
            return open == OpenStreams.None ? OpenStreams.None : null;
        }

        var end = JsonSkip.String(line, logAt, out _);
        var stream = line.IndexOf("\"stream\":\"stderr\""u8) >= 0 ? OpenStreams.Error : OpenStreams.Output;
        return end > 0 && line[..(end - 1)].EndsWith("\\n"u8) ? open & ~stream : open | stream;
    }
}
