using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Saker.EndToEnd.Senders;

/// <summary><c>saker replay</c> to a collector that speaks TLS, and no faster than it was told.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("saker-replay-").FullName;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<(TimeSpan At, string Head, string Body)> received = [];
    private readonly Stopwatch clock = new();
    private readonly X509Certificate2 certificate = Certificate();

    public ReplayTests()
    {
        listener.Start();
        File.WriteAllText(Path.Combine(directory, "trusted.pem"), certificate.ExportCertificatePem());
        _ = ListenAsync();
    }

    private string Url => $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public void Dispose()
    {
        listener.Stop();
        certificate.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Events_go_over_tls_to_a_certificate_that_is_trusted()
    {
        var (code, output, error) = await RunAsync(isTrusted: true, "replay", Write(3), "--to", Url, "--allow-loopback", "--token", "secret");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal($"Sent 3 events in 1 request to {Url}/services/collector/event; 0 failed.\n", output);
        var (_, head, body) = Assert.Single(received);
        Assert.StartsWith("POST /services/collector/event HTTP/1.1", head);
        Assert.Contains("Authorization: Splunk secret", head);
        Assert.Equal("{\"event\":0}\n{\"event\":1}\n{\"event\":2}\n", body);
    }

    [Fact]
    public async Task Nothing_goes_to_a_certificate_that_is_not()
    {
        var (code, output, error) = await RunAsync(isTrusted: false, "replay", Write(3), "--to", Url, "--allow-loopback", "--token", "secret");

        Assert.Equal(69, code);
        Assert.StartsWith("Sent 0 events in 1 request", output);
        Assert.StartsWith("error: 3 events were not taken: the certificate of localhost is not trusted", error);
        Assert.DoesNotContain("(tried", error);
        Assert.Empty(received);
    }

    [Fact]
    public async Task A_rate_is_kept_from_the_first_second_on()
    {
        var begun = clock.Elapsed;
        var (code, _, error) = await RunAsync(isTrusted: true, "replay", Write(50), "--to", Url, "--allow-loopback", "--rate", "20/s");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal([20, 20, 10], received.Select(r => r.Body.Count(c => c == '\n')));
        // The second batch is due after a second, the third after two.
        Assert.InRange((received[1].At - begun).TotalSeconds, 1, 10);
        Assert.InRange((received[2].At - begun).TotalSeconds, 2, 20);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private string Write(int count)
    {
        var path = Path.Combine(directory, "data.ndjson");
        File.WriteAllLines(path, Enumerable.Range(0, count).Select(i => $"{{\"event\":{i}}}"));
        return path;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(bool isTrusted, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (isTrusted)
        {
            start.Environment["SSL_CERT_FILE"] = Path.Combine(directory, "trusted.pem");
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    private async Task ListenAsync()
    {
        clock.Start();
        while (true)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = ServeAsync(client);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Answers every request of a connection with 200.</summary>
    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            var bytes = new List<byte>();
            var buffer = new byte[4096];
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                bytes.AddRange(buffer.AsSpan(0, read));
                var text = Encoding.UTF8.GetString([.. bytes]);
                var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end < 0 || bytes.Count < end + 4 + LengthIn(text[..end]))
                {
                    continue;
                }

                received.Add((clock.Elapsed, text[..end], text[(end + 4)..]));
                bytes.Clear();
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
            }
        }
        catch (Exception closed) when (closed is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client would not have the certificate, or has gone.
        }
    }

    private static int LengthIn(string head) =>
        int.Parse(head.Split("\r\n").First(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}
