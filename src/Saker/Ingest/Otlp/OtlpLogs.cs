using System.Text;

namespace Saker.Ingest;

/// <summary>
/// OTLP logs as JSON: <c>{"resourceLogs":[{"resource":{"attributes":[…]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"…","body":{"stringValue":"…"},"attributes":[…]}]}]}]}</c>.
/// The body is decoded again by its content; <c>com.splunk.*</c> attributes name it, the others become fields.
/// </summary>
internal static class OtlpLogs
{
    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        foreach (var resource in scan["resourceLogs"u8].Elements)
        {
            var attributes = resource["resource"u8]["attributes"u8];
            var scopes = resource["scopeLogs"u8].Exists ? resource["scopeLogs"u8] : resource["instrumentationLibraryLogs"u8];
            foreach (var scope in scopes.Elements)
            {
                var records = scope["logRecords"u8].Exists ? scope["logRecords"u8] : scope["logs"u8];
                foreach (var record in records.Elements)
                {
                    Unwrap(decoder, attributes, record, wrapping.Inside());
                }
            }
        }
    }

    private static void Unwrap(RecordDecoder decoder, JsonValue resource, JsonValue record, Wrapping wrapping)
    {
        var fields = new JsonOut();
        wrapping = Describe(decoder, resource, fields, wrapping);
        wrapping = Describe(decoder, record["attributes"u8], fields, wrapping);
        var time = Time(record["timeUnixNano"u8]) ?? Time(record["observedTimeUnixNano"u8]) ?? wrapping.Time;
        wrapping = wrapping with { Time = time, Otherwise = EventKind.Log, Fields = Join(wrapping.Fields, fields.Written) };
        var body = record["body"u8];
        if (body["stringValue"u8] is { IsString: true } text)
        {
            decoder.Content(decoder.TextOf(text, wrapping.Depth), wrapping.Inside());
            return;
        }

        var json = new JsonOut();
        if (body.IsObject)
        {
            OtlpValue.Write(json, body, 0);
        }

        decoder.Content(json.Written, wrapping.Inside());
    }

    private static Wrapping Describe(RecordDecoder decoder, JsonValue attributes, JsonOut fields, Wrapping wrapping)
    {
        foreach (var attribute in attributes.Elements)
        {
            var name = attribute["key"u8].AsText();
            var value = OtlpValue.Text(attribute["value"u8]);
            var named = value.Length == 0 ? null : decoder.Intern(value);
            switch (name)
            {
                case "com.splunk.source":
                    wrapping = wrapping with { Source = named ?? wrapping.Source };
                    break;
                case "com.splunk.sourcetype":
                    wrapping = wrapping with { Sourcetype = named ?? wrapping.Sourcetype };
                    break;
                case "com.splunk.index":
                    wrapping = wrapping with { Index = named ?? wrapping.Index };
                    break;
                case "host.name":
                    wrapping = wrapping with { Host = named ?? wrapping.Host };
                    break;
                case "k8s.cluster.name":
                    wrapping = wrapping with { Cluster = named ?? wrapping.Cluster };
                    goto default;
                default:
                    fields.Add(name, value);
                    break;
            }
        }

        return wrapping;
    }

    /// <summary>Nanoseconds since 1970, which a JSON string holds; 0 is "unknown".</summary>
    public static long? Time(JsonValue stamp) =>
        ulong.TryParse(Encoding.ASCII.GetString(stamp.Content), out var time) && time > 0 ? (long)Math.Min(time, long.MaxValue) : null;

    private static ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte> outer, ReadOnlyMemory<byte> inner) =>
        outer.IsEmpty ? inner : inner.IsEmpty ? outer : (byte[])[.. outer.Span, (byte)',', .. inner.Span];
}
