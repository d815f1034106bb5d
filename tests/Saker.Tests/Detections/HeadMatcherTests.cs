using System.Text;
using Saker.Detections;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Saker.Tests.Scanning;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>Many requests asked of an event at once give what each of them gives asked alone.</summary>
public sealed class HeadMatcherTests
{
    private static ScanKernel Scalar => KernelTable.Supported.Single(k => !k.IsVector);

    private static readonly string[] Fields =
    [
        "verb", "user.username", "user.groups{}", "objectRef.resource", "sourceIPs{}", "responseStatus.code", "a", "a.b", "requestObject.message", "sourcetype", "index", "host", "cluster", "source", "absent", "_time", "container",
    ];

    private static readonly string[] Values =
    [
        "get", "create", "CREATE", "pods", "po*", "*s", "*", "a", "system:*", "10.0.0.1", "403", "40*", "4", "_json", "kube*", "kubernetes", "main", "h1", "", "é", "web", "true", "null", "delete", "1", "b",
    ];

    private static readonly string[] Terms = ["create", "pulling image", "kube-system", "pods", "token", "system:masters", "get", "4", "é", "TERM(10.0.0.1)", "CASE(Event)", "ku*", "ssh", "\"a b\""];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 15)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Together_they_give_what_they_give_one_by_one(int seed)
    {
        var random = new Random(seed);
        var requests = Enumerable.Range(0, random.Next(1, 120)).Select(_ => Request(random)).ToList();
        foreach (var kernel in KernelTable.Supported.Where(k => k.IsVector))
        {
            var alone = requests.ConvertAll(r => new HeadMatcher([r], Scalar, 0));
            var inTurn = new HeadMatcher(requests, Scalar, 0);
            var together = new HeadMatcher(requests, kernel, random.Next(0, 3));
            foreach (var e in Events(random))
            {
                var expected = inTurn.Match(e).ToList();
                if (IsSound(e.Raw))
                {
                    // What is read of broken JSON hangs on what else is read of it.
                    Assert.Equal(expected, Enumerable.Range(0, requests.Count).Where(i => alone[i].Match(e).Count > 0));
                }

                Assert.Equal(expected, together.Match(e));
            }
        }
    }

    [Fact]
    public void More_names_than_are_remembered_change_nothing()
    {
        var requests = new[] { Request("host=h7 verb=get"), Request("NOT host=h1*"), Request("host=* verb=create") };
        var matcher = new HeadMatcher(requests, KernelTable.Best, 0);
        var raw = Encoding.UTF8.GetBytes("""{"verb":"get"}""");

        var matched = Enumerable.Range(0, 300).Select(i => string.Join(',', matcher.Match(new Event { Raw = raw, Host = $"h{i}" }))).ToList();

        Assert.Equal(Enumerable.Range(0, 300).Select(i => i == 7 ? "0,1" : $"h{i}".StartsWith("h1", StringComparison.Ordinal) ? "" : "1"), matched);
    }

    private static bool IsSound(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(json);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static SourceRequest Request(Random random) => Request(Expression(random, 0));

    private static SourceRequest Request(string search) => SearchPlanner.Plan(new SourceText("search", search), new MacroTable()).Request!;

    private static string Expression(Random random, int depth) => random.Next(depth > 2 ? 7 : 11) switch
    {
        0 => $"{Field(random)}!={Value(random)}",
        1 => $"{Field(random)} IN ({Value(random)}, {Value(random)}, {Value(random)})",
        2 => $"{Field(random)}{((string[])["<", "<=", ">", ">="])[random.Next(4)]}{random.Next(500)}",
        3 => Terms[random.Next(Terms.Length)],
        4 or 5 or 6 => $"{Field(random)}={Value(random)}",
        7 => $"NOT ({Expression(random, depth + 1)})",
        8 => $"(({Expression(random, depth + 1)}) OR ({Expression(random, depth + 1)}))",
        _ => $"{Expression(random, depth + 1)} {Expression(random, depth + 1)}",
    };

    private static string Field(Random random) => $"\"{Fields[random.Next(Fields.Length)]}\"";

    private static string Value(Random random) => $"\"{Values[random.Next(Values.Length)]}\"";

    /// <summary>Events of real telemetry and nasty ones, sound and broken, with fields beside them or without, some of text.</summary>
    private static IEnumerable<Event> Events(Random random)
    {
        var mutations = new JsonMutations(random.Next());
        var lines = ScanSamples.AuditLines;
        for (var i = 0; i < 150; i++)
        {
            var line = random.Next(3) == 0 ? Encoding.UTF8.GetBytes(JsonMutations.Nasty[random.Next(JsonMutations.Nasty.Count)]) : lines[random.Next(lines.Count)];
            line = random.Next(2) == 0 ? line : mutations.Mutate(line);
            var extra = random.Next(6) switch
            {
                0 => """{"container":"web","verb":"create"}""",
                1 => """{"user.username":"a","sourcetype":"other","origin.host":"h1"}""",
                2 => """{"container":"w\u0065b","a.b":[1,"b"]}""",
                _ => "",
            };

            // In the middle of a larger buffer, as a batch's events are.
            var buffer = new byte[line.Length + 16 + random.Next(200)];
            random.NextBytes(buffer);
            line.CopyTo(buffer, 16);
            yield return new Event
            {
                Raw = buffer.AsMemory(16, line.Length),
                Extra = Encoding.UTF8.GetBytes(extra),
                TimeNanoseconds = random.NextInt64(1_000_000_000_000),
                Index = random.Next(2) == 0 ? "kubernetes" : "main",
                Sourcetype = random.Next(3) == 0 ? "" : "_json",
                Source = random.Next(2) == 0 ? "kubernetes" : "",
                Host = random.Next(2) == 0 ? "h1" : "",
                Cluster = random.Next(2) == 0 ? "web" : "",
            };
        }
    }
}
