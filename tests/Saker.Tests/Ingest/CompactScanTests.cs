using System.Text;
using Saker.Ingest;
using Saker.Tests.Scanning;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class CompactScanTests
{
    private static readonly string[] Sound =
    [
        "{}", """{"a":{}}""", """{"a":[]}""", """{"a":[{}],"b":[[],[1,2,"c"]]}""", """{"a":true,"b":false,"c":null,"d":-0.5e+10,"e":"\\\"","f\u0020g":{"h":[{"i":1},{"j":[2,{"k":"}"}]}]}}""",
        """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"7","stage":"ResponseComplete","requestURI":"/api/v1/pods?limit=500","verb":"list","user":{"username":"system:node:a","groups":["system:nodes","system:authenticated"]},"sourceIPs":["10.0.0.1"],"responseStatus":{"metadata":{},"code":200},"requestObject":{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80}],"env":[]}]}}}""",
    ];

    private static readonly string[] Broken =
    [
        """{"a"}""", """{"a":}""", """{"a":1,}""", """{,}""", """{"a":1,"b"}""", """{"a":1:2}""", """{"a":"b":"c"}""", """{"a":[1,]}""", """{"a":[,1]}""", """{"a":[1:2]}""", """{"a":["b":1]}""", """{"a":{"b"},"c":1}""", """{"a":1{}}""",
        """{"a":{}{}}""", """{"a":[}]}""", """{"a":]}""", """{{}}""", """{[]}""", """{"a":1,{"b":2}}""", """{1:2}""", """{true:2}""", """{"a":tru}""", """{"a":01}""", """{"a":1"b":2}""", """{"a":"b""c":1}""", """{"a":b}""", """{"a":1}}""", """{}{}""",
        """{"a":{"b":1,}}""", """{"a":{"b":1},"c"}""", """{"a":[{"b":1}:2]}""", """{"a"::1}""", """{"a":1,,"b":2}""", """{"a":[1 2]}""", "{\"a\":\"b\nc\"}", """{"a":\"b"}""", """{"a":"b\"}""", """{"a":[]:1}""", """{[]:1}""", """{"a":{}:1}""", """{}:{}""", """{}1}""",
    ];

    /// <summary>Each text as it is, and moved so that every part of it stands at the border of a block once.</summary>
    private static IEnumerable<byte[]> Moved(IEnumerable<string> texts) => texts.SelectMany(text => Enumerable.Range(0, 70).Select(n =>
        Encoding.UTF8.GetBytes(n == 0 || text[0] != '{' ? text : $$"""{"{{new string('p', n)}}":{{text}}}""")));

    [Fact]
    public void What_it_takes_is_sound_and_has_the_same_members_and_what_programs_write_it_takes()
    {
        var mutations = new JsonMutations(11);
        var seeds = Moved(Sound.Concat(Broken)).Concat(JsonMutations.AtBorders()).Concat(JsonMutations.Nasty.Select(Encoding.UTF8.GetBytes)).ToList();
        var lines = seeds.Concat(Enumerable.Range(0, 200_000).Select(i => mutations.Mutate(seeds[mutations.Next(seeds.Count)])));
        var (taken, sound) = (0, 0);
        foreach (var line in lines)
        {
            var members = new JsonObjectScan.Member[64];
            var compact = new CompactScan(line, members);
            var isSound = compact.IsSound();
            // A new one never takes the quick way.
            var scan = new JsonObjectScan();
            var isWhole = scan.Scan(line) && scan.End == line.Length;
            sound += isWhole ? 1 : 0;
            taken += isSound ? 1 : 0;
            if (!isSound)
            {
                continue;
            }

            Assert.True(isWhole, Encoding.UTF8.GetString(line));
            Assert.Equal(scan.Count, compact.Count);
            for (var i = 0; i < scan.Count; i++)
            {
                Assert.Equal(Encoding.Latin1.GetString(scan.Name(i)), Encoding.Latin1.GetString(line[members[i].KeyStart..members[i].KeyEnd]));
                Assert.Equal(Encoding.Latin1.GetString(scan.Value(i).Span), Encoding.Latin1.GetString(line[members[i].ValueStart..members[i].ValueEnd]));
                Assert.Equal(scan.Name(i).Contains((byte)'\\'), members[i].Escaped);
            }
        }

        Assert.True(taken > sound / 2, $"{taken} of {sound}");
    }

    [Fact]
    public void Each_sound_text_is_taken_and_no_broken_one()
    {
        Assert.All(Moved(Sound), text => Assert.True(IsSound(text), Encoding.UTF8.GetString(text)));
        Assert.All(Moved(Broken), text => Assert.False(IsSound(text), Encoding.UTF8.GetString(text)));
    }

    private static bool IsSound(byte[] text) => new CompactScan(text, new JsonObjectScan.Member[64]).IsSound();
}
