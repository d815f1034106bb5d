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
}
