using System.Text;
using Saker.Content;
using Saker.Risk;
using Saker.Risk.Exceptions;
using Saker.Spl.Execution;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Risk.Exceptions;

public sealed class ExceptionSetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Detection Pods = Simulation.Library.Value.Detections.Single(d => d.Stem == "kubernetes_pod_created_in_default_namespace");

    [Theory]
    [InlineData("user", "system:serviceaccount:backup:*", "system:serviceaccount:backup:nightly", true)]
    [InlineData("user", "system:serviceaccount:backup:*", "system:serviceaccount:backups:nightly", false)]
    [InlineData("user", "alice", "Alice", false)]
    [InlineData("user", "alice", "alice", true)]
    [InlineData("src_ip", "10.0.0.0/8", "10.255.1.2", true)]
    [InlineData("src_ip", "10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("src_ip", "10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("src_ip", "10.0.0.0/8", "not an address", false)]
    [InlineData("src_ip", "2001:db8::/32", "2001:db8::1", true)]
    [InlineData("src_ip", "10.*", "10.1.2.3", true)]
    [InlineData("path", "/api/*", "/api/v1", true)]
    [InlineData("risk_object", "eve", "anything", true)]
    [InlineData("risk_object", "mallory", "anything", false)]
    [InlineData("nothing", "*", "anything", false)]
    public void A_field_is_compared_with_wildcards_and_networks(string field, string pattern, string value, bool covers) =>
        Assert.Equal(covers, Covers(New(field, pattern), Event((field is "user" or "src_ip" or "path" ? field : "other", [value]))));

    [Fact]
    public void All_values_of_a_field_must_match_and_all_fields()
    {
        var both = New("src_ip", "10.0.0.0/8") with { Fields = new Dictionary<string, IReadOnlyList<string>> { ["src_ip"] = ["10.0.0.0/8", "192.168.*"], ["user"] = ["a*"] } };
        Assert.True(Covers(both, Event(("src_ip", ["10.0.0.1", "192.168.0.1"]), ("user", ["ann"]))));
        Assert.False(Covers(both, Event(("src_ip", ["10.0.0.1", "198.51.100.7"]), ("user", ["ann"]))));
        Assert.False(Covers(both, Event(("src_ip", ["10.0.0.1"]), ("user", ["bob"]))));
    }

    [Fact]
    public void An_address_that_a_client_claims_excuses_nobody()
    {
        var local = New("src_ip", "10.0.0.0/8");
        Assert.True(Covers(local, Event(("src_ip", ["10.0.0.1"])), Audit("\"10.0.0.1\"")));
        Assert.False(Covers(local, Event(("src_ip", ["10.0.0.1"])), Audit("\"10.0.0.1\",\"198.51.100.7\"")));
    }

    [Fact]
    public void Every_event_behind_it_must_be_of_the_cluster()
    {
        var test = New("user", "eve") with { Clusters = ["test-*"] };
        var e = Event(("user", ["eve"]));
        Assert.True(Covers(test, e, Audit("", "test-1")));
        Assert.False(Covers(test, e, Audit("", "prod")));
        Assert.False(Covers(test, e, Audit("", "")));
        var two = e with { Evidence = new Evidence(2, [0, 1]) };
        Assert.False(Covers(test, two, Audit("", "test-1"), Audit("", "prod")));
        // More events than are named: nobody knows of which cluster they are.
        Assert.False(Covers(test, e with { Evidence = new Evidence(2, [0]) }, Audit("", "test-1")));
    }

    [Fact]
    public void It_holds_from_its_start_to_its_end_by_the_time_of_what_happened()
    {
        var x = New("user", "eve") with { Starts = Noon, Expires = Noon.AddHours(1) };
        bool At(DateTimeOffset time) => Covers(x, Event(("user", ["eve"])) with { LastNanoseconds = TimeRange.Nanoseconds(time) });
        Assert.Equal([false, true, true, false], ((DateTimeOffset[])[Noon.AddTicks(-1), Noon, Noon.AddHours(1).AddTicks(-1), Noon.AddHours(1)]).Select(At));
    }

    [Fact]
    public void It_means_a_detection_by_name_id_stem_or_pattern()
    {
        foreach (var name in (string[])[Pods.Name, Pods.Id, Pods.Stem, "Kubernetes Pod*"])
        {
            Assert.True(Covers(New("user", "eve") with { Detection = name }, Event(("user", ["eve"]))));
        }

        var other = New("user", "eve") with { Detection = "Kubernetes Falco*" };
        Assert.False(Covers(other, Event(("user", ["eve"]))));
        Assert.False(new ExceptionSet([other]).MayCover(Pods));
    }

    [Fact]
    public void What_ignores_comes_before_what_hides()
    {
        var set = new ExceptionSet([New("user", "eve") with { Id = "a" }, New("user", "*") with { Id = "b", Action = ExceptionAction.Ignore }]);
        Assert.Equal("b", set.Find(ExceptionSubject.Of(Event(("user", ["eve"])), _ => new Event()))!.Id);
    }

    [Fact]
    public void A_kept_risk_event_is_covered_as_it_was_when_it_was_made()
    {
        var document = """{"id":"1","last_time":"2026-06-01T12:00:00Z","search_name":"N","detection_id":"d","risk_object":"eve","risk_object_type":"user","threat_objects":[{"threat_object":"10.0.0.1"}],"row":{"user":"eve","src_ip":["10.0.0.1","10.0.0.2"]},"evidence_total":1,"evidence":[{"cluster":"prod","source_ips":[{"address":"10.0.0.2","origin":"claimed"},{"address":"10.0.0.1","origin":"peer"}]}]}""";
        using var json = System.Text.Json.JsonDocument.Parse(document);
        var subject = ExceptionSubject.Of(json.RootElement, _ => "n_stem");
        bool Holds(RiskException x) => new ExceptionSet([x with { Detection = "n_stem" }]).Find(subject) is not null;
        Assert.True(Holds(New("user", "eve") with { Clusters = ["prod"] }));
        Assert.True(Holds(New("threat_object", "10.0.0.1")));
        Assert.False(Holds(New("src_ip", "10.0.0.0/8")));
        Assert.False(Holds(New("user", "eve") with { Clusters = ["test"] }));
    }

    [Theory]
    [InlineData("detection: x\nfields: {user: a}", "`reason` is missing")]
    [InlineData("detection: x\nreason: r", "needs a field or a cluster")]
    [InlineData("detection: x\nreason: r\nfields: {src_ip: 10.0.0.0/33}", "`10.0.0.0/33` is no network")]
    [InlineData("detection: x\nreason: r\nfields: {user: '*'}", "disable it")]
    [InlineData("detection: x\nreason: r\nfields: {user: a}\naction: drop", "`action` cannot be `drop`")]
    [InlineData("detection: x\nreason: r\nfields: {user: a}\nexpires: soon", "`soon` is not a date")]
    [InlineData("detection: x\nreason: r\nfields: {user: a}\nstarts: 2026-02-01\nexpires: 2026-01-01", "expires before it starts")]
    [InlineData("detection: x\nreason: r\nfields: {user: a}\nexpire: 2026-01-01", "did you mean `expires`?")]
    public void Mistakes_in_content_are_told(string text, string expected)
    {
        using var folder = new Saker.Tests.Content.ContentFolder().With("exceptions/x.yml", $"name: x\n{text}\n");
        Assert.Contains(expected, string.Join('\n', folder.Load().Diagnostics.Select(Saker.Spl.Text.DiagnosticRenderer.Render)), StringComparison.Ordinal);
    }

    [Fact]
    public void Content_holds_exceptions_and_a_later_root_replaces_them()
    {
        using var first = new Saker.Tests.Content.ContentFolder().With("exceptions/x.yml", "name: backup\ndetection: Kubernetes Pod*\nfields:\n  user: [a, b*]\n  src_ip: 10.0.0.0/8\ncluster: prod\naction: ignore\nreason: nightly\nauthor: ann\nexpires: 2027-01-01\n");
        using var second = new Saker.Tests.Content.ContentFolder().With("x.yaml", "name: backup\ndetection: Other\nfields: {user: a}\nreason: nightly\n");
        var x = Assert.Single(first.Load().Exceptions);
        Assert.Equal((ExceptionAction.Ignore, "prod", "a,b*", new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)), (x.Action, x.Clusters[0], string.Join(',', x.Fields["user"]), x.Expires!.Value));
        Assert.Equal("Other", Assert.Single(ContentLibrary.Load([first.Path, second.Path]).Exceptions).Detection);
    }

    internal static RiskException New(string field, string pattern) => new() { Id = "x", Detection = "*", Fields = new Dictionary<string, IReadOnlyList<string>> { [field] = [pattern] }, Reason = "r" };

    private static bool Covers(RiskException x, RiskEvent e, params Event[] events) => new ExceptionSet([x]).Find(ExceptionSubject.Of(e, n => events.Length > n ? events[n] : new Event())) is not null;

    private static Event Audit(string addresses, string cluster = "") => new()
    {
        Sourcetype = "_json",
        Cluster = cluster,
        Raw = Encoding.UTF8.GetBytes($$"""{"kind":"Event","auditID":"a","sourceIPs":[{{addresses}}]}"""),
    };

    private static RiskEvent Event(params (string Field, string[] Values)[] fields) => new()
    {
        Id = 1,
        Detection = Pods,
        Window = default,
        RiskObject = new RiskObject("user", "user", "eve"),
        Score = 49,
        Message = "m",
        ThreatObjects = [],
        FirstNanoseconds = 0,
        LastNanoseconds = 0,
        Evidence = new Evidence(1, [0]),
        Fields = [.. fields.Select(f => new KeyValuePair<string, IReadOnlyList<string>>(f.Field, f.Values))],
    };
}
