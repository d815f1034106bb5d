using System.Text.Json;
using Saker.Generate.Samples;
using Xunit;

namespace Saker.Tests.Samples;

/// <summary>What README.md and expected.json of samples/ say of its lines is so: the searches' terms are tried here by other means.</summary>
public class SampleSetTests
{
    private static readonly string[] DefaultNamespaces = ["default", "kube-system", "kube-public"];
    private static readonly string[] Shells = ["sh", "bash", "csh", "tcsh"];

    [Fact]
    public void Samples_are_what_the_generator_writes()
    {
        var made = SampleSet.Make();
        Assert.Equal(made.Keys.Order(), Directory.GetFiles(SampleDirectory.Path).Select(Path.GetFileName).Order());
        foreach (var (file, text) in made)
        {
            Assert.True(text == SampleDirectory.Read(file), $"samples/{file} differs: dotnet run -c Release --project bench/Saker.Generate -- --samples samples");
        }
    }

    [Fact]
    public void Pod_creation_matches_the_lines_told() => Told("Kubernetes Pod Created in Default Namespace", AuditLines(e =>
        Text(e, "verb") == "create" && Text(e, "objectRef", "resource") == "pods" && DefaultNamespaces.Contains(Text(e, "objectRef", "namespace"))));

    [Fact]
    public void Image_pulling_matches_the_lines_told() => Told("Kubernetes Suspicious Image Pulling", AuditLines(e =>
        Text(e, "requestObject", "message").StartsWith("Pulling image", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void Access_scanning_matches_the_lines_told() => Told("Kubernetes Access Scanning", AuditLines(IsScan));

    [Fact]
    public void One_address_alone_is_over_the_scan_threshold()
    {
        var addresses = Events("audit.ndjson").Where(IsScan).SelectMany(e => e.GetProperty("sourceIPs").EnumerateArray()).GroupBy(a => a.GetString(), a => a);
        Assert.Equal(["198.51.100.77"], addresses.Where(a => a.Count() > 5).Select(a => a.Key));
    }

    [Fact]
    public void Falco_matches_the_lines_told() => Told("Kubernetes Falco Shell Spawned", new[] { "falco.log", "falco.ndjson" }.SelectMany(file =>
        Numbered(file, SampleDirectory.Lines(file).Select(line => line.Contains("A shell was spawned in a container", StringComparison.Ordinal)))));

    [Fact]
    public void Shell_processes_match_the_lines_told() => Told("Kubernetes Shell Running on Worker Node",
        Numbered("hec-metrics.json", Events("hec-metrics.json").Select(e => Shells.Contains(Text(e, "fields", "process.executable.name")))).Concat(
        Numbered("hostmetrics.otlp.json", Events("hostmetrics.otlp.json").Select(HasShell))));

    [Fact]
    public void What_risk_events_come_from_is_the_attackers_and_the_rest_is_not()
    {
        var lines = SampleDirectory.Lines("audit.ndjson");
        foreach (var (detection, expected) in Expected())
        {
            foreach (var (line, isRisk) in expected.Risk.Select(line => (line, true)).Concat(expected.LetGo.Select(line => (line, false))))
            {
                if (line.StartsWith("audit.ndjson:", StringComparison.Ordinal))
                {
                    var text = lines[int.Parse(line["audit.ndjson:".Length..]) - 1];
                    var attacker = text.Contains("203.0.113.", StringComparison.Ordinal) || text.Contains("198.51.100.", StringComparison.Ordinal);
                    Assert.True(attacker == isRisk, $"{detection}: {line}");
                }
            }
        }
    }

    [Fact]
    public void Everything_happens_on_one_day_and_one_object_is_large()
    {
        var lines = SampleDirectory.Lines("audit.ndjson");
        Assert.All(Events("audit.ndjson"), e => Assert.StartsWith("2026-03-14T10:", Text(e, "stageTimestamp")));
        Assert.InRange(lines.Max(line => line.Length), 25_000, 40_000);
        Assert.Contains(lines, line => line.Contains("\\u003c", StringComparison.Ordinal) && line.Contains("\\u0026", StringComparison.Ordinal));
    }

    private static bool IsScan(JsonElement e) =>
        e.TryGetProperty("responseStatus", out var status) && status.GetProperty("code").GetInt32() == 403
        && e.GetProperty("user").GetProperty("groups").EnumerateArray().Any(group => group.GetString() == "system:unauthenticated");

    private static bool HasShell(JsonElement scrape) => scrape.GetProperty("resourceMetrics").EnumerateArray()
        .SelectMany(resource => resource.GetProperty("resource").GetProperty("attributes").EnumerateArray())
        .Any(attribute => Text(attribute, "key") == "process.executable.name" && Shells.Contains(Text(attribute, "value", "stringValue")));

    private static IEnumerable<string> AuditLines(Func<JsonElement, bool> matches) =>
        Numbered("audit-eks-cloudwatch.ndjson", Events("audit-eks-cloudwatch.ndjson").Select(document => document.GetProperty("logEvents").EnumerateArray()
            .Any(logEvent => matches(JsonDocument.Parse(Text(logEvent, "message")).RootElement))))
        .Concat(Numbered("audit.ndjson", Events("audit.ndjson").Select(matches)));

    private static void Told(string detection, IEnumerable<string> found)
    {
        var (risk, letGo) = Expected()[detection];
        Assert.Equal(risk.Concat(letGo).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.NotEmpty(risk);
    }

    private static Dictionary<string, (string[] Risk, string[] LetGo)> Expected() => JsonDocument.Parse(SampleDirectory.Read("expected.json")).RootElement.EnumerateObject()
        .ToDictionary(detection => detection.Name, detection => (Strings(detection.Value, "risk"), Strings(detection.Value, "let_go")));

    private static string[] Strings(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static IEnumerable<JsonElement> Events(string file) => SampleDirectory.Lines(file).Select(line => JsonDocument.Parse(line).RootElement);

    private static IEnumerable<string> Numbered(string file, IEnumerable<bool> matches) =>
        matches.Select((matched, index) => matched ? $"{file}:{index + 1}" : "").Where(line => line.Length > 0);

    private static string Text(JsonElement element, params string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return "";
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
    }
}
