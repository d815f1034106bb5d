using System.Collections.Concurrent;
using System.Text.Json;
using Saker.EndToEnd.Stores;
using Xunit;

namespace Saker.EndToEnd.Serving;

/// <summary>The server as its users run it: the real process, its journal and its private engine.</summary>
public sealed class ServeTests(EngineFixture engine)
{
    private static string Audit(string id) => """{"level":"Metadata","auditID":"ID","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"create","user":{"username":"u"},"objectRef":{"resource":"pods"}}""".Replace("ID", id, StringComparison.Ordinal);

    private static string List(params IEnumerable<string> items) => $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{string.Join(',', items)}}]}""";

    [Fact]
    public async Task On_a_fresh_machine_it_takes_events_at_once_and_finds_them_again()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        await server.StartAsync();
        Assert.Equal((200, """{"text":"Success","code":0}"""), await server.PostAsync("/services/collector", """{"event":"hello world","host":"n1"}{"event":"hello again","host":"n2"}"""));
        Assert.Equal(200, (await server.PostAsync("/audit/prod", List(Audit("a-1"), Audit("a-2")))).Status);
        Assert.Equal(200, (await server.PostAsync("/audit/prod", List(Audit("a-1"), Audit("a-2")))).Status);
        Assert.Equal(200, (await server.PostAsync("/falco", """{"output":"x","priority":"Notice","rule":"r","time":"2026-03-14T12:18:18.69Z","output_fields":{}}""")).Status);
        await server.DrainAsync();
        Assert.Equal(["n1", "n2"], (await server.SearchAsync("hello | sort host | table host")).Select(r => r.GetProperty("host").GetString()));
        Assert.Equal(2, (await server.SearchAsync("verb=create | stats count")).Single().GetProperty("count").GetInt32());
        var (code, output, error) = await server.SakerAsync("search", "hello | stats count by host", "--format", "csv");
        Assert.Equal((0, "host,count\nn1,1\nn2,1\n"), (code, output.ReplaceLineEndings("\n")));
        Assert.Equal("", error);
        var status = await server.SakerAsync("status");
        Assert.Contains("audit/prod", status.Output, StringComparison.Ordinal);
        var audit = (await server.GetAsync("/api/v1/sources")).GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("name").GetString() == "audit/prod");
        Assert.Equal((4, 2, 2), (audit.GetProperty("received").GetInt32(), audit.GetProperty("stored").GetInt32(), audit.GetProperty("deduplicated").GetInt32()));
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain(server.Token, string.Join('\n', server.Log.Split('\n').Where(l => !l.StartsWith("token: ", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_in_the_default_namespace_becomes_a_risk_event_within_seconds()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        await server.StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
        var pod = """{"level":"Request","auditID":"p-1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"create","user":{"username":"mallory"},"sourceIPs":["198.51.100.7"],"objectRef":{"resource":"pods","namespace":"default","name":"x"},"responseStatus":{"code":201},"stageTimestamp":"NOW"}"""
            .Replace("NOW", now, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PostAsync("/audit/prod", List(pod))).Status);
        List<JsonElement> risks = [];
        for (var i = 0; i < 150 && risks.Count == 0; i++)
        {
            await Task.Delay(100);
            risks = await server.SearchAsync("index=risk | table risk_object risk_score search_name");
        }

        var risk = Assert.Single(risks);
        Assert.Equal("mallory", risk.GetProperty("risk_object").GetString());
        Assert.Contains("Kubernetes Pod Created in Default Namespace", risk.GetProperty("search_name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_made_and_revoked_while_it_runs()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        await server.StartAsync();
        var (code, output, _) = await server.SakerAsync("token", "create", "ci", "--cluster", "prod");
        Assert.Equal(0, code);
        var token = output.Trim();
        async Task<int> Await(int wanted)
        {
            var status = 0;
            for (var i = 0; i < 100 && status != wanted; i++)
            {
                await Task.Delay(100);
                status = (await server.PostAsync("/audit/prod", List(), token)).Status;
            }

            return status;
        }

        Assert.Equal(200, await Await(200));
        Assert.Equal(403, (await server.PostAsync("/audit/test", List(), token)).Status);
        Assert.Equal(0, (await server.SakerAsync("token", "revoke", "ci")).Code);
        Assert.Equal(401, await Await(401));
    }

    [Fact]
    public async Task Without_an_engine_it_says_so_and_stops()
    {
        await using var server = new ServeProcess(null, ("PATH", "/nowhere"), ("CLICKHOUSE_BINARY", ""));
        var (code, _, error) = await server.SakerAsync("serve");
        Assert.Equal(69, code);
        Assert.Contains("saker engine install", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_exactly_once()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        await server.StartAsync();
        var (kept, asked) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        var random = new Random(7);
        for (var round = 0; round < 4; round++)
        {
            using var over = new CancellationTokenSource();
            var senders = Enumerable.Range(0, 4).Select(s => SendAsync(server, $"{round}-{s}", asked, kept, over.Token)).ToList();
            await Task.Delay(random.Next(300, 1200));
            if (round % 2 == 1)
            {
                server.KillEngine();
                await Task.Delay(random.Next(0, 500));
            }

            await server.KillAsync();
            await over.CancelAsync();
            await Task.WhenAll(senders);
            await server.StartAsync();
        }

        await server.DrainAsync();
        Assert.NotEmpty(kept);
        var rows = await server.SearchAsync("marker=* | stats count by marker");
        var found = rows.ToDictionary(r => r.GetProperty("marker").GetString()!, r => r.GetProperty("count").GetInt32());
        Assert.Equal([], kept.Where(k => !found.ContainsKey(k)));
        Assert.Equal([], found.Where(f => f.Value != 1).Select(f => $"{f.Key} is there {f.Value} times"));
        Assert.Equal([], found.Keys.Except(asked));
    }

    /// <summary>Sends lines that are all different; notes those whose answer was 200. None is sent twice.</summary>
    private static async Task SendAsync(ServeProcess server, string name, ConcurrentBag<string> asked, ConcurrentBag<string> kept, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var markers = Enumerable.Range(0, 5).Select(n => $"m-{name}-{i}-{n}").ToList();
            markers.ForEach(asked.Add);
            try
            {
                var body = string.Concat(markers.Select(m => JsonSerializer.Serialize(new Dictionary<string, object> { ["event"] = new { marker = m } })));
                if ((await server.PostAsync("/services/collector", body)).Status == 200)
                {
                    markers.ForEach(kept.Add);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or ArgumentNullException or OperationCanceledException)
            {
                // It is dead: nobody knows whether these were kept.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }
}
