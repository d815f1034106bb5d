namespace Saker.Ingest;

/// <summary>
/// A Kubernetes audit event of any age: audit.k8s.io/v1, v1beta1, v1alpha1, the forms of 2017-18, and what others made of them.
/// <c>{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"…","stage":"ResponseComplete","requestURI":"/api",…}</c>
/// </summary>
internal static class AuditEvent
{
    /// <summary>Whether a text begins as an event does that an API server wrote: what else it may have makes it nothing else.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text) => text.StartsWith("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/"u8);

    /// <summary>
    /// By the keys it has, not by their values: <c>kind</c> may be 0, <c>objectRef</c> a string. A core Event object (involvedObject,
    /// regarding) is none.
    /// </summary>
    public static bool Recognise(JsonObjectScan scan)
    {
        var marks = 0;
        var hasId = false;
        var hasUri = false;
        for (var i = 0; i < scan.Count; i++)
        {
            switch (scan.Name(i))
            {
                case var name when name.SequenceEqual("auditID"u8):
                    hasId = true;
                    break;
                case var name when name.SequenceEqual("requestURI"u8):
                    hasUri = true;
                    break;
                case var name when name.SequenceEqual("apiVersion"u8):
                    if (scan.Value(i).Content.StartsWith("audit.k8s.io/"u8))
                    {
                        return scan["kind"u8] is { IsString: false } or { Exists: false } || scan["kind"u8].Is("Event"u8);
                    }

                    break;
                case var name when IsMark(name):
                    marks++;
                    break;
                case var name when name.SequenceEqual("involvedObject"u8) || name.SequenceEqual("regarding"u8):
                    return false;
                default:
                    break;
            }
        }

        // A key written with escapes is found by the exact look-up.
        return hasId || hasUri ? marks > 0 || (hasId && hasUri) : marks >= 3 && (scan["auditID"u8].Exists || scan["requestURI"u8].Exists);
    }

    /// <summary>Whether the API server dropped the bodies because the event was too large.</summary>
    public static bool IsCutByServer(JsonObjectScan scan)
    {
        var annotations = scan["annotations"u8];
        return annotations.IsObject && annotations.Span.IndexOf("audit.k8s.io/truncated"u8) >= 0 && annotations["audit.k8s.io/truncated"u8].Exists;
    }

    /// <summary>When it happened: at this stage, else when the request came, else as the older forms tell.</summary>
    public static long? Time(JsonObjectScan scan) =>
        EventTime.ReadIso(scan["stageTimestamp"u8])
        ?? EventTime.ReadIso(scan["requestReceivedTimestamp"u8])
        ?? EventTime.ReadIso(scan["timestamp"u8])
        ?? EventTime.ReadIso(scan["metadata"u8]["creationTimestamp"u8]);

    private static bool IsMark(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("verb"u8),
        5 => name.SequenceEqual("stage"u8) || name.SequenceEqual("level"u8),
        9 => name.SequenceEqual("objectRef"u8) || name.SequenceEqual("sourceIPs"u8),
        13 => name.SequenceEqual("requestObject"u8),
        14 => name.SequenceEqual("stageTimestamp"u8) || name.SequenceEqual("responseStatus"u8) || name.SequenceEqual("responseObject"u8),
        24 => name.SequenceEqual("requestReceivedTimestamp"u8),
        _ => false,
    };
}
