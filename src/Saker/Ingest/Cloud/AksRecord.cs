namespace Saker.Ingest;

/// <summary>
/// One record of AKS diagnostic settings:
/// <c>{"time":"2020-05-05T16:16:37Z","category":"kube-audit","resourceId":"/SUBSCRIPTIONS/…/MANAGEDCLUSTERS/KUBETEST","properties":{"log":"{\"kind\":\"Event\",…}\n","pod":"kube-apiserver-1"}}</c>.
/// <c>log</c> may be the object itself; other categories hold klog text.
/// </summary>
internal static class AksRecord
{
    public static bool Recognise(JsonObjectScan scan) =>
        (scan["category"u8].IsString || scan["resourceId"u8].IsString || scan["operationName"u8].IsString) && scan["properties"u8]["log"u8].Exists;

    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        var resource = scan["resourceId"u8].AsText();
        var cluster = resource[(resource.LastIndexOf('/') + 1)..];
        decoder.Content(
            decoder.TextOf(scan["properties"u8]["log"u8], wrapping.Depth),
            wrapping.Inside() with
            {
                Time = EventTime.Read(scan["time"u8]) ?? wrapping.Time,
                Cluster = cluster.Length > 0 ? decoder.Intern(cluster) : wrapping.Cluster,
            });
    }

    /// <summary>The record with the audit event as it is after masking.</summary>
    public static void WriteView(JsonOut json, ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> masked)
    {
        json.Clear();
        json.Open();
        foreach (var member in new JsonValue(record).Members)
        {
            if (!JsonName.Equal(member.Name, "properties"u8))
            {
                json.Copy(member);
                continue;
            }

            json.Open("properties"u8);
            foreach (var property in member.Value.Members)
            {
                if (!JsonName.Equal(property.Name, "log"u8))
                {
                    json.Copy(property);
                }
                else
                {
                    json.Add("log"u8, masked.Span);
                }
            }

            json.Close();
        }

        json.Close();
    }
}
