namespace Saker.Ingest;

/// <summary>What containers print, where their word is not taken for what it looks like (<see cref="ContentTrust"/>).</summary>
internal sealed partial class RecordDecoder
{
    private static bool IsDistrusted(Wrapping wrapping) => wrapping.Trust is not null && ContentTrust.IsOfContainer(wrapping);

    /// <summary>Takes a container's lines out of what its runtime wrote around them, where they come as its log file has them.</summary>
    private bool TryRuntime(ReadOnlyMemory<byte> content, Wrapping wrapping)
    {
        if (RuntimeLine.TryRead(content.Span, out _))
        {
            RuntimeLines(content, wrapping);
            return true;
        }

        var scan = levels[wrapping.Depth].Scan;
        var isDocker = false;
        while (!content.IsEmpty && content.Span[0] == '{' && scan.Scan(content) && TryDockerLine(scan, wrapping))
        {
            isDocker = true;
            content = Trim(content[scan.End..]);
        }

        if (isDocker)
        {
            FlushDockerLines(wrapping);
            if (!content.IsEmpty)
            {
                ContentOfContainer(content, wrapping);
            }
        }

        return isDocker;
    }

    /// <summary>Hands on a container's output: as an alert or an audit event where it is believed about them, else as the line that it is.</summary>
    private void ContentOfContainer(ReadOnlyMemory<byte> content, Wrapping wrapping)
    {
        var trust = wrapping.Trust!;
        wrapping = wrapping with { Otherwise = EventKind.ContainerLog };
        var scan = levels[wrapping.Depth].Scan;
        var isJson = content.Span[0] == '{' && scan.Scan(content) && Trim(content[scan.End..]).IsEmpty;
        if (isJson && trust.AllowsAudit(wrapping) && AuditEvent.Recognise(scan))
        {
            EmitAudit(content, scan, wrapping, truncated: AuditEvent.IsCutByServer(scan));
        }
        else if (isJson && trust.AllowsFalco(wrapping) && TryFalco(content, scan, wrapping))
        {
            // Told.
        }
        else if (!isJson && trust.AllowsFalco(wrapping) && FalcoText.TryRead(content.Span, out var alert))
        {
            EmitFalco(content, FalcoText.Split(content.Span[alert.Message..], alert.Priority), FalcoText.Time(alert, this, wrapping.Time), null, wrapping);
        }
        else if (isJson)
        {
            EmitNamed(content, wrapping.Time ?? EventTime.OfObject(scan), "json", EventKind.ContainerLog, wrapping);
        }
        else
        {
            EmitNamed(content, wrapping.Time ?? EventTime.OfLine(content.Span, this), Text, EventKind.ContainerLog, wrapping);
        }
    }
}
