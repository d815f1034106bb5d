using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Saker.Notify.Outputs;

/// <summary>
/// Syslog (RFC 5424) over TCP with octet counting (RFC 6587), or over TLS (RFC 5425). Syslog answers nothing: what the receiver had not read when a connection broke is lost
/// without a word, so each batch has a connection of its own, which counts as taken when the receiver closes it after us or stays silent.
/// </summary>
internal sealed class SyslogOutput(OutputSettings settings) : IOutput
{
    private const int MostMessageBytes = 60_000;
    private const int AuthFacility = 10;
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);
    private static readonly string ProcessId = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    public int MostAtOnce => 50;

    public async Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var (host, port) = Parts(settings.Address);
        using var stream = await AddressGuard.ConnectAsync(host, port, settings.AllowsLocal, cancellation).ConfigureAwait(false);
        try
        {
            if (settings.IsTls)
            {
                using var secure = new SslStream(stream);
                await secure.AuthenticateAsClientAsync(Tls.Options(settings, host), cancellation).ConfigureAwait(false);
                await WriteAsync(secure, notices, cancellation).ConfigureAwait(false);
                await secure.ShutdownAsync().ConfigureAwait(false);
                await AwaitEndAsync(stream, secure, cancellation).ConfigureAwait(false);
            }
            else
            {
                await WriteAsync(stream, notices, cancellation).ConfigureAwait(false);
                await AwaitEndAsync(stream, stream, cancellation).ConfigureAwait(false);
            }
        }
        catch (AuthenticationException failure)
        {
            throw new DeliveryException($"{settings.Address}: {failure.Message}", failure) { CannotHaveArrived = true };
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new DeliveryException($"{settings.Address}: {failure.Message}", failure);
        }
    }

    public ValueTask DisposeAsync() => default;

    /// <summary>A host and a port; IPv6 in brackets.</summary>
    internal static (string Host, int Port) Parts(string address)
    {
        var at = address.LastIndexOf(':');
        return at > 0 && ushort.TryParse(address.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            && (address.IndexOf(':', StringComparison.Ordinal) == at || (address[0] == '[' && address[at - 1] == ']'))
            ? (address[..at], port)
            : throw new FormatException($"`{address}` is no host and port");
    }

    /// <summary>One message, without its length: <c>&lt;82&gt;1 2026-03-02T10:02:11.400Z host saker 17 finding [saker@32473 key="…"] text</c>.</summary>
    internal static byte[] Message(Notice n, string host)
    {
        var severity = n.Severity switch { "critical" => 2, "high" => 3, "medium" => 4, _ => 5 };
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<{(AuthFacility * 8) + severity}>1 {Template.TimeOf(n)} {Word(host, 255)} saker {ProcessId} {n.KindName} [saker@32473");
        foreach (var (name, value) in ((string, string)[])
        [
            ("key", n.Key), ("subject", n.Subject), ("title", n.Title), ("score", n.Score.ToString(CultureInfo.InvariantCulture)), ("entity_type", n.EntityType), ("entity", n.Entity),
            ("detection", n.Detection), ("detection_id", n.DetectionId), ("tactics", string.Join(", ", n.Tactics)), ("techniques", string.Join(", ", n.Techniques)), ("cluster", n.Cluster),
            ("namespace", n.Namespace),
        ])
        {
            if (value.Length > 0)
            {
                text.Append(' ').Append(name).Append("=\"").Append(Escape(value)).Append('"');
            }
        }

        // The mark says that the text is UTF-8.
        text.Append("] \uFEFF").Append(OneLine(n.Message.Length > 0 ? $"{n.Title}: {n.Message}" : n.Title));
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (bytes.Length <= MostMessageBytes)
        {
            return bytes;
        }

        var end = MostMessageBytes;
        while ((bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return bytes[..end];
    }

    private static async Task WriteAsync(Stream stream, IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        using var frames = new MemoryStream();
        foreach (var notice in notices)
        {
            var message = Message(notice, Environment.MachineName);
            frames.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")));
            frames.Write(message);
        }

        await stream.WriteAsync(frames.ToArray(), cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Says that nothing more comes and waits for the receiver to agree; a reset means that it had not read all.</summary>
    private static async Task AwaitEndAsync(NetworkStream connection, Stream stream, CancellationToken cancellation)
    {
        connection.Socket.Shutdown(SocketShutdown.Send);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        soon.CancelAfter(ClosingTime);
        var answer = new byte[256];
        try
        {
            while (await stream.ReadAsync(answer, soon.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It keeps the connection open, as some do: the bytes are acknowledged by its system at least.
        }
    }

    /// <summary>What RFC 5424 escapes in a value; line ends and other controls would break naive readers.</summary>
    private static string Escape(string value) =>
        OneLine(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string OneLine(string text) => text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]) : text;

    private static string Word(string text, int most)
    {
        var word = new string([.. text.Where(c => c is > ' ' and < (char)127).Take(most)]);
        return word.Length > 0 ? word : "-";
    }
}
