using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging;
using Saker.Ingest;
using Saker.Server;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Server.Receiving;
using Saker.Server.Telemetry;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>A test for each line of docs/security.md; what bodies take of the memory is beside it in <see cref="ReceivedBodyTests"/>.</summary>
public sealed class SecurityTests
{
    private const string Other = "skr_other_0123456789abcdefghijklmnopqrstuvw";
    private const string Event = """{"event":"a"}""";

    [Fact]
    public void Every_threat_has_its_test()
    {
        var named = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "security.md")).Where(l => l.StartsWith('|') && l.EndsWith("` |", StringComparison.Ordinal) && !l.Contains("EndToEnd", StringComparison.Ordinal))
            .Select(l => l.Split('`')[^2]).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.NotNull(typeof(SecurityTests).GetMethod(name) ?? typeof(ReceivedBodyTests).GetMethod(name)));
    }

    [Fact]
    public async Task Only_the_probes_answer_without_a_token()
    {
        await using var host = await StartWithApiAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        foreach (var (path, route) in host.Routes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(path), route.Replace("{cluster}", "c", StringComparison.Ordinal).Replace("{name}", "n", StringComparison.Ordinal));
            using var answer = await host.Client.SendAsync(request);
            var isUnauthenticated = answer.StatusCode is HttpStatusCode.Unauthorized || (route.StartsWith("/opentelemetry.", StringComparison.Ordinal) && answer.StatusCode is HttpStatusCode.UpgradeRequired);
            Assert.True(route is "/livez" or "/readyz" ? answer.IsSuccessStatusCode : isUnauthenticated, $"{path} {route}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_scope_opens_its_own_doors_only()
    {
        foreach (var (scope, allowed) in new[] { (Scopes.Ingest, "/services/collector"), (Scopes.Read, "/api/v1/sources"), (Scopes.Admin, "/api/v1/tokens") })
        {
            await using var host = await StartWithApiAsync(ServerHost.Entry("other", Other, scope));
            host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Other);
            foreach (var path in (string[])["/services/collector", "/api/v1/sources", "/api/v1/tokens"])
            {
                using var content = path.StartsWith("/services", StringComparison.Ordinal) ? new StringContent(Event) : null;
                using var answer = content is null ? await host.Client.GetAsync(path) : await host.Client.PostAsync(path, content);
                Assert.Equal(path == allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
            }
        }
    }

    [Fact]
    public async Task A_bound_token_speaks_for_its_cluster_only()
    {
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("other", Other, Scopes.Ingest, "prod"));
        Assert.Equal(403, (await host.PostAsync("/audit/test", "{}", ("Authorization", "Bearer " + Other))).Status);
        await host.PostAsync("/services/collector", """{"event":"a","fields":{"k8s.cluster.name":"test"}}""", ("Authorization", "Bearer " + Other));
        Assert.Equal("prod", Assert.Single(host.Intake.Events).Event.Cluster);
    }

    [Fact]
    public void No_token_is_on_disk_but_the_clients_own()
    {
        using var directory = new ServerDirectory();
        var store = new TokenStore(new TokenSet(), new TokenFile(directory.Path), TimeProvider.System);
        var token = store.Create("a", Scopes.All, null, TokenRules.Default)!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory.Path, "tokens.json")));
        Assert.All(Directory.EnumerateFiles(directory.Path), file => Assert.DoesNotContain(token[4..], File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Tokens_are_compared_by_hash()
    {
        var tokens = new TokenSet(ServerHost.Entry("a", Other, Scopes.All));
        Assert.NotNull(tokens.Find(Other));
        Assert.Null(tokens.Find(Other[..^1]));
        Assert.Null(tokens.Find(Convert.ToHexString(TokenHash.Of(Other))));
        Assert.True(TokenHash.NewToken().Length >= 47);
    }

    [Fact]
    public async Task A_token_in_the_address_is_refused_unless_it_allows_that()
    {
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("other", Other, Scopes.Ingest, rules: new TokenRules { AllowsQuery = true }));
        host.Client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(400, (await host.PostAsync("/services/collector?token=" + ServerHost.Token, Event)).Status);
        Assert.Equal(200, (await host.PostAsync("/services/collector?token=" + Other, Event)).Status);
        Assert.Equal(401, (await host.PostAsync("/falco?token=" + Other, "{}")).Status);
    }

    [Fact]
    public async Task The_log_holds_neither_tokens_nor_bodies_nor_addresses()
    {
        using var log = new StringWriter();
        using var provider = new ServerLog(log, isJson: true, LogLevel.Debug, TimeProvider.System);
        await using (var host = await ServerHost.StartAsync(p => p with { Logging = l => l.AddProvider(provider), View = new() { Status = () => throw new InvalidOperationException("broken") } }))
        {
            await host.PostAsync("/services/collector?token=" + Other, "{\"event\":\"hunter2\"", ("Authorization", "Splunk wrong-hunter3"));
            await host.PostAsync("/services/collector/raw?source=hunter4", "hunter2");
            await host.PostAsync("/nowhere/hunter5", "hunter2");
            using var answer = await host.Client.GetAsync("/api/v1/health?x=hunter6");
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.DoesNotContain("broken", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("a mistake of saker's own", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Other, log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ServerHost.Token, log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_masked_even_in_what_cannot_be_read()
    {
        const string secret = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","requestURI":"/","objectRef":{"resource":"secrets"},"requestObject":{"kind":"Secret","data":{"p":"aHVudGVyMg=="}}}""";
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/services/collector", $$"""{"event":{{secret}}}""");
        await host.PostAsync("/services/collector", $$"""{"event":{{secret}}""");
        await host.PostAsync("/services/collector/raw", secret[..^3]);
        await host.PostAsync("/falco", secret[..^3]);
        Assert.All(host.Intake.Events, e => Assert.DoesNotContain("aHVudGVyMg", e.Raw + e.Extra, StringComparison.Ordinal));
        Assert.NotEmpty(host.Intake.Rejected);
        Assert.All(host.Intake.Rejected, r => Assert.DoesNotContain("aHVudGVyMg", Encoding.UTF8.GetString(r.Text.Span), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("risk")]
    [InlineData("Risk")]
    [InlineData("notable")]
    [InlineData("_saker")]
    public async Task Only_the_server_fills_its_own_indexes(string index)
    {
        const string token = "skr_indexed_0123456789abcdefghijklmnopqrstu";
        var entry = ServerHost.Entry("indexed", token, Scopes.Ingest, rules: new TokenRules { Indexes = ["main", "_saker"] });
        await using var host = await ServerHost.StartAsync(null, entry);
        foreach (var sender in (AuthenticationHeaderValue[])[host.Client.DefaultRequestHeaders.Authorization!, new("Splunk", token)])
        {
            host.Client.DefaultRequestHeaders.Authorization = sender;
            Assert.Equal((400, """{"text":"Incorrect index","code":7,"invalid-event-number":1}"""), await host.PostAsync("/services/collector", $$"""{"event":"a","index":"main"}{"event":"b","index":"{{index}}"}"""));
            Assert.Equal((400, """{"text":"Incorrect index","code":7,"invalid-event-number":0}"""), await host.PostAsync("/services/collector", $$$"""{"event":"metric","index":"{{{index}}}","fields":{"metric_name:m":1}}"""));
            Assert.Equal((400, """{"text":"Incorrect index","code":7}"""), await host.PostAsync($"/services/collector/raw?index={index}", "a"));
            Assert.Equal((400, """{"text":"Incorrect index","code":7}"""), await host.PostAsync($"/services/collector?index={index}", """{"event":"c"}"""));
        }

        var logs = $$$"""{"resourceLogs":[{"resource":{"attributes":[{"key":"com.splunk.index","value":{"stringValue":"{{{index}}}"}}]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":"d"}}]}]}]}""";
        using var content = new StringContent(logs, Encoding.UTF8, "application/json");
        using var answer = await host.Client.PostAsync("/v1/logs", content);

        Assert.All(host.Intake.Events, e => Assert.Equal(("a", "main"), (e.Raw, e.Event.Index)));
        Assert.Contains(host.Intake.Rejected, r => r.Reason == $"index `{index}` is Saker's own: no sender may name it");
    }

    [Fact]
    public async Task A_token_may_be_granted_the_index_of_risk_by_name()
    {
        const string token = "skr_indexed_0123456789abcdefghijklmnopqrstu";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("indexed", token, Scopes.Ingest, rules: new TokenRules { Indexes = ["risk"] }));
        host.Client.DefaultRequestHeaders.Authorization = new("Splunk", token);

        Assert.Equal(200, (await host.PostAsync("/services/collector", """{"event":"a","index":"risk"}""")).Status);
        Assert.Equal(400, (await host.PostAsync("/services/collector", """{"event":"b","index":"notable"}""")).Status);
        Assert.Equal(400, (await host.PostAsync("/services/collector", """{"event":"c","index":"Risk"}""")).Status);

        Assert.Equal(("a", "risk"), (Assert.Single(host.Intake.Events).Raw, host.Intake.Events[0].Event.Index));
    }

    [Fact]
    public async Task A_container_is_not_believed()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/services/collector", """{"sourcetype":"kube:container:web","event":{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","requestURI":"/","verb":"create"}}""");
        Assert.Equal(EventKind.ContainerLog, Assert.Single(host.Intake.Events).Kind);
    }

    [Fact]
    public async Task A_gzip_bomb_is_refused_at_the_limit()
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++)
            {
                packing.Write(zeros);
            }
        }

        // Were more of it unfolded than one body may have, it would be refused for want of room instead.
        await using var host = await ServerHost.StartAsync(p => p with { Bodies = new BodyLimits(1 << 20, 4 << 20) });
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await host.Client.PostAsync("/falco", content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.True(packed.Length < 1 << 20);
        Assert.Empty(host.Intake.Batches);
    }

    [Fact]
    public async Task Bodies_are_bounded_alone_and_together()
    {
        await using var host = await ServerHost.StartAsync(p => p with { Bodies = new BodyLimits(100_000, 200_000) });
        Assert.Equal(413, (await host.PostAsync("/services/collector", new string('x', 100_001))).Status);
        var gate = new TaskCompletionSource();
        host.Intake.Before = () => gate.Task;
        var first = Enumerable.Range(0, 4).Select(_ => host.PostAsync("/services/collector", "{\"event\":\"" + new string('x', 90_000) + "\"}")).ToList();
        while (!first.Exists(t => t.IsCompleted))
        {
            await Task.WhenAny(first);
        }

        gate.SetResult();
        var answers = await Task.WhenAll(first);
        Assert.Contains(answers, a => a.Status == 503 && a.Text.Contains("\"code\":9", StringComparison.Ordinal));
        Assert.Contains(answers, a => a.Status == 200);
        Assert.Equal(200, (await host.PostAsync("/services/collector", Event)).Status);
    }

    [Fact]
    public async Task Many_small_events_are_bounded_alone_and_together()
    {
        await using var host = await ServerHost.StartAsync(p => p with { Bodies = new BodyLimits(1_000_000, 3_000_000, MostEvents: 2000) });
        static string Lines(int count) => string.Concat(Enumerable.Repeat("x\n", count));
        Assert.Equal((413, true), await host.PostAsync("/services/collector/raw", Lines(2001)) is var (status, text) ? (status, text.Contains("\"code\"", StringComparison.Ordinal)) : default);
        Assert.Equal(413, (await host.PostAsync("/audit/c", $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{string.Join(',', Enumerable.Repeat("1", 2001))}}]}""")).Status);
        Assert.Empty(host.Intake.Batches);

        // 2,000 lines are 4 kB of body and a megabyte of events.
        var gate = new TaskCompletionSource();
        host.Intake.Before = () => gate.Task;
        var waiting = Enumerable.Range(0, 6).Select(_ => host.PostAsync("/services/collector/raw", Lines(2000))).ToList();
        Assert.Equal(503, (await await Task.WhenAny(waiting)).Status);
        gate.SetResult();
        Assert.Contains(await Task.WhenAll(waiting), a => a.Status == 200);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await host.PostAsync("/services/collector/raw", Lines(2000))).Status);
        }
    }

    [Fact]
    public async Task Broken_framing_and_broken_texts_are_told_and_no_mistakes_of_our_own()
    {
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings());
        Assert.StartsWith("HTTP/1.1 400 ", await RawAsync("POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer TOKEN\r\nTransfer-Encoding: chunked\r\n\r\n99999999999999999999\r\n"), StringComparison.Ordinal);
        using var search = new ByteArrayContent([.. "{\"search\":\""u8, 0xF4, .. "\"}"u8]);
        using var answer = await host.Client.PostAsync("/api/v1/events/search", search);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        async Task<string> RawAsync(string request)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, host.Addresses[0].Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("TOKEN", ServerHost.Token, StringComparison.Ordinal)));
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync() ?? "";
        }
    }

    [Fact]
    public async Task Deep_JSON_is_refused()
    {
        await using var host = await ServerHost.StartAsync();
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000);
        Assert.Equal(400, (await host.PostAsync("/audit/c", deep)).Status);
        Assert.Equal((400, """{"text":"Invalid data format","code":6,"invalid-event-number":0}"""), await host.PostAsync("/services/collector", $$"""{"event":{{deep}}}"""));
        Assert.Equal(400, (await host.PostAsync("/falco", deep)).Status);
        Assert.Empty(host.Intake.Events);
    }

    [Fact]
    public async Task Headers_are_bounded()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Contains("431", await RawAsync(host, "GET /livez HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 40_000) + "\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("431", await RawAsync(host, "GET /livez HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: x\r\n")) + "\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trickling_sender_is_cut_off()
    {
        await using var host = await ServerHost.StartAsync(p => p with { Connections = new ConnectionLimits { HeadersWithin = TimeSpan.FromSeconds(1) } });
        var began = Stopwatch.GetTimestamp();
        Assert.Contains("408", await RawAsync(host, "POST /falco HTTP/1.1\r\nHost: a\r\nX-Slow: "), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
        var answer = await RawAsync(host, $"POST /falco HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ServerHost.Token}\r\nContent-Length: 100000\r\n\r\nx");
        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        Assert.Empty(host.Intake.Batches);
    }

    [Fact]
    public async Task A_token_has_its_share()
    {
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("other", Other, Scopes.Ingest, rules: new TokenRules { BytesPerSecond = 1000 }));
        var body = "{\"event\":\"" + new string('x', 5000) + "\"}";
        Assert.Equal(200, (await host.PostAsync("/services/collector", body, ("Authorization", "Bearer " + Other))).Status);
        Assert.Equal(503, (await host.PostAsync("/services/collector", body, ("Authorization", "Bearer " + Other))).Status);
        Assert.Equal(429, (await host.PostAsync("/falco", body, ("Authorization", "Bearer " + Other))).Status);
        Assert.Equal(200, (await host.PostAsync("/services/collector", body)).Status);
    }

    [Fact]
    public async Task A_thousand_connections_are_served()
    {
        await using var host = await ServerHost.StartAsync();
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, host.Addresses[0].Port);
                sockets.Add(socket);
            }

            var request = Encoding.ASCII.GetBytes($"POST /services/collector HTTP/1.1\r\nHost: a\r\nAuthorization: Splunk {ServerHost.Token}\r\nContent-Length: {Event.Length}\r\n\r\n{Event}");
            await Task.WhenAll(sockets.Select(s => s.GetStream().WriteAsync(request).AsTask()));
            foreach (var socket in sockets)
            {
                var buffer = new byte[1024];
                var length = await socket.GetStream().ReadAsync(buffer);
                Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(buffer, 0, length), StringComparison.Ordinal);
            }

            Assert.Equal(1000, host.Intake.Events.Count);
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task Malformed_bodies_are_told_and_do_no_harm()
    {
        await using var host = await ServerHost.StartAsync();
        var random = new Random(5);
        var sound = """{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"auditID":"1","requestURI":"/","verb":"get","stage":"ResponseComplete"}]}{"event":{"a":[1,"\u00e9",null]},"time":"1","fields":{"a":"b"}}"""u8.ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var body = (byte[])sound.Clone();
            for (var i = random.Next(8); i >= 0; i--)
            {
                body[random.Next(body.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:\\\0"[random.Next(9)]);
            }

            using var content = new ByteArrayContent(body, 0, random.Next(body.Length));
            if (random.Next(10) == 0)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            var path = ((string[])["/services/collector", "/services/collector/raw", "/services/collector/ack", "/audit/c", "/falco"])[random.Next(5)];
            using var answer = await host.Client.PostAsync(path, content);
            Assert.True((int)answer.StatusCode is 200 or (>= 400 and < 500), $"{path}: {answer.StatusCode}: {Convert.ToBase64String(body)}");
        }
    }

    [Fact]
    public async Task Searches_are_bounded()
    {
        await using var host = await StartWithApiAsync();
        using var endless = new StringContent("""{"search":"| makeresults count=100000 | eval a=1"}""");
        using var answer = await host.Client.PostAsync("/api/v1/events/search", endless);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("""{"_saker":{"cut":"rows","limit":1000}}""", text, StringComparison.Ordinal);
        Assert.Equal(1001, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        host.Events.Wait = true;
        using var slow = new StringContent("""{"search":"*"}""");
        var first = host.Client.PostAsync("/api/v1/events/search", slow);
        while (!host.Events.IsWaiting)
        {
            await Task.Delay(10);
        }

        using var second = new StringContent("""{"search":"*"}""");
        using var refused = await host.Client.PostAsync("/api/v1/events/search", second);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        using var late = await first;
        Assert.Contains("longer than 2 seconds", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_certificates_of_the_named_authority_are_taken()
    {
        using var files = new TestCertificates();
        await using var host = await ServerHost.StartAsync(p => p with { Tls = files.Server(clientAuthority: true), Certificates = new(new Dictionary<string, Caller> { ["apiserver"] = new("apiserver", Scopes.Ingest, "prod", TokenRules.Default) }) });
        const string list = """{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}""";
        Assert.Equal(HttpStatusCode.OK, await PostAsync(files.Client("apiserver", files.Authority)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(files.Client("somebody", files.Authority)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(null));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PostAsync(files.Client("apiserver", files.Foreign)));

        async Task<HttpStatusCode> PostAsync(System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
        {
            using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true, ClientCertificates = certificate is null ? [] : [certificate] } };
            using var client = new HttpClient(handler);
            using var content = new StringContent(list);
            using var answer = await client.PostAsync(new Uri($"https://127.0.0.1:{host.Addresses[0].Port}/audit/prod"), content);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Calls_over_gRPC_are_taken_by_TLS_on_both_ports_and_the_certificate_stands_for_a_token()
    {
        using var files = new TestCertificates();
        await using var host = await ServerHost.StartAsync(p => p with { Tls = files.Server(clientAuthority: true), Certificates = new(new Dictionary<string, Caller> { ["collector"] = new("collector", Scopes.Ingest, null, TokenRules.Default) }) });
        foreach (var address in host.Addresses)
        {
            Assert.Equal((HttpStatusCode.OK, "0"), await ExportAsync(address, files.Client("collector", files.Authority)));
            Assert.Equal((HttpStatusCode.OK, "16"), await ExportAsync(address, null));
        }

        Assert.Equal(2, host.Intake.Events.Count);

        static async Task<(HttpStatusCode Http, string Grpc)> ExportAsync(Uri address, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
        {
            using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true, ClientCertificates = certificate is null ? [] : [certificate] } };
            using var client = new HttpClient(handler);
            // One record with the body "hello", behind gRPC's five bytes.
            byte[] message = [0, 0, 0, 0, 15, 10, 13, 18, 11, 18, 9, 42, 7, 10, 5, .. "hello"u8];
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://127.0.0.1:{address.Port}/opentelemetry.proto.collector.logs.v1.LogsService/Export"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(message) { Headers = { ContentType = new("application/grpc") } },
            };
            using var answer = await client.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            return (answer.StatusCode, answer.TrailingHeaders.GetValues("grpc-status").Single());
        }
    }

    [Fact]
    public async Task Old_TLS_is_refused()
    {
        using var files = new TestCertificates();
        await using var host = await ServerHost.StartAsync(p => p with { Tls = files.Server(clientAuthority: false) });
        Assert.Equal(SslProtocols.Tls13, await HandshakeAsync(SslProtocols.Tls12 | SslProtocols.Tls13));
        Assert.Equal(SslProtocols.Tls12, await HandshakeAsync(SslProtocols.Tls12));
#pragma warning disable SYSLIB0039, CA5397
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397

        async Task<SslProtocols> HandshakeAsync(SslProtocols protocols)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, host.Addresses[0].Port);
            await using var tls = new SslStream(socket.GetStream());
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocols, RemoteCertificateValidationCallback = (_, _, _, _) => true });
            return tls.SslProtocol;
        }
    }

    [Fact]
    public async Task Names_inject_nothing()
    {
        using var metrics = new ServerMetrics();
        using var text = new PrometheusText(metrics);
        metrics.Received("a\"} 1\nevil{x=\"\\", 7, 0);
        Assert.Contains("""saker_received_bytes_total{source="a\"} 1\nevil{x=\"\\"} 7""", text.Write(), StringComparison.Ordinal);
        await using var host = await StartWithApiAsync();
        Assert.Equal(400, (await host.PostAsync("/api/v1/tokens", """{"name":"a\nb"}""")).Status);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        await using var host = await StartWithApiAsync();
        var (status, text) = await host.PostAsync("/api/v1/tokens", """{"name":"ci"}""");
        Assert.Equal(201, status);
        var token = System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("token").GetString()!;
        Assert.Equal(200, (await host.PostAsync("/services/collector", Event, ("Authorization", "Splunk " + token))).Status);
        using var revoked = await host.Client.DeleteAsync("/api/v1/tokens/ci");
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.Equal(403, (await host.PostAsync("/services/collector", Event, ("Authorization", "Splunk " + token))).Status);
    }

    private static Task<ServerHost> StartWithApiAsync(params TokenEntry[] more) => ServerHost.StartWithApiAsync(new SearchSettings { Rows = 1000, Seconds = 2, AtOnce = 1 }, more);

    /// <summary>Sends bytes as they are; what comes back until the server hangs up, or for 20 seconds.</summary>
    private static async Task<string> RawAsync(ServerHost host, string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, host.Addresses[0].Port);
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var stream = socket.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), soon.Token);
            var buffer = new byte[4096];
            for (var length = 1; length > 0;)
            {
                length = await stream.ReadAsync(buffer, soon.Token);
                answer.Append(Encoding.ASCII.GetString(buffer, 0, length));
            }
        }
        catch (IOException)
        {
            // Cut off.
        }

        return answer.ToString();
    }
}
