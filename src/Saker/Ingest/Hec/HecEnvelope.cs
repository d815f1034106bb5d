using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>
/// Splunk's HTTP Event Collector:
/// <c>{"time":1700000000.5,"host":"n1","source":"/var/log/a.log","sourcetype":"kube:apiserver-audit","index":"main","event":{…}|"text","fields":{"k":"v"}}</c>.
/// What stands in <c>event</c> is decoded again by its content.
/// </summary>
internal static class HecEnvelope
{
    /// <summary>Every key is one of the protocol's, and there is an event.</summary>
    public static bool Recognise(JsonObjectScan scan)
    {
        var hasEvent = false;
        for (var i = 0; i < scan.Count; i++)
        {
            var name = scan.Name(i);
            hasEvent |= name.SequenceEqual("event"u8);
            if (!(name.SequenceEqual("event"u8) || name.SequenceEqual("time"u8) || name.SequenceEqual("host"u8) || name.SequenceEqual("source"u8)
                || name.SequenceEqual("sourcetype"u8) || name.SequenceEqual("index"u8) || name.SequenceEqual("fields"u8)))
            {
                return false;
            }
        }

        return hasEvent || (scan["fields"u8].IsObject && HecMetric.HasMeasures(scan["fields"u8]));
    }

    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        var fields = scan["fields"u8];
        var inside = Describe(decoder, scan, wrapping);
        if (fields.IsObject && HecMetric.HasMeasures(fields))
        {
            HecMetric.Unwrap(decoder, fields, inside);
            return;
        }

        var sent = scan["event"u8];
        if (sent.IsNull || (sent.IsString && sent.Content.Trim(" \t"u8).IsEmpty))
        {
            decoder.Reject("HEC: event field cannot be blank");
            return;
        }

        decoder.Content(decoder.TextOf(sent, wrapping.Depth), inside with { Fields = Fields(fields, wrapping) });
    }

    private static Wrapping Describe(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        var host = scan["host"u8].AsTextOrNull();
        return wrapping.Inside() with
        {
            Time = EventTime.Read(scan["time"u8]) ?? wrapping.Time,
            Host = host is null or "unknown" ? wrapping.Host : decoder.Intern(host),
            Source = Name(decoder, scan["source"u8]) ?? wrapping.Source,
            Sourcetype = Name(decoder, scan["sourcetype"u8]) ?? wrapping.Sourcetype,
            Index = Name(decoder, scan["index"u8]) ?? wrapping.Index,
            Cluster = Name(decoder, scan["fields"u8]["k8s.cluster.name"u8]) ?? wrapping.Cluster,
            Otherwise = EventKind.Log,
        };
    }

    private static string? Name(RecordDecoder decoder, JsonValue value) => value.AsTextOrNull() is { } name ? decoder.Intern(name) : null;

    /// <summary>The fields as JSON members; a nested value, which the protocol forbids, becomes text.</summary>
    private static ReadOnlyMemory<byte> Fields(JsonValue fields, Wrapping wrapping)
    {
        var written = new JsonOut();
        if (!wrapping.Fields.IsEmpty)
        {
            written.AddJson(wrapping.Fields.Span);
        }

        foreach (var field in fields.Members)
        {
            if (field.Value.IsObject || field.Value.IsArray)
            {
                written.Add(JsonText.Unescape(field.Name), field.Value.AsText());
            }
            else
            {
                written.Copy(field);
            }
        }

        return written.Written;
    }
}
