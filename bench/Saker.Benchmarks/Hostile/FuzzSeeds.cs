using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Benchmarks.Hostile;

/// <summary>Sound requests, one or more an endpoint, from which broken ones are made.</summary>
/// <param name="Method">GET, POST, …</param>
/// <param name="Path">With its query.</param>
/// <param name="Type">Content-Type.</param>
/// <param name="Body">What is sent.</param>
internal sealed record FuzzSeed(string Method, string Path, string Type, byte[] Body)
{
    private const string Audit = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"5e1d3c1a-0000-4000-8000-000000000001","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/secrets","verb":"create","user":{"username":"fuzz","groups":["g"]},"sourceIPs":["10.0.0.1"],"objectRef":{"resource":"secrets","namespace":"shop","name":"x"},"responseStatus":{"code":201},"requestObject":{"kind":"Secret","data":{"password":"c2VjcmV0"}},"requestReceivedTimestamp":"2026-03-14T10:00:00.000000Z","stageTimestamp":"2026-03-14T10:00:00.100000Z"}""";
    private const string Falco = """{"output":"10:00:00.000000000: Notice A shell was spawned","priority":"Notice","rule":"Terminal shell in container","time":"2026-03-14T10:00:00.000000000Z","output_fields":{"container.id":"abc","proc.name":"bash","user.uid":0}}""";
    private const string OtlpLogs = """{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"n1"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1773482400000000000","body":{"stringValue":"one"},"attributes":[{"key":"a","value":{"intValue":"7"}}]},{"body":{"kvlistValue":{"values":[{"key":"k","value":{"doubleValue":1.5}}]}}}]}]}]}""";
    private const string OtlpMetrics = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"process.cpu.utilization","gauge":{"dataPoints":[{"timeUnixNano":"1773482400000000000","asDouble":0.5}]}},{"name":"h","histogram":{"dataPoints":[{"count":"3","sum":4,"bucketCounts":["1","2"],"explicitBounds":[1]}]}}]}]}]}""";
    private const string Firehose = """{"requestId":"r","timestamp":1,"records":[{"data":"H4sIAAAAAAAAA6tWSs7PK0mtKFGyUirOzy1ILMlMyswBCijVAgDLcVjOGwAAAA=="},{"data":"eyJhIjoxfQ=="}]}""";

    /// <summary>All that there are; the last ones change or ask something, and are taken less often.</summary>
    public static IReadOnlyList<FuzzSeed> All { get; } =
    [
        Post("/services/collector", """{"time":1773482400.5,"host":"h","source":"s","sourcetype":"fuzz","index":"main","event":{"a":[1,2,{"b":null}]},"fields":{"x":"y","n":[1,2]}}{"event":"text"}"""),
        Post("/services/collector/event/1.0", """[{"event":"a"},{"event":"b","fields":{"metric_name:cpu":1.5,"_value":2}}]"""),
        Post("/services/collector/raw?sourcetype=fuzz&host=h&time=1773482400", "a line\nanother one\n{\"a\":1}\n"),
        Post("/services/collector/ack?channel=00000000-0000-0000-0000-000000000001", """{"acks":[0,1,2]}"""),
        Post("/audit/fuzz", $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{Audit}},{{Audit}}]}"""),
        Post("/falco", Falco),
        Post("/v1/logs", OtlpLogs),
        Post("/v1/metrics", OtlpMetrics),
        new("POST", "/v1/logs", "application/x-protobuf", Logs()),
        Post("/v2/datapoint", """{"gauge":[{"metric":"cpu","value":1.5,"timestamp":1773482400000,"dimensions":{"host":"h"}}]}"""),
        new("POST", "/v2/datapoint", "application/x-protobuf", Logs()),
        Post("/firehose", Firehose),
        Post("/api/v1/events/search", """{"search":"index=main fuzz | head 1 | stats count by a","earliest":"-5m","latest":"now","limit":10}"""),
        new("GET", "/api/v1/events/search?search=nothing%20%7C%20head%201&earliest=-1m", "", []),
        new("GET", "/api/v1/deadletter?limit=3&source=hec", "", []),
        new("GET", "/api/v1/windows?limit=3&earliest=-1h", "", []),
        new("GET", "/api/v1/findings?limit=3", "", []),
        Post("/api/v1/tokens", """{"name":"fuzz","scopes":["ingest"],"cluster":"c"}"""),
        Post("/api/v1/deadletter/999999999/replay", "{}"),
        new("GET", "/services/collector/health", "", []),
    ];

    private static FuzzSeed Post(string path, string body) => new("POST", path, "application/json", Encoding.UTF8.GetBytes(body));

    /// <summary>The same as OTLP's protobuf; texts are bytes to our messages, which JSON writes as Base64.</summary>
    private static byte[] Logs()
    {
        var json = Regex.Replace(OtlpLogs, "\"(key|stringValue)\":\"([^\"]*)\"", m => $"\"{m.Groups[1].Value}\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(m.Groups[2].Value))}\"");
        return new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true)).Parse<LogsRequest>(json).ToByteArray();
    }
}
