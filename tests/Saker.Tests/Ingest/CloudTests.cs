using System.Text;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class CloudTests
{
    private static readonly string Subscription =
        $$$$"""{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/eks/prod-1/cluster","logStream":"kube-apiserver-audit-1","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1777600000123,"message":{{{{Reading.Quoted(Samples.Audit)}}}}},{"id":"2","timestamp":1777600000123,"message":"I0501 klog text"}]}""";

    private static string Packed(string text) => Convert.ToBase64String(Reading.Gzip(text));

    [Fact]
    public void Every_way_out_of_cloudwatch_unwraps_to_the_same_bytes()
    {
        string[] forms =
        [
            Subscription,
            $$$$"""{"awslogs":{"data":"{{{{Packed(Subscription)}}}}"}}""",
            $$$$"""{"requestId":"r","timestamp":1,"records":[{"data":"{{{{Packed(Subscription).Replace("/", "\\/", StringComparison.Ordinal)}}}}"}]}""",
            $$$$"""{"Records":[{"kinesis":{"data":"{{{{Packed(Subscription)}}}}"},"eventSource":"aws:kinesis"}]}""",
            $$$$"""{"events":[{"logStreamName":"s","timestamp":1777600000123,"message":{{{{Reading.Quoted(Samples.Audit)}}}},"logGroupName":"/aws/eks/prod-1/cluster"},{"timestamp":1777600000123,"message":"I0501 klog text"}]}""",
            $$$$"""{"results":[[{"field":"@timestamp","value":"2026-05-01 01:46:40.123"},{"field":"@log","value":"1:/aws/eks/prod-1/cluster"},{"field":"@message","value":{{{{Reading.Quoted(Samples.Audit)}}}}}],[{"field":"@timestamp","value":"2026-05-01 01:46:40.123"},{"field":"@message","value":"I0501 klog text"}]]}""",
        ];
        foreach (var form in forms)
        {
            var reading = Reading.Of(form);
            Assert.Equal("1 1 0", reading.Tally);
            Assert.Equal(Samples.Audit, Reading.Text(reading.Events[0].Raw));
            Assert.Equal("prod-1", reading.Events[0].Cluster);
            Assert.Equal("2026-05-01T01:46:40.123000000Z", Reading.Time(reading.Events[1]));
        }
    }

    [Fact]
    public void Several_documents_in_one_payload_are_all_read()
    {
        var three = Packed(Subscription + Subscription + "\n" + """{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE"}]}""");
        Assert.Equal("2 3 0", Reading.Of($$$$"""{"records":[{"data":"{{{{three}}}}"}]}""").Tally);
    }

    [Fact]
    public void Broken_payloads_are_rejected_one_by_one()
    {
        var bomb = Convert.ToBase64String(Reading.Gzip(new byte[5_000_000]));
        var records = $$$$"""{"records":[{"data":"%%%"},{"data":"{{{{Packed(Subscription)[..60]}}}}"},{"data":"{{{{bomb}}}}"},{"data":"{{{{Packed(Subscription)}}}}"}]}""";
        var reading = Reading.Of(records, new IngestOptions { LargestRecordBytes = 1_000_000 });
        Assert.Equal("1 1 3", reading.Tally);
        Assert.Contains("not base64", reading.Counts.Rejections[0]);
        Assert.Contains("unfolds to more than 1,000,000 bytes", reading.Counts.Rejections[2]);
        Assert.Equal("0 1 0", Reading.Of("""{"records":[]}""").Tally);
        Assert.Equal("0 1 0", Reading.Of("""{"messageType":"DATA_MESSAGE","logGroup":"x","logEvents":[]}""").Tally);
    }

    [Fact]
    public void Wrapping_inside_wrapping_ends_somewhere()
    {
        var text = Samples.Audit;
        for (var i = 0; i < 6; i++)
        {
            text = $$$$"""{"event":{{{{Reading.Quoted(text)}}}}}""";
        }

        Assert.Equal("1 0 0", Reading.Of(text).Tally);
        for (var i = 0; i < 6; i++)
        {
            text = $$$$"""{"event":{{{{Reading.Quoted(text)}}}}}""";
        }

        Assert.Equal("0 0 1", Reading.Of(text).Tally);
    }

    [Fact]
    public void A_cut_cloudwatch_message_is_recovered()
    {
        var cut = Subscription.Replace(Reading.Quoted(Samples.Audit), Reading.Quoted(Samples.Audit[..250] + "[Truncated...]"), StringComparison.Ordinal);
        var reading = Reading.Of(cut);
        Assert.Equal("1 1 0", reading.Tally);
        Assert.Equal(1, reading.Counts.Truncated);
    }

    [Theory]
    [InlineData("string")]
    [InlineData("object")]
    public void Aks_records_are_unwrapped(string form)
    {
        var log = form == "string" ? Reading.Quoted(Samples.Audit + "\n") : Samples.Audit;
        var record = $$$$"""{"time":"2026-05-01T10:00:01Z","category":"kube-audit-admin","resourceId":"/SUBSCRIPTIONS/X/MANAGEDCLUSTERS/SHOP","properties":{"log":{{{{log}}}},"stream":"stdout","pod":"p"}}""";
        var klog = """{"time":"2026-05-01T10:00:01.5Z","category":"kube-apiserver","resourceId":"/SUBSCRIPTIONS/X/MANAGEDCLUSTERS/SHOP","properties":{"log":"I0501 10:00 trace.go:1] x\n"}}""";
        foreach (var text in new[] { "\uFEFF{\"records\": [\n" + record + ",\n" + klog + "]}", record + "\r\n" + klog })
        {
            var reading = Reading.Of(text);
            Assert.Equal("1 1 0", reading.Tally);
            Assert.Equal(Samples.Audit, Reading.Text(reading.Events[0].Raw));
            Assert.Equal("SHOP", reading.Events[0].Cluster);
            Assert.Equal("2026-05-01T10:00:01.500000000Z", Reading.Time(reading.Events[1]));
        }
    }

    [Fact]
    public void A_gke_entry_is_mapped_to_the_audit_paths()
    {
        var entry = """
            {"insertId":"i-1","labels":{"authorization.k8s.io/decision":"forbid"},"logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity",
             "protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"a@b.c"},
              "methodName":"io.k8s.core.v1.pods.exec.create","request":{"@type":"x","kind":"PodExecOptions"},"requestMetadata":{"callerIp":"1.2.3.4","callerSuppliedUserAgent":"kubectl <x>"},
              "resourceName":"core/v1/namespaces/shop/pods/web/exec","serviceName":"k8s.io","status":{"code":7,"message":"no \"way\""}},
             "resource":{"labels":{"cluster_name":"prod","location":"eu"},"type":"k8s_cluster"},"timestamp":"2026-05-01T10:00:00.5Z"}
            """;
        const string expected =
            """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"i-1","verb":"create","user":{"username":"a@b.c"},"sourceIPs":["1.2.3.4"],"userAgent":"kubectl <x>","objectRef":{"resource":"pods","namespace":"shop","name":"web","apiVersion":"v1","subresource":"exec"},"responseStatus":{"status":"Failure","message":"no \"way\"","reason":"Forbidden","code":403},"requestObject":{"@type":"x","kind":"PodExecOptions"},"requestReceivedTimestamp":"2026-05-01T10:00:00.5Z","annotations":{"authorization.k8s.io/decision":"forbid"}}""";
        var pubsub = $$$$"""{"message":{"data":"{{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(entry))}}}}","messageId":"1","publishTime":"2026-05-01T10:00:02Z"},"subscription":"s"}""";
        foreach (var form in new[] { entry, "[" + entry + "]", pubsub })
        {
            var reading = Reading.Of(form);
            Assert.Equal(expected, reading.Raw);
            Assert.Equal(("prod", "2026-05-01T10:00:00.500000000Z"), (reading.Only.Cluster, Reading.Time(reading.Only)));
        }
    }

    [Theory]
    [InlineData("io.k8s.get", "readyz", """ "requestURI":"/readyz","verb":"get" """, false)]
    [InlineData("io.k8s.authorization.rbac.v1.clusterroles.create", "rbac.authorization.k8s.io/v1/clusterroles/x", """ "objectRef":{"resource":"clusterroles","name":"x","apiGroup":"rbac.authorization.k8s.io","apiVersion":"v1"} """, false)]
    [InlineData("io.k8s.core.v1.namespaces.delete", "core/v1/namespaces/shop", """ "objectRef":{"resource":"namespaces","namespace":"shop","name":"shop","apiVersion":"v1"} """, false)]
    [InlineData("io.k8s.core.v1.namespaces.finalize.update", "core/v1/namespaces/shop/finalize", """ "objectRef":{"resource":"namespaces","namespace":"shop","name":"shop","apiVersion":"v1","subresource":"finalize"} """, false)]
    [InlineData("io.k8s.core.v1.secrets.list", "core/v1/namespaces/shop/secrets", """ "objectRef":{"resource":"secrets","namespace":"shop","apiVersion":"v1"} """, false)]
    [InlineData("google.container.v1.ClusterManager.CreateCluster", "projects/x", "", true)]
    public void Gke_names_lead_to_the_object(string method, string resource, string expected, bool other)
    {
        var service = other ? "container.googleapis.com" : "k8s.io";
        var reading = Reading.Of($$$$"""{"insertId":"i","protoPayload":{"methodName":"{{{{method}}}}","resourceName":"{{{{resource}}}}","serviceName":"{{{{service}}}}"},"resource":{"type":"x"},"timestamp":"2026-05-01T10:00:00Z"}""");
        Assert.Equal(other ? "0 1 0" : "1 0 0", reading.Tally);
        Assert.Contains(expected.Trim(), reading.Raw);
    }

    [Fact]
    public void Shippers_that_put_the_line_under_a_key_are_seen_through()
    {
        foreach (var key in new[] { "message", "log", "log_s", "_raw" })
        {
            var reading = Reading.Of($$$$"""{"@timestamp":"2026-05-01T00:00:00Z","host":{"name":"x"},"{{{{key}}}}":{{{{Reading.Quoted(Samples.Audit)}}}}}""");
            Assert.Equal(Samples.Audit, reading.Raw);
            Assert.Equal("0 1 0", Reading.Of($$$$"""{"@timestamp":"2026-05-01T00:00:00Z","{{{{key}}}}":"just text"}""").Tally);
        }
    }

    [Fact]
    public void What_elastic_and_splunk_export_is_seen_through()
    {
        Assert.Equal(Samples.Audit, Reading.Of($$$$"""{"kubernetes":{"audit":{{{{Samples.Audit}}}}},"@timestamp":"x"}""").Raw);
        Assert.Equal(Samples.Audit, Reading.Of($$$$"""{"preview":false,"result":{"_raw":{{{{Reading.Quoted(Samples.Audit)}}}},"host":"x"}}""").Raw);
        Assert.Equal("0 1 0", Reading.Of("""{"kubernetes":{"pod":{"name":"x"}},"message":"plain"}""").Tally);
    }
}
