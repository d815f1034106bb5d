using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Xunit;

namespace Saker.Tests.Scanning;

/// <summary>Every kernel reads what the scalar twin reads, of any bytes.</summary>
public sealed class ExtractorTests
{
    public static readonly TheoryData<string> Kernels = [.. KernelTable.Supported.Select(k => k.Name)];

    private static readonly FieldNeed[] Needs =
    [
        FieldNeed.Of("verb"),
        FieldNeed.Of("verb", "objectRef.resource", "objectRef.namespace", "user.groups{}", "sourceIPs{}", "responseStatus.code", "requestObject.message", "user.username"),
        FieldNeed.Of("a", "a.b", "a.b.c{}", "", ".verb", "user", "user.groups", "user.groups{}{}", "user.groups{}.b", "requestObject.spec.containers{}.image", "_raw", "verb"),
    ];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Nasty_lines_give_the_same_fields(string kernel)
    {
        var check = new Comparison(kernel);
        foreach (var line in JsonMutations.Nasty.Select(Encoding.UTF8.GetBytes).Concat(JsonMutations.AtBorders()).Concat(ScanSamples.AuditLines))
        {
            check.Same(line);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_prefix_of_a_line_gives_the_same_fields(string kernel)
    {
        var check = new Comparison(kernel);
        foreach (var line in ScanSamples.AuditLines.Where(l => l.Length < 3000).Take(8))
        {
            for (var length = 0; length <= line.Length; length++)
            {
                check.Same(line[..length]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Keys_in_whatever_order_give_the_same_fields(string kernel)
    {
        // Long enough that an order is learned; then it changes, within a line and from line to line.
        var random = new Random(11);
        var check = new Comparison(kernel);
        List<string> keys =
        [
            "\"verb\":", "\"verbs\":", "\"ver\":", "\"user\":", "\"objectRef\":", "\"a\":", "\"a.b\":", "\"\":", "\"requestObject\":", "\"sourceIPs\":", "\"verb\" :", "\"verb\": ", " \"verb\":", "\"ver\\u0062\":", "\"ver\\\"b\":",
            "\"requestReceivedTimestamp\":", $"\"{new string('k', 29)}\":", $"\"{new string('k', 30)}\":", $"\"{new string('k', 31)}\":", "\"verb\"", "verb\":",
        ];
        string[] values =
        [
            "\"get\"", "\"a\\\"b\"", "1", "null", "[]", "{}", "[\"x\",\"y\"]", "{\"username\":\"u\",\"groups\":[\"g\",\"h\"],\"verb\":\"no\"}", "{\"groups\":[\"g\"],\"username\":\"u\"}", "{\"resource\":\"pods\",\"verb\":{}}", " \"list\" ",
            "{\"resource\":\"a}b\",\"namespace\":\"n\"}", $"\"{new string('x', 70)}\"", "{\"b\":{\"c\":[1,2]}}", "{\"message\":\"{\"}", $"{{\"pad\":\"{new string('y', 60)}\",\"resource\":\"r\"}}",
        ];
        for (var i = 0; i < 6000; i++)
        {
            if (i % 50 == 0)
            {
                keys = [.. keys.OrderBy(_ => random.Next())];
            }

            var members = keys.Take(random.Next(1, keys.Count)).Where(k => random.Next(8) > 0 && (k[^1] == ':' || random.Next(40) == 0)).Select(k => k + values[random.Next(values.Length)]).ToList();
            if (random.Next(3) == 0)
            {
                members.Insert(random.Next(members.Count + 1), $"\"m{i}\":{{\"verb\":\"v\"}}");
            }

            check.Same(Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"));
        }
    }

    [Fact]
    public void Sound_lines_are_read_with_vectors()
    {
        var fields = new FieldTable();
        var wanted = new PathTrie();
        wanted.Add("user.groups{}", 0);
        foreach (var kernel in KernelTable.Supported)
        {
            var index = new StructuralIndex(kernel);
            foreach (var line in ScanSamples.AuditLines)
            {
                var values = new RowValues(line, new Row(), Meeting.Append);
                Assert.Equal(line.Length, new FieldWalk<RowValues>(line, index, ref values).Root(0, KeyTable.Of(wanted)!));
            }
        }
    }

    [Fact]
    public void A_forced_kernel_is_taken_if_the_machine_has_it()
    {
        Assert.Equal("scalar", KernelTable.Choose("scalar", KernelTable.Supported).Name);
        Assert.Equal(KernelTable.Supported[0], KernelTable.Choose("sse9", KernelTable.Supported));
        Assert.Equal(KernelTable.Supported[0], KernelTable.Choose(null, KernelTable.Supported));
    }

    /// <summary>One extractor of each sort for each need: scratch that is used again must not tell of the line before.</summary>
    internal sealed class Comparison
    {
        private readonly (FieldExtractor Twin, FieldExtractor Vectors, FieldTable Fields)[] pairs;
        private readonly Row expected = new(32);
        private readonly Row actual = new(32);

        public Comparison(string kernel)
        {
            var used = KernelTable.Supported.Single(k => k.Name == kernel);
            pairs = [.. Needs.Select(need =>
            {
                var fields = new FieldTable();
                return (new FieldExtractor(need, fields, KernelTable.Supported[^1]), new FieldExtractor(need, fields, used), fields);
            })];
        }

        public void Same(byte[] line)
        {
            foreach (var (twin, vectors, fields) in pairs)
            {
                expected.Clear();
                actual.Clear();
                var e = new Event { Raw = line };
                twin.Extract(e, expected);
                vectors.Extract(e, actual);
                for (var slot = 0; slot < fields.Count; slot++)
                {
                    if (!expected[slot].Values.SequenceEqual(actual[slot].Values) || expected[slot].Kind != actual[slot].Kind)
                    {
                        Assert.Fail($"{fields.Name(slot)}: expected {expected[slot]}, but got {actual[slot]} of {Convert.ToHexString(line)}\n{Encoding.UTF8.GetString(line)}");
                    }
                }
            }
        }
    }
}
