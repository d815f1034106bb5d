using System.Text;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Scanning;

/// <summary>What the values behind keys leave possible is never less than what holds.</summary>
public sealed class KeyedValuesTests
{
    private const string Long = "a-name-of-more-than-thirty-two-bytes-and-some";

    private static readonly string[] Values =
    [
        "\"create\"", "\"CREATE\"", "\"creat\"", "\"create \"", "\"get\"", "\"List\"", "\"\"", "\"pods\"", "403", "\"403\"", "4033", "404", "-0", "1e3", "403.0", "true", "null", "\"true\"", $"\"{Long}\"", $"\"{Long}-else\"", $"\"{Long}-\\u0065lse\"", $"\"{Long}é\"",
        "\"a-name-of-more-than-thirty-two-b\"", "\"a-name-of-more-than-thirty-two-\"", "\"b@c[d\"", "\"b`c{d\"", "\"é\"", "\"É\"", "\"k\u0131s\"", "\"\u212A\"", "\"ki\u017F\"", "\"KIS\"", "\"\\u006bis\"", "\"a\\u0026b\"", "\"a&b\"", "\"a.b\"", "\"a\\\"b\"", "\"a\\\\\"",
        "{\"x\":\"create\"}", "[\"create\"]", "[]", "{}", "\"get\",\"verb\":\"create\"", "\"create\",\"verb\":\"get\"", "\"get\",\"verb\":\"get\",\"verb\":\"list\"",
    ];

    private static readonly string[] Wanted = ["create", "LIST", "pods", "403", "true", "null", Long, Long + "-else", "b@c[d", "é", "kis", "a&b", "a.b", "\"\"", "c*", "*", Long + "é"];

    private static readonly string[] Fields = ["verb", "objectRef.resource", "responseStatus.code", "user.username", "impersonatedUser.username"];

    private static readonly IReadOnlyList<SearchExpression> Asked =
    [
        .. Fields.SelectMany(f => Wanted.Select(v => $"{f}={(v[0] == '"' ? v : $"\"{v}\"")}")).Concat(Fields.SelectMany(f => (string[])[$"{f}>=400", $"{f}!=get", $"NOT {f}=get", $"{f} IN (get, \"403\", c*d)"])).Append("verb=create objectRef.resource=pods").Append("verb=create OR user.username=kis")
            .SelectMany(s => SearchPlanner.Plan(new SourceText("search", "search " + s), new MacroTable()).Requests).Select(r => r.Predicate),
    ];

    private static readonly string[][] Keys = [["verb"], ["objectRef.resource"], ["responseStatus.code"], ["user.username", "impersonatedUser.username"]];

    [Fact]
    public void What_holds_is_possible()
    {
        var check = new Comparison();
        foreach (var value in Values)
        {
            foreach (var line in (string[])["{\"verb\":V}", "{\"a\":1,\"verb\":V,\"objectRef\":{\"resource\":V}}", "{\"objectRef.resource\":V}", "{\"responseStatus\":{\"code\":V},\"user\":{\"username\":\"x\"}}", "{\"user\":{\"username\":V},\"impersonatedUser\":{\"username\":\"create\"}}"])
            {
                Assert.True(check.IsSame(Encoding.UTF8.GetBytes(line.Replace("V", value, StringComparison.Ordinal))));
            }
        }

        Assert.True(check.Impossible > check.Possible);
    }

    [Fact]
    public void What_nobody_wants_is_not_possible()
    {
        var predicates = new PredicateSet([.. Asked.Where(p => p.ToString().StartsWith("verb=create ", StringComparison.Ordinal))], KernelTable.Best);
        var values = new KeyedValues(predicates, Keys[..2], 0);
        Assert.Equal(1, predicates.Count);
        Assert.True(IsPossible("{\"verb\":\"create\",\"objectRef\":{\"resource\":\"Pods\"}}"));
        Assert.False(IsPossible("{\"verb\":\"create\",\"objectRef\":{\"resource\":\"nodes\"}}"));
        Assert.False(IsPossible("{\"verb\":\"create\"}"));
        Assert.True(IsPossible("{\"verb\":\"get\",\"objectRef\":{\"resource\":\"pods\"},\"verb\":\"create\"}"));
        Assert.False(IsPossible("{\"verb\":\"get\",\"objectRef\":{\"resource\":\"pods\"},\"verb\":\"list\"}"));

        bool IsPossible(string line) => !PredicateMask.IsEmpty(Comparison.PossibleIn(values, Keys[..2], Encoding.UTF8.GetBytes(line)));
    }

    [Fact]
    public void Whatever_becomes_of_a_line_what_holds_is_possible()
    {
        var check = new Comparison();
        var mutations = new JsonMutations(3);
        var samples = ScanSamples.AuditLines.Where(l => l.Length < 4000).ToList();
        for (var i = 0; i < 20_000; i++)
        {
            check.IsSame(mutations.Mutate(samples[mutations.Next(samples.Count)]));
        }

        Assert.True(check.Possible > 1000);
    }

    /// <summary>Holds what the values behind keys leave possible against what a walk finds, where no key is written in an unusual way.</summary>
    private sealed class Comparison
    {
        private static readonly string[] Unusual = ["\": ", "\" :", "\"  ", "ver\\u0062"];

        private readonly PredicateSet predicates = new(Asked, KernelTable.Best);
        private readonly KeyedValues values;

        public Comparison() => values = new KeyedValues(predicates, Keys, 0);

        public int Possible { get; private set; }

        public int Impossible { get; private set; }

        /// <summary>False where the line is not sound, or has what a sieve keeps it for.</summary>
        public bool IsSame(byte[] line)
        {
            var text = Encoding.UTF8.GetString(line);
            if (line.Any(b => b < ' ') || Unusual.Any(u => text.Contains(u, StringComparison.Ordinal)) || predicates.Match(line, [], out _) is not { } matched)
            {
                return false;
            }

            var found = matched.ToList();
            var possible = PossibleIn(values, Keys, line);
            Assert.All(found, p => Assert.True((possible[p / 64] >> p & 1) != 0, $"{Asked[p]} holds, but is not possible: {text}"));
            var count = possible.Sum(System.Numerics.BitOperations.PopCount);
            (Possible, Impossible) = (Possible + count, Impossible + predicates.Count - count);
            return true;
        }

        public static ulong[] PossibleIn(KeyedValues values, string[][] keys, byte[] line)
        {
            values.Begin();
            var text = new byte[line.Length + 64];
            line.CopyTo(text, 0);
            for (var key = 0; key < keys.Length; key++)
            {
                var name = Encoding.UTF8.GetBytes($"{NecessaryLiterals.Key(keys[key][0])}\":");
                for (var at = 0; text.AsSpan(at).IndexOf(name) is >= 0 and var behind;)
                {
                    at += behind + name.Length;
                    values.Take(key, text, at);
                }
            }

            return values.Possible();
        }
    }
}
