namespace Saker.Ingest;

/// <summary>What containers print, where their word is not taken for what it looks like (<see cref="ContentTrust"/>).</summary>
internal sealed partial class RecordDecoder
{
    private static bool IsDistrusted(Wrapping wrapping) => wrapping.Trust is not null && ContentTrust.IsOfContainer(wrapping);

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
