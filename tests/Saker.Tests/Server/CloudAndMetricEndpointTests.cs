using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using Saker.Ingest;
using Saker.Ingest.SignalFx.Proto;
using Saker.Stores;
using Saker.Tests.Ingest;
using Xunit;

namespace Saker.Tests.Server;

public sealed class CloudAndMetricEndpointTests
{
    private static readonly string AuditFromEks = JsonSerializer.Serialize(new
    {
        messageType = "DATA_MESSAGE",
        owner = "123456789012",
        logGroup = "/aws/eks/shop/cluster",
        logStream = "kube-apiserver-audit-0123",
        logEvents = new[] { new { id = "1", timestamp = 1777630000000, message = Ingest.Samples.Audit } },
    });

    [Fact]
    public async Task Firehose_brings_the_audit_log_of_eks_and_is_answered_with_its_id()
    {
        await using var host = await ServerHost.StartAsync();
        var (status, text) = await host.PostAsync("/firehose", Body("req-1", AuditFromEks, AuditFromEks), Key());
        Assert.Equal(200, status);
        using var answer = JsonDocument.Parse(text);
        Assert.Equal("req-1", answer.RootElement.GetProperty("requestId").GetString());
        Assert.True(answer.RootElement.GetProperty("timestamp").GetInt64() > 1_700_000_000_000);
        Assert.False(answer.RootElement.TryGetProperty("errorMessage", out _));
        Assert.Equal(2, host.Intake.Events.Count);
        Assert.All(host.Intake.Events, e => Assert.Equal((EventKind.Audit, "shop"), (e.Kind, e.Event.Cluster)));
    }

    [Fact]
    public async Task Firehose_control_messages_and_broken_records_do_not_stop_the_stream()
    {
        await using var host = await ServerHost.StartAsync();
        var body = JsonSerializer.Serialize(new
        {
            requestId = "r",
            timestamp = 1,
            records = new[] { new { data = Convert.ToBase64String(Reading.Gzip("""{"messageType":"CONTROL_MESSAGE","logGroup":"g","logEvents":[]}""")) }, new { data = "%%%" }, new { data = Convert.ToBase64String(Reading.Gzip(AuditFromEks)[..40]) } },
        });
        var (status, _) = await host.PostAsync("/firehose", body, Key());
        Assert.Equal(200, status);
        Assert.Equal(2, host.Intake.Rejected.Count);
        Assert.Equal(1, Assert.Single(host.Intake.Batches).OtherCount);
    }

    [Fact]
    public async Task Firehose_names_a_cluster_by_its_common_attributes()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/firehose", Body("r", Ingest.Samples.Audit), Key(), ("X-Amz-Firehose-Common-Attributes", """{"commonAttributes":{"cluster":"blue"}}"""));
        Assert.Equal("blue", Assert.Single(host.Intake.Events).Event.Cluster);
    }

    [Theory]
    [InlineData("", "not a JSON object")]
    [InlineData("{\"records\":[]}", "no `requestId`")]
    [InlineData("{\"requestId\":\"r\"}", "no array `records`")]
    public async Task Firehose_requests_that_cannot_be_read_are_told_why(string body, string why)
    {
        await using var host = await ServerHost.StartAsync();
        var (status, text) = await host.PostAsync("/firehose", body, Key(), ("X-Amz-Firehose-Request-Id", "from-header"));
        Assert.Equal(400, status);
        using var answer = JsonDocument.Parse(text);
        Assert.Equal(("from-header", why), (answer.RootElement.GetProperty("requestId").GetString(), answer.RootElement.GetProperty("errorMessage").GetString()));
    }

    [Fact]
    public async Task Firehose_is_told_of_a_full_journal_and_of_a_wrong_key()
    {
        await using var host = await ServerHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(401, (await host.PostAsync("/firehose", Body("r"), ("X-Amz-Firehose-Access-Key", "wrong"))).Status);
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromSeconds(7), "the journal is full");
        var (status, text) = await host.PostAsync("/firehose", Body("r", AuditFromEks), Key());
        Assert.Equal(503, status);
        Assert.Contains("\"requestId\":\"r\"", text, StringComparison.Ordinal);
        Assert.Contains("the journal is full", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signalfx_points_are_taken_with_the_collectors_own_header()
    {
        await using var host = await ServerHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        var upload = new DataPointUploadMessage { Datapoints = { new DataPoint { Metric = ByteString.CopyFromUtf8("process.cpu.utilization"), Value = new Datum { DoubleValue = 0.5 } } } };
        using var content = new ByteArrayContent(Reading.Gzip(upload.ToByteArray()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/datapoint") { Content = content };
        request.Headers.TryAddWithoutValidation("X-SF-Token", ServerHost.Token);
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal((200, "\"OK\""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(200, (await host.PostAsync("/v2/datapoint", """{"gauge":[{"metric":"m","value":1}]}""", ("X-SF-Token", ServerHost.Token))).Status);
        Assert.Equal(2, host.Intake.Events.Count(e => e.Kind == EventKind.Metric));
        Assert.Equal(400, (await host.PostAsync("/v2/datapoint", "{\"gauge\":[", ("X-SF-Token", ServerHost.Token))).Status);
        Assert.Equal(401, (await host.PostAsync("/v2/datapoint", "{}")).Status);
    }

    private static (string, string) Key() => ("X-Amz-Firehose-Access-Key", ServerHost.Token);

    private static string Body(string id, params string[] payloads) => JsonSerializer.Serialize(new
    {
        requestId = id,
        timestamp = 1777630000000,
        records = payloads.Select(payload => new { data = Convert.ToBase64String(Reading.Gzip(payload)) }),
    });
}
