using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using Saker.Ingest;
using Saker.Ingest.Otlp.Proto;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server;

public sealed class OtlpEndpointTests
{
    private const string Logs = """{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"n1"}}]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":"one"}},{"body":{"stringValue":"two"}}]}]}]}""";
    private const string Metrics = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"process.cpu.utilization","gauge":{"dataPoints":[{"asDouble":0.5}]}}]}]}]}""";
    private const string LogsService = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

    [Fact]
    public async Task Logs_and_metrics_are_taken_as_protobuf_and_json()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((200, ""), await PostAsync(host, "/v1/logs", OtlpMessages(Logs), "application/x-protobuf"));
        Assert.Equal((200, "{}"), await PostAsync(host, "/v1/logs", Encoding.UTF8.GetBytes(Logs), "application/json; charset=utf-8"));
        Assert.Equal((200, ""), await PostAsync(host, "/v1/metrics", Ingest.OtlpMessages.Metrics(Metrics), "application/x-protobuf"));
        Assert.Equal((200, "{}"), await PostAsync(host, "/v1/metrics", Encoding.UTF8.GetBytes(Metrics), "application/json"));
        Assert.Equal((200, "{}"), await PostAsync(host, "/v1/metrics", Gzip(Encoding.UTF8.GetBytes(Metrics)), "application/json", "gzip"));
        Assert.Equal(["one", "two", "one", "two"], host.Intake.Events.Where(e => e.Kind == EventKind.Log).Select(e => e.Raw));
        Assert.Equal(3, host.Intake.Events.Count(e => e.Kind == EventKind.Metric));
        Assert.All(host.Intake.Batches, batch => Assert.Equal("otlp/test", batch.Source));
    }

    [Fact]
    public async Task What_cannot_be_read_of_an_export_is_told_as_partial_success_and_the_rest_is_kept()
    {
        await using var host = await ServerHost.StartAsync();
        var json = """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"fine"}},{"body":{"stringValue":"{\"kind\":\"Event\",\"apiVersion\":"}}]}]}]}""";
        var (status, text) = await PostAsync(host, "/v1/logs", Encoding.UTF8.GetBytes(json), "application/json");
        Assert.Equal(200, status);
        Assert.StartsWith("{\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"not valid JSON", text, StringComparison.Ordinal);
        var answer = await host.Client.PostAsync("/v1/logs", Content(OtlpMessages(json), "application/x-protobuf"));
        var partial = LogsResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync()).PartialSuccess;
        Assert.Equal(1, partial.RejectedLogRecords);
        Assert.StartsWith("not valid JSON", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(2, host.Intake.Events.Count);
        Assert.Equal(2, host.Intake.Rejected.Count);
    }

    [Theory]
    [InlineData("{\"resourceLogs\":[", "application/json", 400, "not valid JSON")]
    [InlineData("[]", "application/json", 400, "not a JSON object")]
    [InlineData("{\"resourceMetrics\":[]}", "application/json", 400, "no array `resourceLogs`")]
    [InlineData("{} {}", "application/json", 400, "something follows")]
    [InlineData("\u0001", "application/x-protobuf", 400, "not the protobuf message")]
    [InlineData("{}", "text/plain", 415, "Content-Type must be")]
    public async Task Bodies_that_are_no_export_are_refused_with_the_reason(string body, string type, int status, string reason)
    {
        await using var host = await ServerHost.StartAsync();
        var (got, text) = await PostAsync(host, "/v1/logs", Encoding.UTF8.GetBytes(body), type);
        Assert.Equal(status, got);
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.Empty(host.Intake.Batches);
    }

    [Fact]
    public async Task A_full_journal_asks_for_the_same_export_again_later()
    {
        await using var host = await ServerHost.StartAsync();
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromSeconds(7), "the journal is full");
        using var answer = await host.Client.PostAsync("/v1/logs", Content(OtlpMessages(Logs), "application/x-protobuf"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
        var status = Status.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((14, "the journal is full"), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_grpc_call_is_taken_and_answered_with_its_status_in_the_trailers()
    {
        await using var host = await ServerHost.StartAsync();
        var plain = await CallAsync(host, LogsService, Frame(OtlpMessages(Logs)));
        Assert.Equal(("0", ""), (plain.Status, plain.Message));
        Assert.Equal(new byte[5], plain.Body);
        var packed = await CallAsync(host, LogsService, Frame(Gzip(OtlpMessages(Logs)), isCompressed: true), "gzip");
        Assert.Equal("0", packed.Status);
        Assert.Equal(4, host.Intake.Events.Count);
        var metrics = await CallAsync(host, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", Frame(Ingest.OtlpMessages.Metrics(Metrics)));
        Assert.Equal("0", metrics.Status);
        Assert.Equal(5, host.Intake.Events.Count);
    }

    [Fact]
    public async Task Calls_that_fail_say_why_in_grpcs_own_codes()
    {
        await using var host = await ServerHost.StartAsync(parts => parts with { Bodies = new BodyLimits(LargestBytes: 100_000) });
        Assert.Equal(("3", "the body is not one whole gRPC message"), await FailAsync(host, [0, 0, 0]));
        Assert.Equal("3", (await FailAsync(host, Frame([0x0A]))).Status);
        Assert.Equal("3", (await FailAsync(host, Frame([1, 2, 3], isCompressed: true), "gzip")).Status);
        Assert.Equal(("12", "grpc-encoding `snappy` is not read; gzip, deflate and identity are"), await FailAsync(host, Frame([1], isCompressed: true), "snappy"));
        Assert.Equal(("8", "the body is larger than 100,000 bytes"), await FailAsync(host, Frame(Gzip(new byte[10_000_000]), isCompressed: true), "gzip"));
        var traces = await CallAsync(host, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", Frame([]));
        Assert.Equal(("12", "only logs and metrics are taken"), (traces.Status, traces.Message));
        Assert.Equal("16", (await CallAsync(host, LogsService, Frame([]), token: "nobody's")).Status);
        Assert.Empty(host.Intake.Batches);
    }

    [Fact]
    public async Task Back_pressure_is_unavailable_with_the_time_to_wait()
    {
        await using var host = await ServerHost.StartAsync();
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromSeconds(3.5), "voll: 100 % ü");
        var call = await CallAsync(host, LogsService, Frame(OtlpMessages(Logs)));
        Assert.Equal(("14", "voll: 100 %25 %C3%BC"), (call.Status, call.Message));
        var status = Status.Parser.ParseFrom(Convert.FromBase64String(call.Details.PadRight((call.Details.Length + 3) / 4 * 4, '=')));
        Assert.Equal("type.googleapis.com/google.rpc.RetryInfo", Assert.Single(status.Details).TypeUrl);
        var delay = RetryInfo.Parser.ParseFrom(status.Details[0].Value).RetryDelay;
        Assert.Equal((3, 500_000_000), (delay.Seconds, delay.Nanos));
    }

    [Fact]
    public async Task A_tokens_cluster_is_that_of_what_names_none()
    {
        const string bound = "skr_bound0123456789abcdefghijklmnopqrstuvwxyzAB";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("prod-token", bound, Scopes.Ingest, "prod"));
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", bound);
        await PostAsync(host, "/v1/metrics", Encoding.UTF8.GetBytes(Metrics), "application/json");
        Assert.Contains("\"k8s.cluster.name\":\"prod\"", Assert.Single(host.Intake.Events).Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_pod_printed_stays_a_line_of_its_log()
    {
        await using var host = await ServerHost.StartAsync();
        var audit = System.Text.Json.JsonEncodedText.Encode(Ingest.Samples.Audit).ToString();
        var json = "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"com.splunk.sourcetype\",\"value\":{\"stringValue\":\"kube:container:web\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"" + audit + "\"}}]}]}]}";
        await PostAsync(host, "/v1/logs", OtlpMessages(json), "application/x-protobuf");
        await PostAsync(host, "/v1/logs", Encoding.UTF8.GetBytes(json), "application/json");
        Assert.Equal([EventKind.ContainerLog, EventKind.ContainerLog], host.Intake.Events.Select(e => e.Kind));
    }

    private static byte[] OtlpMessages(string json) => Ingest.OtlpMessages.Logs(json);

    private static async Task<(int Status, string Text)> PostAsync(ServerHost host, string path, byte[] body, string type, string? encoding = null)
    {
        using var answer = await host.Client.PostAsync(path, Content(body, type, encoding));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static ByteArrayContent Content(byte[] body, string type, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return content;
    }

    private static byte[] Frame(byte[] message, bool isCompressed = false)
    {
        var framed = new byte[5 + message.Length];
        framed[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }

    private static async Task<(string Status, string Message)> FailAsync(ServerHost host, byte[] body, string? encoding = null)
    {
        var call = await CallAsync(host, LogsService, body, encoding);
        return (call.Status, call.Message);
    }

    private static async Task<(string Status, string Message, string Details, byte[] Body)> CallAsync(ServerHost host, string path, byte[] body, string? encoding = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Addresses[1], path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Content(body, "application/grpc"),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (encoding is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var answer = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        string Trailer(string name) => answer.TrailingHeaders.TryGetValues(name, out var values) ? string.Concat(values) : "";
        return (Trailer("grpc-status"), Trailer("grpc-message"), Trailer("grpc-status-details-bin"), bytes);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return to.ToArray();
    }
}
