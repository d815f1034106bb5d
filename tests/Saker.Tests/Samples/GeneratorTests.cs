using System.Text;
using System.Text.Json;
using Saker.Generate.Load;
using Xunit;

namespace Saker.Tests.Samples;

public class GeneratorTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        Assert.Equal(Make(seed: 7), Make(seed: 7));
        Assert.NotEqual(Make(seed: 7), Make(seed: 8));
    }

    [Fact]
    public void Every_line_is_an_audit_event_and_the_size_is_kept()
    {
        var log = Make(seed: 7);
        Assert.InRange(log.Length, 1_000_000, 2_000_000);
        var events = Events(log);
        Assert.All(events, e => Assert.Equal("audit.k8s.io/v1", e.GetProperty("apiVersion").GetString()));
        var reads = events.Count(e => e.GetProperty("verb").GetString() is "get" or "list" or "watch") / (double)events.Count;
        Assert.InRange(reads, 0.5, 0.7);
    }

    [Fact]
    public void Every_event_matches_when_asked_for()
    {
        var events = Events(Make(seed: 3, allMatch: true));
        Assert.All(events, e =>
        {
            Assert.Equal("create", e.GetProperty("verb").GetString());
            Assert.Equal("pods", e.GetProperty("objectRef").GetProperty("resource").GetString());
            Assert.Contains(e.GetProperty("objectRef").GetProperty("namespace").GetString(), new[] { "default", "kube-system", "kube-public" });
        });
        Assert.Equal(events.Count / 2, events.Select(e => e.GetProperty("auditID").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("1.5mb", 1_500_000)]
    [InlineData("300", 300)]
    public void Sizes_have_units(string text, long bytes) => Assert.Equal(bytes, LoadOptions.Parse(["--out", "-", "--size", text]).Size);

    private static string Make(ulong seed, bool allMatch = false)
    {
        using var stream = new MemoryStream();
        Generator.Write(new LoadOptions { Seed = seed, Size = 1_000_000, AllMatch = allMatch, AttackRate = 0.01 }, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static List<JsonElement> Events(string log) => [.. log.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
}
