using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Saker.Notify.Outputs;

/// <summary>
/// Posts JSON to any receiver. With a signing key the header <c>X-Saker-Signature: t=1772445600,v1=HEX</c> proves who sent it and when: HMAC-SHA256 of
/// <c>1772445600.BODY</c>. <c>Idempotency-Key</c> is the same when a message is sent again.
/// </summary>
internal sealed class WebhookOutput(OutputSettings settings, TimeProvider clock) : IOutput
{
    public const string SignatureHeader = "X-Saker-Signature";
    public const string DefaultTemplate = """
        {"key":{{key}},"kind":{{kind}},"title":{{title}},"message":{{message}},"score":{{score}},"severity":{{severity}},"entity_type":{{entity_type}},"entity":{{entity}},"detection":{{detection}},"cluster":{{cluster}},"namespace":{{namespace}},"time":{{time}},"count":{{count}},"notices":{{notices}}}
        """;

    private readonly HttpSender sender = new(settings, clock, "");
    private readonly Template template = new(settings.Template.Length > 0 ? settings.Template : DefaultTemplate);

    public int MostAtOnce => 1;

    public Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var body = template.Fill(notices);
        List<(string, string)> headers = [("Idempotency-Key", KeyOf(notices))];
        if (settings.SigningKey is { } key)
        {
            var seconds = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            headers.Add((SignatureHeader, $"t={seconds},v1={Sign(key.Read(), seconds, body)}"));
        }

        return sender.PostAsync(body, "Bearer", headers, cancellation);
    }

    public ValueTask DisposeAsync()
    {
        sender.Dispose();
        return default;
    }

    /// <summary>64 hexadecimal digits.</summary>
    internal static string Sign(string key, string seconds, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), (byte[])[.. Encoding.UTF8.GetBytes(seconds + "."), .. body]));

    /// <summary>A key is made of what senders chose too: as a header it has printable ASCII only.</summary>
    private static string KeyOf(IReadOnlyList<Notice> notices)
    {
        var key = notices.Count == 1 ? notices[0].Key : $"{notices[0].Key}+{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', notices.Select(n => n.Key)))))[..16]}";
        return new string([.. key.Select(c => c is > ' ' and < (char)127 ? c : '_')]);
    }
}
