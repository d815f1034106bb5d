using System.Net;
using System.Net.Sockets;
using System.Text;
using Saker.Cli;
using Saker.Cli.Sending;
using Xunit;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class ReplayTests : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly List<(string Path, string? Token, string Body)> received = [];
    private readonly Queue<int> answers = new();
    private readonly string directory = Directory.CreateTempSubdirectory("saker-replay").FullName;
    private readonly Uri url;

    public ReplayTests()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        probe.Stop();
        listener.Prefixes.Add(url + "");
        listener.Start();
        _ = ListenAsync();
    }

    public void Dispose()
    {
        listener.Close();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Lines_become_events_with_the_labels_given()
    {
        var file = Write("{\"verb\":\"get\"}\nplain \"text\"\n{\"event\":{\"a\":1},\"source\":\"own\"}\n");

        var run = await SakerRun.Of("replay", file, "--to", url.ToString(), "--allow-loopback", "--token", "abc", "--source", "kubernetes", "--sourcetype", "_json", "--index", "k8s");

        Assert.Equal((ExitCode.Nothing, ""), (run.Exit, run.Errors));
        Assert.Equal($"Sent 3 events in 1 request to {url}services/collector/event; 0 failed.\n", run.Output);
        var (path, token, body) = Assert.Single(received);
        Assert.Equal(("/services/collector/event", "Splunk abc"), (path, token));
        Assert.Equal(
            """
            {"source":"kubernetes","sourcetype":"_json","index":"k8s","event":{"verb":"get"}}
            {"source":"kubernetes","sourcetype":"_json","index":"k8s","event":"plain \"text\""}
            {"event":{"a":1},"source":"own"}

            """,
            body);
    }

    [Fact]
    public async Task Raw_text_goes_as_it_is_with_the_labels_in_the_query()
    {
        var file = Write("one\ntwo\n");

        var run = await SakerRun.Of("replay", file, "--to", url.ToString(), "--allow-loopback", "--raw", "--sourcetype", "kube:container:falco");

        Assert.Equal(ExitCode.Nothing, run.Exit);
        Assert.Equal([("/services/collector/raw?sourcetype=kube%3Acontainer%3Afalco", (string?)null, "one\ntwo\n")], received);
    }

    [Fact]
    public async Task What_is_over_soon_is_tried_again_and_the_same_batch_sent()
    {
        answers.Enqueue(503);
        answers.Enqueue(429);
        var target = new HecTarget(HecTarget.Endpoint(url, false, new HecLabels(null, null, null, null)), "") { AllowsLoopback = true, FirstPause = TimeSpan.FromMilliseconds(1) };
        using var sender = new HecSender(target);

        var result = await sender.SendAsync([.. Enumerable.Range(0, 501).Select(i => Encoding.UTF8.GetBytes($"{{\"event\":{i}}}"))], TestContext.Current.CancellationToken);

        Assert.Equal((501, 0, 2), (result.Sent, result.Failed, result.Batches));
        Assert.Equal(4, received.Count);
        Assert.Equal(received[0].Body, received[2].Body);
        Assert.Equal("{\"event\":500}\n", received[3].Body);
    }

    [Fact]
    public async Task A_refused_token_ends_the_replay_and_says_so()
    {
        answers.Enqueue(403);
        var file = Write(string.Join('\n', Enumerable.Range(0, 600).Select(i => $"line {i}")));

        var run = await SakerRun.Of("replay", file, "--to", url.ToString(), "--allow-loopback");

        Assert.Equal(ExitCode.Unavailable, run.Exit);
        Assert.Contains("Sent 0 events", run.Output, StringComparison.Ordinal);
        Assert.Contains("600 failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("403 Forbidden", run.Errors, StringComparison.Ordinal);
        Assert.Single(received);
    }

    [Fact]
    public async Task Rebasing_moves_every_time_and_keeps_distances()
    {
        var file = Write("{\"_time\":\"2024-05-01T10:00:00.250Z\",\"n\":1}\n{\"_time\":\"2024-05-01T10:00:10.250Z\",\"at\":\"2024-05-01T10:00:09+0000\",\"n\":2}\n");
        var before = TimeProvider.System.GetUtcNow();

        var run = await SakerRun.Of("replay", file, "--to", url.ToString(), "--allow-loopback", "--rebase-time");

        Assert.Equal(ExitCode.Nothing, run.Exit);
        var times = System.Text.RegularExpressions.Regex.Matches(received[0].Body, @"\d{4}-\d\d-\d\dT[^""]*").Select(m => DateTimeOffset.Parse(m.Value)).ToList();
        Assert.Equal(TimeSpan.FromSeconds(10), times[1] - times[0]);
        Assert.InRange(times[1], before.AddSeconds(-1), before.AddSeconds(30));
        Assert.EndsWith("+0000\",\"n\":2}}\n", received[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"time\":1772445660.5,\"event\":1}", "{\"time\":1772445670.5,\"event\":1}")]
    [InlineData("{\"timeUnixNano\":\"1772445660000000001\"}", "{\"timeUnixNano\":\"1772445670000000001\"}")]
    [InlineData("2026-03-02T10:11:18.691725165+0000: Notice x", "2026-03-02T10:11:28.691725100+0000: Notice x")]
    [InlineData("at 2026-12-31 23:59:55 and no more", "at 2027-01-01 00:00:05 and no more")]
    [InlineData("{\"id\":\"2026-99-02T10:11:18Z\",\"n\":1772445660}", "{\"id\":\"2026-99-02T10:11:18Z\",\"n\":1772445660}")]
    public void Times_move_as_they_are_written(string text, string moved) => Assert.Equal(moved, ReplayEvents.Move(text, TimeSpan.FromSeconds(10)));

    [Theory]
    [InlineData("169.254.169.254", true, "169.254.169.254 is a link-local or metadata address; data is not sent there")]
    [InlineData("fe80::1", true, "fe80::1 is a link-local or metadata address; data is not sent there")]
    [InlineData("::ffff:169.254.0.1", true, "169.254.0.1 is a link-local or metadata address; data is not sent there")]
    [InlineData("127.0.0.2", false, "127.0.0.2 is this machine; allow it with --allow-loopback")]
    [InlineData("::1", false, "::1 is this machine; allow it with --allow-loopback")]
    [InlineData("0.0.0.0", false, "0.0.0.0 is this machine; allow it with --allow-loopback")]
    [InlineData("127.0.0.1", true, null)]
    [InlineData("10.0.0.1", false, null)]
    public void Addresses_that_lead_astray_are_refused(string address, bool allowsLoopback, string? reason) =>
        Assert.Equal(reason, GuardedConnection.WhyNot(IPAddress.Parse(address), allowsLoopback));

    private string Write(string content)
    {
        var path = Path.Combine(directory, "data.ndjson");
        File.WriteAllText(path, content);
        return path;
    }

    private async Task ListenAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            received.Add((context.Request.RawUrl!, context.Request.Headers["Authorization"], await reader.ReadToEndAsync()));
            context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 200;
            context.Response.Close();
        }
    }
}
