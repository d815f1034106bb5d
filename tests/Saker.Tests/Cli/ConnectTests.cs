using Saker.Cli.Connecting;
using Saker.Content;
using Saker.Detections;
using Saker.Spl.Text;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Saker.Tests.Cli;

public sealed class ConnectTests
{
    private static readonly ConnectTarget Target = new(new Uri("https://saker.example.com"), "skr_tok:en \"quoted\" #1", "prod: \"eu\"");

    public static TheoryData<string> Names => new(Senders.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_configuration_is_yaml_that_holds_address_and_token(string sender)
    {
        var text = Senders.All[sender](Target, ShippedPolicy);
        var documents = Parse(text);
        var scalars = documents.SelectMany(document => document.AllNodes).OfType<YamlScalarNode>().Select(node => node.Value ?? "").ToList();
        Assert.Contains(scalars, value => value.Contains("saker.example.com", StringComparison.Ordinal));
        Assert.Contains(scalars, value => value.EndsWith(Target.Token, StringComparison.Ordinal));
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_audit_policy_is_what_the_shipped_detections_need()
    {
        Assert.Equal("""
            apiVersion: audit.k8s.io/v1
            kind: Policy
            # Every request is recorded again when it is done, with its outcome.
            omitStages: [RequestReceived]
            rules:
              # Kubernetes Suspicious Image Pulling
              - level: Request
                verbs: [create, patch, update]
                resources:
                  - {group: "", resources: [events]}
                  - {group: events.k8s.io, resources: [events]}
              # Kubernetes Access Scanning
              - level: Metadata
                userGroups: ["system:unauthenticated"]
              # Kubernetes Pod Created in Default Namespace
              - level: Metadata
                verbs: [create]
                namespaces: [default, kube-system, kube-public]
                resources:
                  - {group: "", resources: [pods, "pods/*"]}
              # The rest is in nobody's search. Write Metadata here to be able to look into it afterwards.
              - level: None

            """.ReplaceLineEndings("\n"), ShippedPolicy().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("source=kubernetes verb=get objectRef.resource=secrets | table user.username", "Metadata", "verbs: [get]", "resources: [secrets, \"secrets/*\"]")]
    [InlineData("source=kubernetes (verb=create OR verb=patch) objectRef.resource=pods objectRef.subresource=exec", "Metadata", "verbs: [create, patch]", "resources: [pods/exec]")]
    [InlineData("source=kubernetes verb=cre* objectRef.resource=widgets | table requestObject.spec.x", "Request", null, null)]
    [InlineData("source=kubernetes NOT verb=get | table responseObject.kind", "RequestResponse", null, null)]
    [InlineData("source=kubernetes objectRef.resource=rolebindings | where 'requestObject.roleRef.name'=\"cluster-admin\"", "Request", null, "{group: rbac.authorization.k8s.io,")]
    public void What_a_search_leaves_open_the_policy_leaves_open(string search, string level, string? verbs, string? resources)
    {
        var rule = Assert.Single(AuditPolicy.Derive([Prepared(search)]));
        var text = AuditPolicy.Write([rule]);
        Assert.Equal(level, AuditPolicy.Levels[rule.Level]);
        Assert.True(verbs is null ? rule.Verbs.Count == 0 : text.Contains(verbs, StringComparison.Ordinal), text);
        Assert.True(resources is null ? rule.Resources.Count == 0 : text.Contains(resources, StringComparison.Ordinal), text);
        Assert.Single(Parse(text));
    }

    [Fact]
    public void Bodies_of_secrets_are_kept_out_where_every_body_would_be_recorded()
    {
        var text = AuditPolicy.Write(AuditPolicy.Derive([Prepared("source=kubernetes verb=create | table requestObject.spec.x")]));
        Assert.Contains("resources: [secrets, configmaps, serviceaccounts/token]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Searches_over_falco_and_metrics_ask_for_no_audit() =>
        Assert.Empty(AuditPolicy.Derive([Prepared("sourcetype=\"kube:container:falco\" shell | table container_name"), Prepared("| mstats avg(process.cpu.utilization) as x where index=kubernetes_metrics by host.name span=10s")]));

    private static string ShippedPolicy()
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
        return AuditPolicy.Write(AuditPolicy.Derive(PreparedDetection.Prepare(content.Detections, content.Macros, [])));
    }

    private static PreparedDetection Prepared(string search) =>
        new(ContentLibrary.Load([ContentLibrary.ShippedRoot]).Detections[0], Saker.Spl.Planning.SearchPlanner.Plan(new SourceText("test", search), new()));

    private static IReadOnlyList<YamlDocument> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents];
    }
}
