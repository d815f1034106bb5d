namespace Saker.Ingest;

/// <summary>Kubernetes objects and core Events as Splunk's collectors ship them.</summary>
internal sealed partial class RecordDecoder
{
    internal static bool IsKubeSourcetype(string? sourcetype) =>
        sourcetype is not null && (sourcetype.StartsWith("kube:events", StringComparison.Ordinal) || sourcetype.StartsWith("kube:object", StringComparison.Ordinal));

    /// <summary>
    /// <c>{"kind":"Event","apiVersion":"v1","involvedObject":{…},"reason":"Pulling"}</c> is <c>kube:events</c>; the watch form
    /// <c>{"type":"ADDED","object":{"kind":"Event",…}}</c> is <c>kube:objects:events</c>, and of other objects <c>kube:object:pod</c>.
    /// </summary>
    private bool TryKubeEvent(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping)
    {
        string sourcetype;
        JsonValue stamped;
        var watched = scan["object"u8];
        if (watched.IsObject && watched["kind"u8].IsString && watched["metadata"u8].IsObject)
        {
            var kind = watched["kind"u8].AsText();
            sourcetype = kind == "Event" ? "kube:objects:events" : Intern("kube:object:" + kind.ToLowerInvariant());
            stamped = watched;
        }
        else if ((scan["involvedObject"u8].IsObject || scan["regarding"u8].IsObject) && (scan["kind"u8].Is("Event"u8) || scan["reason"u8].Exists))
        {
            sourcetype = "kube:events";
            stamped = new JsonValue(json);
        }
        else
        {
            return false;
        }

        var time = EventTime.Read(stamped["lastTimestamp"u8]) ?? EventTime.Read(stamped["deprecatedLastTimestamp"u8]) ?? EventTime.Read(stamped["eventTime"u8])
            ?? EventTime.Read(stamped["firstTimestamp"u8]);
        var created = sourcetype.EndsWith("events", StringComparison.Ordinal) ? EventTime.Read(stamped["metadata"u8]["creationTimestamp"u8]) : null;
        EmitNamed(json, wrapping.Time ?? time ?? created, sourcetype, EventKind.KubeEvent, wrapping);
        return true;
    }
}
