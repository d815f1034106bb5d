using System.Text;

namespace Saker.Tests.Scanning;

/// <summary>Lines of JSON, sound and broken: real ones, hand-made nasty ones, and what seeded mutation makes of them.</summary>
internal sealed class JsonMutations(int seed)
{
    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\\\", "\\\"", "\\\\\"", "{", "}", "[", "]", ":", ",", "\n", "\r\n", "\0", " ", "\\u0070ods", "\\u0026", "\\ud83d\\ude00", "\\ud83d", "\\u12", "null", "true", "-0.5e+10", "1e999", "é", "\u017F", "\u212A",
        "\"verb\":\"create\",", "\"verb\":\"delete\"", "\"ver\\u0062\":\"create\",", "\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\"},", "\"user\":{\"groups\":[\"a\",\"system:unauthenticated\"]},", "\"a\":1,", "\"a.b\":2,",
        "\"sourceIPs\":[\"10.0.0.1\",\"10.0.0.1\"],", "\"requestObject\":{\"verb\":\"create\",\"message\":\"Pulling image\"},", "{\"verb\":\"create\"}", "}{", "},{", "[Truncated...]", "\uFEFF", "\"stageTimestamp\":\"2031-01-01T00:00:00.000000Z\",",
        "\": ", "\" :", "\\\": ", "\"requestObject\": {\"message\" :\"Pulling image\"},", "\"code\":403,", "\"verb\": \"create\",",
        "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",", "                                                                ",
    ];

    private readonly Random random = new(seed);

    /// <summary>Lines that have gone wrong before, or could.</summary>
    public static IReadOnlyList<string> Nasty { get; } =
    [
        "", "{", "{}", "[]", "{}{}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"verb\":\"get\"}", "{,\"verb\":\"get\"}", "{\"a\":tru\"e,\"verb\":\"get\"}", "{\"a\":{]}, \"verb\":\"get\"}", "{\"verb\":\"get\"", "{\"verb\":\"get", "{\"verb\":\"get\\", "{\"verb\":\"get\\\"}",
        "{\"verb\":\"get\",\"verb\":\"create\"}", "{\"verb\":[\"get\",\"create\"]}", "{\"verb\":{\"x\":1},\"verb\":\"create\"}", "{\"ver\\u0062\":\"create\"}", "{\"verb\":\"\\u0063reate\"}", "{\"objectRef.resource\":\"pods\"}", "{\"objectRef\":{\"resource\":\"\\u0070ods\"}}",
        "{\"objectRef\":[{\"resource\":\"pods\"}]}", "{\"user\":{\"groups\":[[\"a\"],{\"b\":1},\"c\"]}}", "{\"user\":{\"groups{}\":\"x\",\"groups\":[\"y\"]}}", "{\"user.groups{}\":\"x\"}", "{\"\":1,\"verb\":\"get\"}", "{\"requestObject\":{\"verb\":\"create\"},\"verb\":\"get\"}",
        "{\"responseStatus\":{\"code\":403}}", "{\"responseStatus\":{\"code\":403.0}}", "{\"responseStatus\":{\"code\":-0}}", "{\"responseStatus\":{\"code\":\"403\"}}", " \t{ \"verb\" : \"get\" , \"a\" : [ 1 , 2 ] } ", "{\"verb\":\"\uD83D\uDE00\"}", "{\"verb\":\"\\ud83d\\ude00\"}", "{\"verb\":\"\\ud83d\"}",
        "{\\\"verb\":\"get\"}", "{\"a\":\\\"verb\\\",\"verb\":\"get\"}", "{\"verb\":\"CREATE\"}", "{\"verb\":\"ſ\"}", "{\"verb\":null,\"a\":true,\"objectRef\":null}", "{\"verb\":\"a\nb\"}", "{\"verb\":\"a\0b\"}", "{\"verb\":get}", "{\"verb\":01}", "{\"verb\":1{\"a\":2}}", "{\"a\":\"}\",\"verb\":\"{\"}",
    ];

    /// <summary>An escape, a backslash run, a quote or a bracket at every place around the borders of a block.</summary>
    public static IEnumerable<byte[]> AtBorders()
    {
        foreach (var piece in (string[])["\\\"", "\\\\", "\\\\\\\"", "\",\"verb\":\"x", "\\u0070", "}{", "\",\"a\":{\"b\":[1]},\"c\":\"", "é", "😀"])
        {
            for (var before = 50; before < 70; before++)
            {
                foreach (var far in (int[])[0, 64, 32 * 1024 - 64])
                {
                    yield return Encoding.UTF8.GetBytes("{\"pad\":\"" + new string('x', before + far) + piece + "\",\"verb\":\"get\",\"user\":{\"groups\":[\"a\",\"b\"]}}");
                }
            }
        }

        for (var run = 1; run < 200; run++)
        {
            yield return Encoding.UTF8.GetBytes($$"""{"pad":"{{new string('\\', run)}}","verb":"get"}""");
            yield return Encoding.UTF8.GetBytes($$"""{"pad":"{{new string('\\', run)}}"","verb":"get"}""");
        }
    }

    /// <summary>A line with up to some pieces taken out, put in, doubled or flipped.</summary>
    public byte[] Mutate(byte[] line)
    {
        var bytes = new List<byte>(line);
        for (var changes = random.Next(5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 80), bytes.Count - at)));
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.InsertRange(AtToken(bytes, at), Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }

    public int Next(int end) => random.Next(end);

    /// <summary>Mostly where a member could stand, so that much of what comes out is still JSON.</summary>
    private int AtToken(List<byte> bytes, int at)
    {
        var comma = random.Next(4) > 0 ? bytes.IndexOf((byte)',', at) : -1;
        return comma < 0 ? at : comma + 1;
    }
}
