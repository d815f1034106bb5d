using System.Text;
using Saker.Events;
using Saker.Ingest;
using Saker.Tests.Scanning;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class EventIdentityTests
{
    [Theory]
    [InlineData("""{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","user":{"groups":["x","y z"]}}""")]
    [InlineData("""{ "auditID" : "a", "user": { "groups": [ "x",  "y z" ] } }""")]
    [InlineData("{\n  \"auditID\": \"a\",\r\n\t\"user\": {\n    \"groups\": [\n \"x\",\n \"y z\"\n]\n}\n}\n")]
    public void White_space_and_envelope_do_not_make_another_event(string json) =>
        Assert.Equal(Hash("""{"auditID":"a","user":{"groups":["x","y z"]}}"""), Hash(json));

    [Theory]
    [InlineData("""{"auditID":"a","user":{"groups":["x","yz"]}}""")]
    [InlineData("""{"auditID":"a","user":{"groups":["x","y  z"]}}""")]
    [InlineData("""{"auditID":"a","user":{"kind":"k","groups":["x","y z"]}}""")]
    [InlineData("""{"auditID":"a","user":{"groups":["x\",  \"y z"]}}""")]
    public void What_an_event_says_does(string json) =>
        Assert.NotEqual(Hash("""{"auditID":"a","user":{"groups":["x","y z"]}}"""), Hash(json));

    [Fact]
    public void A_text_seen_64_bytes_at_a_time_is_the_one_seen_byte_by_byte()
    {
        var mutations = new JsonMutations(3);
        string[] sound =
        [
            """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","user":{"username":"u","kind":"x"},"objectRef":{"apiVersion":"v1"}}""",
            """{"level":"Metadata","kind":"Event","annotations":{"a":"b \\\\\" c"},"apiVersion":{"kind":[1,2,{"kind":"}"}]}}""",
            """{"kind":"Event"}""", "{}", """{"apiVersion":"v1","kind":"K","kind":1}""", """{"a":"kind","b":"apiVersion","c":["kind",{"kind":2}],"kinds":3}""",
        ];
        var lines = sound.Select(Encoding.UTF8.GetBytes).Concat(JsonMutations.AtBorders()).Concat(JsonMutations.Nasty.Select(Encoding.UTF8.GetBytes)).ToList();
        lines.AddRange(Enumerable.Range(0, 30_000).Select(i => mutations.Mutate(lines[i % lines.Count])).ToList());
        var (compact, scan) = (0, new JsonObjectScan());
        foreach (var line in lines)
        {
            compact += CompactJson.TryFind(line, new int[CompactJson.MostEnvelopeKeys], out _) ? 1 : 0;
            var gathered = Gathered(line, EventIdentity.Gather);
            if (scan.Scan(line) && scan.End == line.Length)
            {
                Assert.Equal(Gathered(line, EventIdentity.GatherEach), gathered);
            }
        }

        Assert.True(compact > lines.Count / 3);
    }

    [Fact]
    public void The_hash_of_a_run_tells_texts_apart_as_any_other_does()
    {
        var random = new Random(5);
        var seen = new Dictionary<UInt128, byte[]>();
        for (var i = 0; i < 20_000; i++)
        {
            // Few bytes, so that texts often differ in a nought at the end, or in the order of blocks.
            var text = new byte[random.Next(200)];
            for (var at = 0; at < text.Length; at += 16)
            {
                text[at] = (byte)random.Next(2);
            }

            var hash = RunHash.Of(text);
            Assert.True(seen.TryAdd(hash, text) || seen[hash].AsSpan().SequenceEqual(text));
        }

        Assert.Equal(seen.Count, seen.Values.Select(Convert.ToHexString).Distinct().Count());
    }

    private static string Gathered(byte[] line, Gatherer gather)
    {
        var into = new byte[(2 * line.Length) + 2];
        return Encoding.Latin1.GetString(into, 0, gather(line, into));
    }

    private delegate int Gatherer(ReadOnlySpan<byte> json, Span<byte> into);

    private static string Hash(string json)
    {
        var hash = new byte[32];
        EventIdentity.Hash(Encoding.UTF8.GetBytes(json), hash);
        return Convert.ToHexString(hash);
    }
}
