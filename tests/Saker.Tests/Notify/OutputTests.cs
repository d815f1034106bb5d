using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Saker.Notify;
using Saker.Notify.Outputs;
using Saker.Server.Auth;
using Saker.Tests.Server;
using Saker.Tests.Stores;
using Xunit;

namespace Saker.Tests.Notify;

public sealed class OutputTests
{
    [Fact]
    public async Task A_webhook_is_signed_and_its_template_stays_json()
    {
        using var receiver = new HttpReceiver();
        using var directory = new TemporaryDirectory();
        var key = Path.Combine(directory.Path, "key");
        await File.WriteAllTextAsync(key, "geheim\n");
        var settings = Settings("webhook", receiver.Url + "in") with
        {
            SigningKey = new Secret(key, null),
            Headers = new Dictionary<string, string> { ["X-Team"] = "blue" },
            Template = """{"text": "{{title}} by {{entity}}: {{tactics}}", "n": {{score}}, "all": {{notices}}, "d": {{document}}}""",
        };
        await SendAsync(settings, Notices.RiskEvent("1") with { Entity = Notices.Nasty });
        var post = Assert.Single(receiver.Posts);
        using var json = JsonDocument.Parse(post.Body);
        Assert.Equal($"Kubernetes Pod Created in Default Namespace by {Notices.Nasty}: [\"Execution\"]", json.RootElement.GetProperty("text").GetString());
        Assert.Equal(60, json.RootElement.GetProperty("n").GetInt32());
        Assert.Equal("x", json.RootElement.GetProperty("d").GetProperty("id").GetString());
        Assert.Equal(("blue", "risk_event:1"), (post.Headers["X-Team"], post.Headers["Idempotency-Key"]));
        var signature = post.Headers[WebhookOutput.SignatureHeader];
        var seconds = signature[2..signature.IndexOf(',', StringComparison.Ordinal)];
        Assert.Equal($"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData("geheim"u8, Encoding.UTF8.GetBytes($"{seconds}.{post.Body}")))}", signature);
    }

    [Theory]
    [InlineData("{\"a\": {{nothing}}}", "no field is called `nothing`")]
    [InlineData("{\"a\": {{title}}", "it is no JSON")]
    [InlineData("{\"a\": {{title}}{{title}}}", "it is no JSON")]
    public void A_template_that_makes_no_json_is_refused(string template, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => new Template(template)).Message);

    [Fact]
    public async Task Slack_shows_names_without_giving_them_power()
    {
        using var receiver = new HttpReceiver();
        await SendAsync(Settings("slack", receiver.Url + "hook"), Notices.RiskEvent("1", entity: "<!channel> & co"));
        using var json = JsonDocument.Parse(Assert.Single(receiver.Posts).Body);
        Assert.Equal("[high 60] Kubernetes Pod Created in Default Namespace (&lt;!channel&gt; &amp; co)", json.RootElement.GetProperty("text").GetString());
        Assert.DoesNotContain("<!", json.RootElement.GetProperty("attachments")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Alertmanager_hears_the_end_of_what_was_withdrawn_and_of_another_severity()
    {
        using var receiver = new HttpReceiver();
        var first = Notices.RiskEvent("1");
        await SendAsync(Settings("alertmanager", receiver.Url), first with { Score = 90, ScoreBefore = 60 }, Notices.Withdrawn("2") with { ScoreBefore = 45 });
        var post = Assert.Single(receiver.Posts);
        Assert.Equal("/api/v2/alerts", post.Path);
        using var json = JsonDocument.Parse(post.Body);
        var alerts = json.RootElement.EnumerateArray().Select(a => (
            a.GetProperty("labels").GetProperty("saker_id").GetString(), a.GetProperty("labels").GetProperty("severity").GetString(),
            a.GetProperty("endsAt").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddHours(1)));
        Assert.Equal([("risk_event:1", "high", false), ("risk_event:1", "critical", true), ("risk_event:2", "medium", false)], alerts);
    }

    [Fact]
    public async Task Otlp_logs_have_the_names_and_texts_of_its_json()
    {
        using var receiver = new HttpReceiver();
        await SendAsync(Settings("otlp", receiver.Url), Notices.RiskEvent("1"));
        var post = Assert.Single(receiver.Posts);
        Assert.Equal("/v1/logs", post.Path);
        using var json = JsonDocument.Parse(post.Body);
        var record = json.RootElement.GetProperty("resourceLogs")[0].GetProperty("scopeLogs")[0].GetProperty("logRecords")[0];
        Assert.Equal("1772445731000000000", record.GetProperty("timeUnixNano").GetString());
        Assert.Contains(record.GetProperty("attributes").EnumerateArray(), a => a.GetProperty("key").GetString() == "saker.score" && a.GetProperty("value").GetProperty("intValue").GetString() == "60");
    }

    [Fact]
    public async Task Our_own_event_collector_takes_risk_events_and_findings_as_splunk_stores_them()
    {
        const string token = "skr_saker_0123456789abcdefghijklmnopqrstuvw";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("saker", token, Scopes.Ingest, rules: new TokenRules { Indexes = ["risk", "notable"] }));
        Environment.SetEnvironmentVariable("SAKER_TEST_HEC_TOKEN", token);
        var settings = Settings("splunk_hec", host.Addresses[0].ToString()) with { Token = new Secret(null, "SAKER_TEST_HEC_TOKEN") };
        await SendAsync(settings, Notices.RiskEvent("1"), Notices.RiskEvent("2") with { Kind = NoticeKind.Finding, Subject = "finding:f", Indexed = "", IndexedSeveral = "" });
        var events = host.Intake.Events;
        Assert.Equal([("risk", "stash"), ("notable", "stash")], events.Select(e => (e.Event.Index, e.Event.Sourcetype)));
        Assert.Equal(1_772_445_731_000_000_000, events[0].Event.TimeNanoseconds);
        Assert.Equal("""{"search_name":"S","risk_object":"alice","risk_score":60,"saker_key":"risk_event:1"}""", events[0].Raw);
        Assert.Contains("T1204", events[0].Extra);
        Assert.Contains("T1610", events[0].Extra);
        Assert.Contains("\"rule_title\"", events[1].Raw);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(401, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(302, false)]
    public async Task Answers_say_whether_another_try_has_sense(int status, bool isRefused)
    {
        using var receiver = new HttpReceiver { Answer = _ => (status, 7) };
        var failure = await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Settings("webhook", receiver.Url), Notices.RiskEvent("1")));
        Assert.Equal((isRefused, TimeSpan.FromSeconds(7), false), (failure.IsRefused, failure.RetryAfter, failure.CannotHaveArrived));
        Assert.StartsWith($"answered {status}", failure.Message);
    }

    [Fact]
    public async Task This_machine_is_refused_unless_it_is_allowed()
    {
        using var receiver = new HttpReceiver();
        foreach (var host in (string[])["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"])
        {
            var settings = Settings("webhook", $"http://{host}:{receiver.Port}/") with { AllowsLocal = false };
            var failure = await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(settings, Notices.RiskEvent("1")));
            Assert.True(failure.CannotHaveArrived);
            Assert.Contains("allow_local", failure.Message);
        }

        Assert.Empty(receiver.Posts);
    }

    [Theory]
    [InlineData("127.8.9.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:7f00:1::")]
    [InlineData("::127.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("100.100.100.200")]
    [InlineData("::")]
    [InlineData("0.1.2.3")]
    [InlineData("224.0.0.1")]
    public void Local_and_metadata_addresses_are_known_in_every_notation(string address) => Assert.NotNull(AddressGuard.WhyNot(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("93.184.216.34")]
    [InlineData("2001:db8::1")]
    [InlineData("fd12::1")]
    [InlineData("64:ff9b::808:808")]
    public void Other_addresses_are_sent_to(string address) => Assert.Null(AddressGuard.WhyNot(IPAddress.Parse(address)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Syslog_counts_octets_and_escapes_values(bool isTls)
    {
        using var directory = new TemporaryDirectory();
        using var certificate = Certificate();
        var authority = Path.Combine(directory.Path, "ca.pem");
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var reading = ReadAllAsync(listener, isTls ? certificate : null);
        var settings = Settings("syslog", "") with { Address = $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}", IsTls = isTls, AuthorityFile = isTls ? authority : "" };
        await SendAsync(settings, Notices.RiskEvent("1", entity: Notices.Nasty), Notices.RiskEvent("2"));
        var bytes = await reading.WaitAsync(TimeSpan.FromSeconds(10));
        var messages = new List<string>();
        for (var at = 0; at < bytes.Length;)
        {
            var space = Array.IndexOf(bytes, (byte)' ', at);
            var length = int.Parse(Encoding.ASCII.GetString(bytes, at, space - at));
            messages.Add(Encoding.UTF8.GetString(bytes, space + 1, length));
            at = space + 1 + length;
        }

        Assert.Equal(2, messages.Count);
        Assert.Matches(@"^<83>1 2026-03-02T10:02:11\.000Z \S+ saker \d+ risk_event \[saker@32473 key=""risk_event:1"" ", messages[0]);
        Assert.Contains(" entity=\"a\\\"b\\\\c\\]d <e>& é\U0001F600{{title}}\" ", messages[0]);
        Assert.DoesNotContain('\n', messages[0]);
    }

    [Fact]
    public async Task Syslog_trusts_no_certificate_of_others()
    {
        using var certificate = Certificate();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var reading = ReadAllAsync(listener, certificate);
        var settings = Settings("syslog", "") with { Address = $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}" };
        Assert.True((await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(settings, Notices.RiskEvent("1")))).CannotHaveArrived);
        Assert.Empty(await reading);
    }

    [Fact]
    public async Task A_file_is_appended_rotated_and_a_torn_line_ended()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "deep", "notices.ndjson");
        var settings = Settings("file", "") with { Path = path, RotateBytes = 2000, KeepFiles = 3 };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "{\"torn\":");
        await using (var output = OutputTypes.Create(settings, TimeProvider.System))
        {
            for (var i = 0; i < 12; i++)
            {
                await output.SendAsync([Notices.RiskEvent($"{i}", entity: Notices.Nasty)], CancellationToken.None);
            }
        }

        var files = Directory.GetFiles(Path.GetDirectoryName(path)!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal([path, path + ".1", path + ".2", path + ".3"], files);
        Assert.All(files, f => Assert.True(new FileInfo(f).Length <= 2000));
        var keys = files.AsEnumerable().Reverse().SelectMany(f => File.ReadAllLines(f)).Where(l => l != "{\"torn\":").Select(l => JsonDocument.Parse(l).RootElement.GetProperty("key").GetString()!);
        Assert.Equal("risk_event:11", keys.Last());
        Assert.True(keys.Count() >= 6);
    }

    [Fact]
    public async Task A_missing_secret_is_told_by_its_place_alone()
    {
        var settings = Settings("webhook", "http://127.0.0.1:9/") with { Token = new Secret("/nonexistent/token", null) };
        Assert.Contains("/nonexistent/token", (await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(settings, Notices.RiskEvent("1")))).Message);
    }

    internal static OutputSettings Settings(string type, string url) => new() { Name = "out", Type = type, Url = url, AllowsLocal = true };

    private static async Task SendAsync(OutputSettings settings, params Notice[] notices)
    {
        await using var output = OutputTypes.Create(settings, TimeProvider.System);
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await output.SendAsync(notices, soon.Token);
    }

    private static async Task<byte[]> ReadAllAsync(TcpListener listener, X509Certificate2? certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var all = new MemoryStream();
        try
        {
            if (certificate is null)
            {
                await client.GetStream().CopyToAsync(all);
            }
            else
            {
                using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsServerAsync(certificate);
                await secure.CopyToAsync(all);
            }
        }
        catch (Exception broken) when (broken is IOException or System.Security.Authentication.AuthenticationException)
        {
        }

        return all.ToArray();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var own = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
    }
}
