using System.Text.Json;
using System.Text.Json.Nodes;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class WrappedViewTests
{
    private const string Hidden = "aHVudGVyMg==";

    private static readonly string Audit = $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","stage":"ResponseComplete","verb":"get","requestURI":"/x","user":{"username":"eve"},"objectRef":{"resource":"secrets","namespace":"shop","name":"db"},"responseObject":{"kind":"Secret","apiVersion":"v1","data":{"password":"{{{Hidden}}}"}},"requestReceivedTimestamp":"2026-05-01T10:00:00Z"}""";

    private static readonly string Aks = JsonSerializer.Serialize(new { time = "2026-05-01T10:00:00Z", category = "kube-audit", resourceId = "/X/PROD", properties = new { log = Audit, pod = "kube-apiserver-0f" } });

    private static readonly string Gke = $$$$"""{"insertId":"1","timestamp":"2026-05-01T10:00:00Z","protoPayload":{"serviceName":"k8s.io","methodName":"io.k8s.core.v1.secrets.get","resourceName":"core/v1/namespaces/shop/secrets/db","authenticationInfo":{"principalEmail":"eve"},"requestMetadata":{"callerIp":"203.0.113.9"},"response":{"kind":"Secret","apiVersion":"v1","@type":"core.k8s.io/v1.Secret","data":{"password":"{{{{Hidden}}}}"}}},"resource":{"type":"k8s_cluster","labels":{"cluster_name":"prod"}}}""";

    private static readonly IngestOptions All = new()
    {
        Views = new WrappedViews { Sent = new HashSet<string> { "kube:apiserver-audit", "azure:monitor:kube-audit", WrappedViews.Eks, WrappedViews.PubSub }, AksRecords = ["azure:monitor:kube-audit"], LogEntries = true, CloudWatch = true },
    };

    [Fact]
    public void An_AKS_record_is_kept_whole_but_for_what_is_masked()
    {
        var reading = Reading.Of(Aks, All);

        Assert.Equal("1 0 0", reading.Tally);
        var view = Assert.Single(reading.Views);
        Assert.Equal("azure:monitor:kube-audit", view.Sourcetype);
        Assert.NotEqual("kubernetes", view.Source);
        var record = JsonNode.Parse(Reading.Text(view.Raw))!;
        Assert.Equal("kube-apiserver-0f", (string?)record["properties"]!["pod"]);
        Assert.Equal(reading.Raw, (string?)record["properties"]!["log"]);
        Assert.DoesNotContain(Hidden, Reading.Text(view.Raw), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_entry_is_kept_as_the_add_on_pulls_it()
    {
        var reading = Reading.Of(Gke, All);

        var view = Assert.Single(reading.Views);
        Assert.Equal(WrappedViews.PubSub, view.Sourcetype);
        Assert.Equal("io.k8s.core.v1.secrets.get", (string?)JsonNode.Parse(Reading.Text(view.Raw))!["data"]!["protoPayload"]!["methodName"]);
        Assert.Equal("""{"src_ip":"203.0.113.9","src_user":"eve","object_path":"core/v1/namespaces/shop/secrets/db","dest":"core/v1/namespaces/shop/secrets/db"}""", Reading.Text(view.Extra));
        Assert.DoesNotContain(Hidden, Reading.Text(view.Raw), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_sent_under_a_name_that_is_looked_for_keeps_it_beside_its_own()
    {
        var reading = Reading.Of($$"""{"sourcetype":"kube:apiserver-audit","source":"/var/log/audit.log","event":{{Audit}}}""", All);

        Assert.Equal("_json", reading.Only.Sourcetype);
        var view = Assert.Single(reading.Views);
        Assert.Equal(("kube:apiserver-audit", "/var/log/audit.log"), (view.Sourcetype, view.Source));
        Assert.Equal(reading.Raw, Reading.Text(view.Raw));
    }

    [Fact]
    public void Nothing_is_kept_that_no_search_reads()
    {
        Assert.Empty(Reading.Of(Aks).Views);
        Assert.Empty(Reading.Of(Gke).Views);
        Assert.Empty(Reading.Of(Audit, All).Views);
    }
}
