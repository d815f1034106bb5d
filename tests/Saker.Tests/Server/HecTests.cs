using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server;

public sealed class HecTests
{
    private const string Collector = "/services/collector";
    private const string Success = """{"text":"Success","code":0}""";
    private const string AckToken = "skr_acknowledged_0123456789abcdefghijklmnop";
    private const string Channel = "8b0d5e4c-0d0c-4f39-9c1f-5d1c7a5a8d11";
    private static readonly TokenEntry Acknowledged = ServerHost.Entry("acked", AckToken, Scopes.Ingest, rules: new TokenRules { Acknowledges = true });

    [Theory]
    [InlineData("")]
    [InlineData("/1.0")]
    [InlineData("/event")]
    [InlineData("/event/1.0")]
    public async Task Events_one_after_the_other_are_kept(string path)
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((200, Success), await host.PostAsync(Collector + path, """
            {"time":1700000000.5,"host":"n1","source":"s","sourcetype":"t","index":"main","event":"first","fields":{"k":"v"}}{"event":{"a":1}}
            {"event":"third"},{"event":"fourth"}
            """));
        Assert.Equal(["first", "{\"a\":1}", "third", "fourth"], host.Intake.Events.Select(e => e.Raw));
        var first = host.Intake.Events[0];
        Assert.Equal(("n1", "s", "t", "main"), (first.Event.Host, first.Event.Source, first.Event.Sourcetype, first.Event.Index));
        Assert.Equal(1_700_000_000_500_000_000, first.Event.TimeNanoseconds);
        Assert.Equal("{\"k\":\"v\"}", first.Extra);
    }

    [Fact]
    public async Task An_array_of_events_is_a_batch()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((200, Success), await host.PostAsync(Collector, """[{"event":"a"}, {"event":"b"}]"""));
        Assert.Equal(["a", "b"], host.Intake.Events.Select(e => e.Raw));
    }

    [Fact]
    public async Task Keys_of_other_makers_beside_the_event_do_no_harm()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync(Collector, """{"event":"a","sender":"x","host":"n1"}""");
        Assert.Equal(("a", "n1"), (host.Intake.Events[0].Raw, host.Intake.Events[0].Event.Host));
    }

    [Theory]
    [InlineData("", """{"text":"No data","code":5}""", 400)]
    [InlineData(" \n ", """{"text":"No data","code":5}""", 400)]
    [InlineData("[]", """{"text":"No data","code":5}""", 400)]
    [InlineData("{\"event\":\"a\"", """{"text":"Invalid data format","code":6,"invalid-event-number":0}""", 400)]
    [InlineData("text", """{"text":"Invalid data format","code":6,"invalid-event-number":0}""", 400)]
    [InlineData("{\"event\":\"a\"}{\"event\":\"b\"}x", """{"text":"Invalid data format","code":6,"invalid-event-number":2}""", 400)]
    [InlineData("{\"host\":\"a\"}", """{"text":"Event field is required","code":12,"invalid-event-number":0}""", 400)]
    [InlineData("{\"event\":\"a\"}{\"event\":\"\"}", """{"text":"Event field cannot be blank","code":13,"invalid-event-number":1}""", 400)]
    [InlineData("{\"event\":null}", """{"text":"Event field cannot be blank","code":13,"invalid-event-number":0}""", 400)]
    [InlineData("{\"event\":\"a\",\"fields\":\"b\"}", """{"text":"Error in handling indexed fields","code":15,"invalid-event-number":0}""", 400)]
    [InlineData("{\"event\":\"a\",\"fields\":{\"b\":{\"c\":1}}}", """{"text":"Error in handling indexed fields","code":15,"invalid-event-number":0}""", 400)]
    public async Task Faulty_events_are_told_in_Splunks_words(string body, string answer, int status)
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((status, answer), await host.PostAsync(Collector, body));
    }

    [Fact]
    public async Task Events_before_a_faulty_one_are_kept_and_the_rest_becomes_dead_letters()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync(Collector, """{"event":"a"}{"event":"b"}{"event":""}{"event":"d"}{"event":"e"}""");
        Assert.Equal(["a", "b"], host.Intake.Events.Select(e => e.Raw));
        Assert.Equal(["{\"event\":\"\"}", "{\"event\":\"d\"}{\"event\":\"e\"}"], host.Intake.Rejected.Select(r => Encoding.UTF8.GetString(r.Text.Span)));
    }

    [Fact]
    public async Task A_token_may_be_bound_to_indexes()
    {
        const string token = "skr_indexed_0123456789abcdefghijklmnopqrstu";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("indexed", token, Scopes.Ingest, rules: new TokenRules { Indexes = ["audit"] }));
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Splunk", token);
        Assert.Equal((400, """{"text":"Incorrect index","code":7,"invalid-event-number":0}"""), await host.PostAsync(Collector, """{"event":"a","index":"main"}"""));
        Assert.Equal((200, Success), await host.PostAsync(Collector, """{"event":"a","index":"audit"}"""));
        Assert.Equal((400, """{"text":"Incorrect index","code":7}"""), await host.PostAsync(Collector + "/raw?index=main", "a"));
    }

    [Fact]
    public async Task Raw_lines_take_what_the_address_says()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((200, Success), await host.PostAsync(Collector + "/raw?host=n1&source=s&sourcetype=t&index=i&time=1700000000", "first line\nsecond line\n"));
        Assert.Equal(["first line", "second line"], host.Intake.Events.Select(e => e.Raw));
        var e = host.Intake.Events[0].Event;
        Assert.Equal(("n1", "s", "t", "i", 1_700_000_000_000_000_000), (e.Host, e.Source, e.Sourcetype, e.Index, e.TimeNanoseconds));
    }

    [Fact]
    public async Task Metric_events_become_points()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync(Collector, """{"time":1700000000,"event":"metric","host":"n1","fields":{"metric_name:cpu":0.5,"metric_name:mem":"7","pid":"12"}}""");
        Assert.All(host.Intake.Events, e => Assert.True(e.Event.IsMetric));
        Assert.Equal(2, host.Intake.Events.Count);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Compressed_bodies_are_read(string encoding)
    {
        await using var host = await ServerHost.StartAsync();
        using var content = Compressed("""{"event":"a"}""", encoding);
        using var answer = await host.Client.PostAsync(Collector, content);
        Assert.Equal(Success, await answer.Content.ReadAsStringAsync());
        Assert.Equal("a", Assert.Single(host.Intake.Events).Raw);
    }

    [Fact]
    public async Task Tokens_come_by_header_by_password_and_where_allowed_by_address()
    {
        const string inQuery = "skr_query_0123456789abcdefghijklmnopqrstuvw";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("query", inQuery, Scopes.Ingest, rules: new TokenRules { AllowsQuery = true }));
        const string body = """{"event":"a"}""";
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Splunk", ServerHost.Token);
        Assert.Equal((200, Success), await host.PostAsync(Collector, body));
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"x:{ServerHost.Token}")));
        Assert.Equal((200, Success), await host.PostAsync(Collector, body));
        host.Client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal((200, Success), await host.PostAsync($"{Collector}?token={inQuery}", body));
        Assert.Equal((400, """{"text":"Query string authorization is not enabled","code":16}"""), await host.PostAsync($"{Collector}?token={ServerHost.Token}", body));
        Assert.Equal((401, """{"text":"Token is required","code":2}"""), await host.PostAsync(Collector, body));
        Assert.Equal((403, """{"text":"Invalid token","code":4}"""), await host.PostAsync(Collector, body, ("Authorization", "Splunk nobody-has-this-token")));
        Assert.Equal((401, """{"text":"Invalid authorization","code":3}"""), await host.PostAsync(Collector, body, ("Authorization", "nonsense")));
    }

    [Fact]
    public async Task A_disabled_token_is_told_so()
    {
        const string token = "skr_disabled_0123456789abcdefghijklmnopqrst";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("old", token, Scopes.Ingest) with { IsDisabled = true });
        Assert.Equal((403, """{"text":"Token disabled","code":1}"""), await host.PostAsync(Collector, "{}", ("Authorization", "Splunk " + token)));
    }

    [Fact]
    public async Task Acknowledgements_count_per_channel_and_are_told_once()
    {
        await using var host = await ServerHost.StartAsync(null, Acknowledged);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Splunk", AckToken);
        const string body = """{"event":"a"}""";
        Assert.Equal((400, """{"text":"Data channel is missing","code":10}"""), await host.PostAsync(Collector, body));
        Assert.Equal((400, """{"text":"Invalid data channel","code":11}"""), await host.PostAsync(Collector, body, ("X-Splunk-Request-Channel", "7")));
        Assert.Equal((200, """{"text":"Success","code":0,"ackId":0}"""), await host.PostAsync(Collector, body, ("X-Splunk-Request-Channel", Channel)));
        Assert.Equal((200, """{"text":"Success","code":0,"ackId":1}"""), await host.PostAsync($"{Collector}/event?channel={Channel}", body));
        Assert.Equal((200, """{"text":"Success","code":0,"ackId":0}"""), await host.PostAsync($"{Collector}?channel={Guid.NewGuid()}", body));
        Assert.Equal((200, """{"acks":{"0":true,"1":true,"2":false}}"""), await host.PostAsync($"{Collector}/ack?channel={Channel}", """{"acks":[0,1,2]}"""));
        Assert.Equal((200, """{"acks":{"0":false}}"""), await host.PostAsync($"{Collector}/ack/1.0?channel={Channel}", """{"acks":[0]}"""));
        Assert.Equal((400, """{"text":"Invalid data format","code":6}"""), await host.PostAsync($"{Collector}/ack?channel={Channel}", """{"acks":["x"]}"""));
    }

    [Fact]
    public async Task A_batch_that_is_not_on_disk_gets_no_acknowledgement()
    {
        await using var host = await ServerHost.StartAsync(null, Acknowledged);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Splunk", AckToken);
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Failed, TimeSpan.FromSeconds(3), "the disk is full");
        Assert.Equal((503, """{"text":"Server is busy","code":9}"""), await host.PostAsync($"{Collector}?channel={Channel}", """{"event":"a"}"""));
        Assert.Equal((200, """{"acks":{"0":false}}"""), await host.PostAsync($"{Collector}/ack?channel={Channel}", """{"acks":[0]}"""));
    }

    [Fact]
    public async Task A_token_without_acknowledgements_says_so()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((400, """{"text":"ACK is disabled","code":14}"""), await host.PostAsync($"{Collector}/ack?channel={Channel}", """{"acks":[0]}"""));
    }

    [Fact]
    public async Task Health_follows_readiness()
    {
        var ready = true;
        await using var host = await ServerHost.StartAsync(parts => parts with { IsReady = () => ready });
        Assert.Equal("""{"text":"HEC is healthy","code":17}""", await host.Client.GetStringAsync(Collector + "/health"));
        ready = false;
        using var answer = await host.Client.GetAsync(Collector + "/health/1.0");
        Assert.Equal(503, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_pod_that_prints_audit_lines_makes_no_audit_events()
    {
        const string audit = """{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"1\",\"verb\":\"create\",\"requestURI\":\"/\",\"stage\":\"ResponseComplete\"}""";
        await using var host = await ServerHost.StartAsync();
        foreach (var envelope in (string[])
        [
            """{"sourcetype":"kube:container:web","event":"AUDIT"}""",
            """{"source":"/var/log/pods/default_web-1_1b2c/web/0.log","sourcetype":"_json","event":"AUDIT"}""",
            """{"fields":{"k8s.pod.name":"web-1"},"event":"AUDIT"}""",
            """{"sourcetype":"kube:container:web","event":"{\"event\":AUDIT_OBJECT,\"sourcetype\":\"kube:apiserver-audit\"}"}""",
            """{"sourcetype":"kube:container:web","event":"{\"event\":\"metric\",\"fields\":{\"metric_name:cpu\":1}}"}""",
            """{"event":{"log":"AUDIT","kubernetes":{"pod_name":"web-1","container_name":"web"}}}""",
            """{"event":"2026-03-14T12:18:18.69Z stdout F AUDIT"}""",
        ])
        {
            Assert.Equal(200, (await host.PostAsync(Collector, envelope.Replace("AUDIT_OBJECT", audit, StringComparison.Ordinal).Replace("AUDIT", audit, StringComparison.Ordinal))).Status);
        }

        Assert.Equal(7, host.Intake.Events.Count);
        Assert.All(host.Intake.Events, e => Assert.True(e.Kind is EventKind.ContainerLog or EventKind.Log or EventKind.Other, $"{e.Kind}: {e.Raw}"));
        await host.PostAsync(Collector, """{"sourcetype":"kube:apiserver-audit","source":"/var/log/kubernetes/audit.log","event":"AUDIT"}""".Replace("AUDIT", audit, StringComparison.Ordinal));
        Assert.Equal(EventKind.Audit, host.Intake.Events[^1].Kind);
    }

    [Fact]
    public async Task Only_a_trusted_container_prints_alerts()
    {
        const string alert = """12:18:18.690000000: Notice A shell was spawned (user=root container_name=web)""";
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync(Collector, $$"""{"sourcetype":"kube:container:web","event":"{{alert}}"}{"sourcetype":"kube:container:falco","event":"{{alert}}"}""");
        Assert.Equal([EventKind.ContainerLog, EventKind.Falco], host.Intake.Events.Select(e => e.Kind));
    }

    [Fact]
    public async Task A_token_that_is_bound_to_a_cluster_speaks_for_no_other()
    {
        const string token = "skr_bound_0123456789abcdefghijklmnopqrstuvw";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("bound", token, Scopes.Ingest, "prod"));
        await host.PostAsync(Collector, """{"event":"a","fields":{"k8s.cluster.name":"other"}}""", ("Authorization", "Splunk " + token));
        Assert.Equal("prod", Assert.Single(host.Intake.Events).Event.Cluster);
    }

    internal static ByteArrayContent Compressed(string text, string encoding)
    {
        using var buffer = new MemoryStream();
        using (Stream packing = encoding == "gzip" ? new GZipStream(buffer, CompressionLevel.Fastest) : new ZLibStream(buffer, CompressionLevel.Fastest))
        {
            packing.Write(Encoding.UTF8.GetBytes(text));
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentEncoding.Add(encoding);
        return content;
    }
}
