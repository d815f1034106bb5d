using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Saker.Benchmarks.Hostile;

/// <summary>Breaks requests: bytes, JSON, encodings, headers, framing. The same seed makes the same requests.</summary>
internal sealed class FuzzRequest(Random random, string token)
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", ",", ":", "\\", "\\u0000", "\\ud800", "\\udfff\\ud800", "\0", "\u001b[2J", "null", "true", "-", "-0", "1e999", "-1e-999", "99999999999999999999999999",
            "0.1e", "NaN", "Infinity", "{}", "[]", "\"\"", "{\"event\":", "\"kind\":\"Event\"", "\"apiVersion\":\"audit.k8s.io/v1\"", "\r\n", "\n\n", "\t", "é", "😀", "../../etc/passwd", "' OR 1=1 --", "| delete", "`", "$a$",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0x00, 0x00, 0x00, 0x00], [0xff, 0xff, 0xff, 0xff, 0x7f], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        Encoding.ASCII.GetBytes(new string('[', 3000)), Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 1500))), Encoding.ASCII.GetBytes(new string('9', 400)), new byte[2000],
    ];

    /// <summary>A request, and whether it may cost the connection: HTTP itself is broken then.</summary>
    public (byte[] Bytes, bool MayEnd) Next()
    {
        // Searches and what administers are a hundredth.
        var seeds = FuzzSeed.All;
        var seed = seeds[random.Next(100) == 0 ? random.Next(seeds.Count) : random.Next(12)];
        var body = random.Next(20) == 0 ? seeds[random.Next(12)].Body : seed.Body;
        for (var i = random.Next(5); i > 0 && seed.Body.Length > 0; i--)
        {
            body = Break(body);
        }

        var headers = new StringBuilder($"{seed.Method} {(random.Next(30) == 0 ? BreakPath(seed.Path) : seed.Path)} HTTP/1.1\r\nHost: x\r\n");
        headers.Append(random.Next(50) == 0 ? "Authorization: Bearer nobody\r\n" : random.Next(100) == 0 ? "Authorization: Basic %%%\r\n" : $"Authorization: Splunk {token}\r\n");
        headers.Append(seed.Path.StartsWith("/firehose", StringComparison.Ordinal) ? $"X-Amz-Firehose-Access-Key: {token}\r\nX-Amz-Firehose-Request-Id: r\r\n" : "");
        headers.Append(CultureInfo.InvariantCulture, $"Content-Type: {(random.Next(40) == 0 ? "text/plain; charset=\"" : seed.Type)}\r\n");
        switch (random.Next(25))
        {
            case 0:
                body = Compress(body);
                headers.Append("Content-Encoding: gzip\r\n");
                break;
            case 1:
                body = Compress(body);
                body = Break(body);
                headers.Append("Content-Encoding: gzip\r\n");
                break;
            case 2:
                headers.Append(random.Next(2) == 0 ? "Content-Encoding: gzip\r\n" : "Content-Encoding: deflate\r\n");
                break;
            case 3:
                headers.Append("Content-Encoding: br, zip\r\n");
                break;
        }

        var mayEnd = false;
        switch (random.Next(200))
        {
            case 0:
                mayEnd = true;
                headers.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length + random.Next(1, 50)}\r\n");
                break;
            case 1:
                mayEnd = true;
                headers.Append("Transfer-Encoding: chunked\r\n");
                break;
            case 2:
                mayEnd = true;
                headers.Append("Content-Length: 4294967296999\r\n");
                break;
            case 3:
                mayEnd = true;
                headers.Append("Bad\0Header: \u0001\r\nContent-Length: 0\r\nContent-Length: 5\r\n");
                break;
            default:
                headers.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
                break;
        }

        return ([.. Encoding.Latin1.GetBytes(headers.Append("\r\n").ToString()), .. body], mayEnd);
    }

    private byte[] Break(byte[] body)
    {
        var at = random.Next(body.Length + 1);
        switch (random.Next(8))
        {
            case 0:
                return body[..at];
            case 1:
                return body[at..];
            case 2 when body.Length > 0:
                var flipped = body.ToArray();
                flipped[Math.Min(at, body.Length - 1)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 3 when body.Length > 0:
                var random16 = body.ToArray();
                random.NextBytes(random16.AsSpan(Math.Min(at, body.Length - 1), Math.Min(16, body.Length - Math.Min(at, body.Length - 1))));
                return random16;
            case 4:
                var until = at + random.Next(Math.Min(200, body.Length - at + 1));
                return [.. body[..until], .. body[at..until], .. body[until..]];
            case 5:
                var gone = Math.Min(body.Length, at + random.Next(30));
                return [.. body[..at], .. body[gone..]];
            default:
                return [.. body[..at], .. Pieces[random.Next(Pieces.Length)], .. body[at..]];
        }
    }

    private string BreakPath(string path) => random.Next(6) switch
    {
        0 => path + "%00",
        1 => path + (path.Contains('?') ? "&" : "?") + "limit=-1&after=zz&earliest=%F0&time=1e999&sourcetype=%0a%0d",
        2 => path.Replace("/", "//", StringComparison.Ordinal),
        3 => path + "/" + new string('a', random.Next(3000)),
        4 => path + "/..%2f..%2fetc",
        _ => path.ToUpperInvariant(),
    };

    private static byte[] Compress(byte[] body)
    {
        var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return to.ToArray();
    }
}
