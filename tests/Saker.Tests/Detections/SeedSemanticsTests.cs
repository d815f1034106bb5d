using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Saker.Detections;
using Saker.Risk;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>The five searches at their edges, computed by hand from their texts.</summary>
public sealed class SeedSemanticsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("saker-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    public async Task Scanning_takes_more_than_five_forbidden_requests(int count, int expected)
    {
        using var run = await Scan(Requests(count));
        Assert.Equal(expected, run.RiskEvents.Count);
    }

    [Fact]
    public async Task A_status_code_counts_as_number_or_text()
    {
        using var run = await Scan(Requests(6, e => e["responseStatus"] = new JsonObject { ["code"] = "403" }));
        Assert.Equal("system:anonymous", Assert.Single(run.RiskEvents).RiskObject.Value);
    }

    [Fact]
    public async Task Scanning_is_counted_by_each_address_but_names_whom_it_blames_once_an_address()
    {
        using var run = await Scan(Requests(6, e => e["sourceIPs"] = new JsonArray("1.2.3.4", "198.51.100.7")));
        Assert.Equal(["claimed", "peer"], run.RiskEvents.SelectMany(e => e.ThreatObjects).Select(t => t.Origin == AddressOrigin.Claimed ? "claimed" : "peer").Order());
        Assert.All(run.RiskEvents, e => Assert.Equal("system:anonymous", e.RiskObject.Value));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(150)]
    public async Task A_claimed_address_is_never_blamed_however_many_events_stand_before_it(int before)
    {
        Directory.CreateDirectory(Path.Combine(root, "content", "detections"));
        await File.WriteAllTextAsync(Path.Combine(root, "content", "detections", "addresses.yml"), """
            name: Addresses
            id: 2f4abe6d-5991-464d-8216-f90f42999761
            version: 1
            date: '2026-03-14'
            author: a test
            status: production
            type: Anomaly
            description: Blames addresses.
            search: '`kube_audit` responseStatus.code=403 | stats count values(sourceIPs{}) as src_ip by user.username | `addresses_filter`'
            rba:
              message: $src_ip$
              risk_objects:
              - {field: src_ip, type: system, score: 10}
              threat_objects: []
            tags:
              mitre_attack_id: [T1046]
              security_domain: network
            """, TestContext.Current.CancellationToken);
        var requests = Enumerable.Range(0, before).Select(i => With(i, "198.51.100.7")).Append(With(before, "8.8.8.8", "198.51.100.7")).Append(With(before + 1, "198.51.100.8"));
        var path = Path.Combine(root, "audit.ndjson");
        await File.WriteAllLinesAsync(path, requests.Select(r => r.ToJsonString()), TestContext.Current.CancellationToken);

        using var run = await ScanRun.Of([path], null, Path.Combine(root, "content"));

        Assert.Equal(["198.51.100.7", "198.51.100.8"], run.RiskEvents.Where(e => e.Detection.Name == "Addresses").Select(e => e.RiskObject.Value).Order(StringComparer.Ordinal));

        static JsonObject With(int i, params string[] addresses) => Requests(1, e =>
        {
            e["auditID"] = $"b{i}";
            e["sourceIPs"] = new JsonArray([.. addresses.Select(a => JsonValue.Create(a))]);
        })[0];
    }

    [Theory]
    [InlineData("pretty")]
    [InlineData("EventList")]
    [InlineData("CloudWatch")]
    [InlineData("Firehose")]
    [InlineData("AKS")]
    [InlineData("HEC")]
    public async Task Five_requests_stay_five_through_whatever_wrapping_they_come_again(string wrapping)
    {
        using var five = await Scan(Requests(5), Wrap(wrapping, Requests(5)));
        Assert.Empty(five.RiskEvents);
        Assert.Equal(5, five.DuplicateCount);

        using var six = await Scan(Requests(6));
        using var wrapped = await Scan(Wrap(wrapping, Requests(6)));
        Assert.Equal(Assert.Single(six.RiskEvents).Id, Assert.Single(wrapped.RiskEvents).Id);
    }

    [Theory]
    [InlineData("Pulling image \"x\"", "web.17ab", 1)]
    [InlineData("pulling IMAGE x", "web.17ab", 1)]
    [InlineData("Successfully pulled image \"x\"", "web.17ab", 0)]
    [InlineData("Pulling image \"x\"", "my-FALCO-agent.1", 0)]
    [InlineData("Pulling image \"x\"", null, 1)]
    public async Task Pulling_is_told_unless_the_object_is_allowed(string message, string? name, int expected)
    {
        using var run = await Scan(Requests(1, e =>
        {
            e["user"] = new JsonObject { ["username"] = "system:node:n1", ["groups"] = new JsonArray("system:nodes", "system:authenticated") };
            e["objectRef"] = new JsonObject { ["resource"] = "events", ["namespace"] = "default", ["name"] = name };
            e["requestObject"] = new JsonObject { ["message"] = message };
            e["responseStatus"] = new JsonObject { ["code"] = 201 };
        }));
        Assert.Equal(expected, run.RiskEvents.Count);
        Assert.All(run.RiskEvents, e => Assert.Equal(2, e.Rows));
    }

    [Theory]
    [InlineData("default", 1)]
    [InlineData("kube-system", 1)]
    [InlineData("shop", 0)]
    public async Task Pods_are_told_in_the_namespaces_of_the_search(string space, int expected)
    {
        using var run = await Scan(Requests(1, e =>
        {
            e["verb"] = "create";
            e["objectRef"] = new JsonObject { ["resource"] = "pods", ["namespace"] = space, ["name"] = "p" };
            e["responseStatus"] = new JsonObject { ["code"] = 201 };
        }));
        Assert.Equal(expected, run.RiskEvents.Count);
    }

    [Fact]
    public async Task Rows_whose_risk_object_is_empty_are_told_of()
    {
        using var run = await Scan(Requests(1, e =>
        {
            e["verb"] = "create";
            e["user"] = new JsonObject { ["username"] = "", ["groups"] = new JsonArray("system:authenticated") };
            e["objectRef"] = new JsonObject { ["resource"] = "pods", ["namespace"] = "default", ["name"] = "p" };
        }));
        Assert.Empty(run.RiskEvents);
        Assert.Equal(1, run.Outcomes.Single(o => o.Detection.Stem == "kubernetes_pod_created_in_default_namespace").RowsWithoutRiskObject);
    }

    private static List<JsonObject> Requests(int count, Action<JsonObject>? change = null) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var e = JsonNode.Parse($$"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a{{i}}","stage":"ResponseComplete","requestURI":"/x","verb":"get",
            "user":{"username":"system:anonymous","groups":["system:unauthenticated"]},"sourceIPs":["198.51.100.7"],"userAgent":"curl",
            "responseStatus":{"metadata":{},"code":403},"requestReceivedTimestamp":"2026-03-14T10:00:0{{i}}.000000Z","stageTimestamp":"2026-03-14T10:00:0{{i}}.100000Z"}
            """)!.AsObject();
        change?.Invoke(e);
        return e;
    })];

    private static string Wrap(string wrapping, List<JsonObject> requests)
    {
        var texts = requests.Select(r => r.ToJsonString()).ToList();
        return wrapping switch
        {
            "pretty" => string.Join('\n', requests.Select(r => r.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }))),
            "EventList" => $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{string.Join(", ", texts.Select(t => t.Replace("\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",", "", StringComparison.Ordinal)))}}]}""",
            "CloudWatch" => CloudWatch(texts),
            "Firehose" => new JsonObject { ["requestId"] = "r", ["timestamp"] = 1, ["records"] = new JsonArray(new JsonObject { ["data"] = Convert.ToBase64String(Zip(CloudWatch(texts))) }) }.ToJsonString(),
            "AKS" => new JsonObject
            {
                ["records"] = new JsonArray([.. texts.Select(t => new JsonObject
                {
                    ["time"] = "2026-03-14T10:00:00Z", ["category"] = "kube-audit", ["resourceId"] = "/S/managedClusters/c", ["properties"] = new JsonObject { ["log"] = t + "\n", ["stream"] = "stdout" },
                })]),
            }.ToJsonString(),
            _ => string.Concat(requests.Select(r => new JsonObject { ["time"] = 1773482400, ["host"] = "h", ["event"] = r.DeepClone() }.ToJsonString())),
        };
    }

    private static string CloudWatch(List<string> texts) => new JsonObject
    {
        ["messageType"] = "DATA_MESSAGE",
        ["owner"] = "1",
        ["logGroup"] = "/aws/eks/c/cluster",
        ["logStream"] = "kube-apiserver-audit-ab",
        ["subscriptionFilters"] = new JsonArray("f"),
        ["logEvents"] = new JsonArray([.. texts.Select((t, i) => new JsonObject { ["id"] = $"{i}", ["timestamp"] = 1773482400000, ["message"] = t })]),
    }.ToJsonString();

    private static byte[] Zip(string text)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return to.ToArray();
    }

    private Task<ScanRun> Scan(List<JsonObject> requests, params string[] more) => Scan([string.Join('\n', requests.Select(r => r.ToJsonString())), .. more]);

    private async Task<ScanRun> Scan(params string[] texts)
    {
        var paths = new List<string>();
        foreach (var text in texts)
        {
            paths.Add(Path.Combine(root, $"{Guid.NewGuid():N}.json"));
            await File.WriteAllTextAsync(paths[^1], text);
        }

        return await ScanRun.Of(paths, new ScanSettings());
    }
}
