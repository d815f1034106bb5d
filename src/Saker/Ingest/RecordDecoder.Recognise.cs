namespace Saker.Ingest;

/// <summary>What a JSON object is, by its top-level keys; the commonest first.</summary>
internal sealed partial class RecordDecoder
{
    /// <summary>Decodes an object of a kind we know; if it is of none, nothing is told.</summary>
    private bool TryObject(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping)
    {
        if (wrapping.IsAuditItem || AuditEvent.Recognise(scan))
        {
            EmitAudit(json, scan, wrapping, truncated: AuditEvent.IsCutByServer(scan));
            return true;
        }

        return TryList(scan, wrapping) || TryFalco(json, scan, wrapping) || TryHec(scan, wrapping) || TryCloud(json, scan, wrapping)
            || TryOtlp(scan, wrapping) || TrySignalFx(scan, wrapping) || TryTetragon(json, scan, wrapping) || TryKubeEvent(json, scan, wrapping) || TryShipped(scan, wrapping);
    }

    /// <summary>
    /// <c>{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"level":"Metadata","auditID":…}]}</c>: what an API server's
    /// webhook posts.
    /// </summary>
    private bool TryList(JsonObjectScan scan, Wrapping wrapping)
    {
        var items = scan["items"u8];
        if (!items.IsArray || !(scan["kind"u8].Is("EventList"u8) || (scan["kind"u8].Is("List"u8) && HoldsEvents(items))))
        {
            return false;
        }

        var isAudit = scan["apiVersion"u8].Content.StartsWith("audit.k8s.io"u8);
        var empty = true;
        foreach (var item in items.Elements)
        {
            empty = false;
            Content(item.Text, wrapping.Inside() with { IsAuditItem = isAudit && item.IsObject });
        }

        if (empty)
        {
            Other("empty EventList");
        }

        return true;
    }

    /// <summary>What <c>kubectl get events -o json</c> prints is a List like any other.</summary>
    private static bool HoldsEvents(JsonValue items)
    {
        foreach (var first in items.Elements)
        {
            return first["involvedObject"u8].IsObject || first["regarding"u8].IsObject;
        }

        return false;
    }

    private bool TryHec(JsonObjectScan scan, Wrapping wrapping) =>
        HecEnvelope.Recognise(scan) && Unwrap(HecEnvelope.Unwrap, scan, wrapping, "empty HEC event");

    private bool TryOtlp(JsonObjectScan scan, Wrapping wrapping)
    {
        if (scan["resourceLogs"u8].IsArray)
        {
            return Unwrap(OtlpLogs.Unwrap, scan, wrapping, "no OTLP log records");
        }

        return scan["resourceMetrics"u8].IsArray && Unwrap(OtlpMetrics.Unwrap, scan, wrapping, "no OTLP data points");
    }

    private bool TrySignalFx(JsonObjectScan scan, Wrapping wrapping) =>
        SignalFxDatapoints.Recognise(scan) && Unwrap(SignalFxDatapoints.Unwrap, scan, wrapping, "no SignalFx data points");

    private bool TryCloud(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping)
    {
        if (CloudWatch.Recognise(scan))
        {
            return Unwrap(CloudWatch.Unwrap, scan, wrapping, "CloudWatch message without log events");
        }

        if (AksRecord.Recognise(scan))
        {
            return Unwrap(AksRecord.Unwrap, scan, options.Views.AksRecords.Count > 0 ? wrapping with { Envelope = new(EnvelopeForm.AksRecord, json) } : wrapping, "empty AKS record");
        }

        if (scan["records"u8].IsArray || scan["Records"u8].IsArray)
        {
            return TryRecords(scan, wrapping);
        }

        if (GkeLogEntry.Recognise(scan))
        {
            return Unwrap(GkeLogEntry.Unwrap, scan, options.Views.LogEntries ? wrapping with { Envelope = new(EnvelopeForm.LogEntry, json) } : wrapping, "empty log entry");
        }

        return PubSubMessage.TryUnwrap(this, scan, wrapping);
    }

    /// <summary>
    /// A batch of records, which Azure (<c>{"records":[{"category":"kube-audit",…}]}</c>), Firehose (<c>{"records":[{"data":"H4sI…"}]}</c>) and
    /// Kinesis (<c>{"Records":[{"kinesis":{"data":"H4sI…"}}]}</c>) send alike. Each element counts on its own.
    /// </summary>
    private bool TryRecords(JsonObjectScan scan, Wrapping wrapping)
    {
        var records = scan["records"u8].IsArray ? scan["records"u8] : scan["Records"u8];
        var before = told;
        foreach (var record in records.Elements)
        {
            var packed = CloudWatch.PackedData(record);
            if (packed.Exists)
            {
                CloudWatch.Unpack(this, packed, wrapping);
            }
            else
            {
                Content(record.Text, wrapping.Inside());
            }
        }

        if (told == before)
        {
            Other("empty batch of records");
        }

        return true;
    }

    /// <summary>
    /// Log shippers put the line they read under a key of their own: <c>{"@timestamp":…,"message":"{\"kind\":\"Event\",…}"}</c>; Splunk exports
    /// <c>{"result":{"_raw":…}}</c>, Elastic <c>{"kubernetes":{"audit":{…}}}</c>. Only what is recognised is taken out; a message that is plain text leaves
    /// the object as it is.
    /// </summary>
    private bool TryShipped(JsonObjectScan scan, Wrapping wrapping)
    {
        if (wrapping.Trust is not null && NamesContainer(scan))
        {
            wrapping = wrapping with { IsContainerOutput = true };
        }

        for (var i = 0; i < scan.Count; i++)
        {
            var value = scan.Value(i);
            var name = scan.Name(i);
            if (name.SequenceEqual("kubernetes"u8) && value.IsObject)
            {
                value = value["audit"u8];
            }
            else if (!IsShippedUnder(name))
            {
                continue;
            }

            if (value.IsString || value.IsObject)
            {
                var time = EventTime.OfObject(scan);
                if (TryContent(TextOf(value, wrapping.Depth), wrapping.Inside() with { Time = time ?? wrapping.Time }))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Fluent Bit, Fluentd and Vector name the container beside its line: <c>{"log":"…","kubernetes":{"pod_name":"web-1","container_name":"web"}}</c>.</summary>
    private static bool NamesContainer(JsonObjectScan scan) => scan["kubernetes"u8] is { IsObject: true } beside
        && (beside["pod_name"u8].Exists || beside["container_name"u8].Exists || beside["pod"u8].Exists || beside["container"u8].Exists);

    private static bool IsShippedUnder(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("message"u8) || name.SequenceEqual("@message"u8) || name.SequenceEqual("log"u8) || name.SequenceEqual("log_s"u8)
        || name.SequenceEqual("_raw"u8) || name.SequenceEqual("MESSAGE"u8) || name.SequenceEqual("textPayload"u8)
        || name.SequenceEqual("jsonPayload"u8) || name.SequenceEqual("result"u8);
}
