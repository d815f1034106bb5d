using System.Buffers;

namespace Saker.Ingest;

/// <summary>Lines of text: container runtime logs, Falco's own text, a JSON document after a prefix.</summary>
internal sealed partial class RecordDecoder
{
    private const int BracesTried = 8;
    private readonly ArrayBufferWriter<byte> stdout = new();
    private readonly ArrayBufferWriter<byte> stderr = new();

    private bool TryText(ReadOnlyMemory<byte> text, Wrapping wrapping)
    {
        if (RuntimeLine.TryRead(text.Span, out _))
        {
            RuntimeLines(text, wrapping);
            return true;
        }

        if (FalcoText.TryRead(text.Span, out var alert))
        {
            EmitFalco(text, FalcoText.Split(text.Span[alert.Message..], alert.Priority), FalcoText.Time(alert, this, wrapping.Time), null, wrapping);
            return true;
        }

        return TryQuoted(text, wrapping) || TryPrefixed(text, wrapping);
    }

    /// <summary>
    /// A run of lines as containerd writes them, parts of a long line joined:
    /// <c>2024-01-01T00:00:00.0Z stdout P {"kind":"Ev</c> then <c>2024-01-01T00:00:00.1Z stdout F ent",…}</c>.
    /// </summary>
    private void RuntimeLines(ReadOnlyMemory<byte> lines, Wrapping wrapping)
    {
        long? began = null;
        while (!lines.IsEmpty)
        {
            var end = lines.Span.IndexOf((byte)'\n');
            // Blanks where a long line was split are part of it.
            var line = (end < 0 ? lines : lines[..end]).TrimStart(" \t\r\n\0"u8).TrimEnd("\r\0"u8);
            lines = end < 0 ? default : lines[(end + 1)..];
            if (!RuntimeLine.TryRead(line.Span, out var head))
            {
                Content(line, wrapping.Inside());
                continue;
            }

            var part = head.IsError ? stderr : stdout;
            began = part.WrittenCount == 0 ? head.Time : began;
            if (!head.IsPartial && part.WrittenCount == 0)
            {
                Content(line[head.Length..], OfContainer(wrapping, head.Time));
                continue;
            }

            part.Write(line.Span[head.Length..]);
            if (!head.IsPartial)
            {
                FlushParts(part, wrapping, began);
            }
        }

        FlushParts(stdout, wrapping, began);
        FlushParts(stderr, wrapping, began);
    }

    /// <summary>
    /// A line of Docker's json-file driver: <c>{"log":"{\"kind\":\"Event\"…}\n","stream":"stdout","time":"2024-01-01T00:00:00.0Z"}</c>. A long
    /// line comes in several, of which only the last one's log ends in a newline.
    /// </summary>
    private bool TryDockerLine(JsonObjectScan scan, Wrapping wrapping)
    {
        var log = scan["log"u8];
        var stream = scan["stream"u8];
        if (!log.IsString || !stream.IsString || !scan["time"u8].IsString || AuditEvent.IsPlain(scan.Text.Span))
        {
            return false;
        }

        var part = stream.Is("stderr"u8) ? stderr : stdout;
        JsonUnescape.Append(log.Content, part);
        dockerTime = EventTime.Read(scan["time"u8]);
        if (log.Content.IsEmpty || part.WrittenSpan.EndsWith("\n"u8))
        {
            FlushParts(part, wrapping, dockerTime, evenIfEmpty: true);
        }

        return true;
    }

    private long? dockerTime;

    private void FlushDockerLines(Wrapping wrapping)
    {
        FlushParts(stdout, wrapping, dockerTime);
        FlushParts(stderr, wrapping, dockerTime);
    }

    private void FlushParts(ArrayBufferWriter<byte> part, Wrapping wrapping, long? time, bool evenIfEmpty = false)
    {
        if (part.WrittenCount > 0 || evenIfEmpty)
        {
            // A copy: what is inside may be such lines again.
            var line = part.WrittenSpan.ToArray();
            part.ResetWrittenCount();
            Content(line, OfContainer(wrapping, time));
        }
    }

    private static Wrapping OfContainer(Wrapping wrapping, long? time) => wrapping with
    {
        Depth = wrapping.Depth + 1,
        Time = time ?? wrapping.Time,
        IsContainerOutput = true,
        Otherwise = wrapping.Otherwise == EventKind.Other ? EventKind.ContainerLog : wrapping.Otherwise,
    };

    /// <summary>A document that was quoted once more: <c>"{\"kind\":\"Event\",…}"</c>.</summary>
    private bool TryQuoted(ReadOnlyMemory<byte> text, Wrapping wrapping)
    {
        var span = text.Span;
        return span[0] == '"' && span.Length > 2 && Spl.Scanning.JsonSkip.String(span, 0, out _) == span.Length
            && TryContent(TextOf(new JsonValue(text), wrapping.Depth), wrapping.Inside());
    }

    /// <summary>
    /// Whatever stands before a JSON document that we know, syslog's head for one:
    /// <c>Sep 15 11:07:54 cp-1 kube-apiserver[1]: {"kind":"Event",…}</c>.
    /// </summary>
    private bool TryPrefixed(ReadOnlyMemory<byte> text, Wrapping wrapping)
    {
        var from = 0;
        for (var tries = 0; tries < BracesTried; tries++)
        {
            var brace = text.Span[from..].IndexOf((byte)'{');
            if (brace < 0)
            {
                return false;
            }

            from += brace;
            var next = Spl.Scanning.JsonSkip.WhiteSpace(text.Span, from + 1);
            if (next < text.Length && text.Span[next] == '"'
                && TryContent(text[from..], wrapping.Inside() with { Time = wrapping.Time ?? EventTime.OfLine(text.Span, this) }))
            {
                return true;
            }

            from++;
        }

        return false;
    }

    private bool TryTruncated(ReadOnlyMemory<byte> text, Wrapping wrapping)
    {
        var scan = levels[wrapping.Depth].Scan;
        if (!TruncatedAudit.TryStrip(text, out var before) || scan.Scan(before) || TruncatedAudit.Close(before, scan) is not { } closed
            || !scan.Scan(closed) || !(wrapping.IsAuditItem || AuditEvent.Recognise(scan)))
        {
            return false;
        }

        EmitAudit(closed, scan, wrapping, truncated: true);
        return true;
    }
}
