using System.Text.Json;
using Saker.EndToEnd.Serving;
using Saker.EndToEnd.Stores;
using Saker.Server.Auth;
using Saker.Tests.Notify;
using Xunit;

namespace Saker.EndToEnd.Notify;

/// <summary><c>saker canary</c> against a real server: what comes through, what does not, and that nobody takes it for an attack.</summary>
public sealed class CanaryTests(EngineFixture engine)
{
    [Fact]
    public async Task Each_way_comes_through_to_the_output_that_is_named_and_what_is_broken_is_told()
    {
        engine.RequireEngine();
        using var receiver = new HttpReceiver();
        using var others = new HttpReceiver();
        await using var server = new ServeProcess(engine, ("SAKER__LISTEN_GRPC", "127.0.0.1:0"));
        var followed = Path.Combine(server.Root, "followed.log");
        server.Configure($"""
            outputs:
              - name: hook
                type: webhook
                url: "{receiver.Url}"
                allow_local: true
              - name: others
                type: webhook
                url: "{others.Url}"
                allow_local: true
            routes:
              - outputs: [others]
                least_score: 0
            files:
              - paths: ["{followed}"]
            """);
        await server.StartAsync();
        var (code, output, error) = await server.SakerAsync("canary", "--output", "hook", "--file", followed, "--format", "json");
        Assert.True(code == 0, output + error);
        using var report = JsonDocument.Parse(output);
        var sources = report.RootElement.GetProperty("sources").EnumerateArray().ToList();
        Assert.Equal(["hec", "audit", "falco", "otlp", "grpc", "file"], sources.Select(s => s.GetProperty("source").GetString()));
        Assert.All(sources, s =>
        {
            Assert.InRange(s.GetProperty("stored_seconds").GetDouble(), 0, s.GetProperty("risk_event_seconds").GetDouble());
            Assert.InRange(s.GetProperty("notified_seconds").GetDouble(), 0, 30);
        });

        // The receiver knows it for a test, the others heard nothing, and no list of people's has it.
        Assert.Equal(6, receiver.Posts.Count(p => p.Body.Contains("\"kind\":\"test\"", StringComparison.Ordinal) && p.Body.Contains("Nothing has happened", StringComparison.Ordinal)));
        Assert.Empty(others.Posts);
        foreach (var (path, list) in new List<(string, string)> { ("risk", "risk_events"), ("entities", "entities"), ("findings", "findings") })
        {
            Assert.Equal(0, (await server.GetAsync($"/api/v1/{path}")).GetProperty(list).GetArrayLength());
        }

        Assert.Empty(await server.SearchAsync("index=risk"));
        Assert.DoesNotContain("saker-canary", (await server.SakerAsync("token", "list")).Output, StringComparison.Ordinal);

        // Without an announcement nobody hears of a marked event.
        Assert.Equal(200, (await server.PostAsync("/services/collector", """{"event":"saker-canary-0123456789abcdef-hec"}""")).Status);
        await NotifyServeTests.UntilAsync(async () => (await server.SearchAsync("index=_canary risk_object=saker-canary-0123456789abcdef-hec")).Count == 1, server);
        Assert.Equal(6, receiver.Posts.Count);

        receiver.Stop();
        (code, output, _) = await server.SakerAsync("canary", "--output", "hook", "--source", "hec", "--source", "file", "--timeout", "20", "--format", "json");
        Assert.Equal(1, code);
        Assert.Contains("name a file that the server follows", output, StringComparison.Ordinal);
        Assert.Contains("hook has not taken it", output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.SakerAsync("detections", "disable", "saker_canary")).Code);
        (code, output, _) = await server.SakerAsync("canary", "--source", "hec", "--timeout", "3");
        Assert.Equal(1, code);
        Assert.Contains("saker detections enable saker_canary", string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(69, (await server.SakerAsync("canary", "--output", "nobody")).Code);
    }

    [Fact]
    public async Task Two_at_once_do_not_take_each_other_s_token_and_what_a_killed_one_left_is_cleared_away()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        await server.StartAsync();
        var (left, fresh) = ("saker-canary-00000000000000aa", "saker-canary-00000000000000bb");
        var tokens = new TokenFile(server.Data);
        var now = TimeProvider.System.GetUtcNow();
        Assert.True(tokens.TryAdd(new TokenEntry(left, TokenHash.Of(TokenHash.NewToken()), Scopes.Ingest, null, new TokenRules()) { Created = now.AddHours(-3) }));
        Assert.True(tokens.TryAdd(new TokenEntry(fresh, TokenHash.Of(TokenHash.NewToken()), Scopes.Ingest, null, new TokenRules()) { Created = now.AddMinutes(-3) }));
        await NotifyServeTests.UntilAsync(async () => (await server.GetAsync("/api/v1/tokens")).ToString().Contains(fresh, StringComparison.Ordinal), server);

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.SakerAsync("canary", "--source", "hec", "--source", "otlp", "--format", "json")));
        Assert.All(runs, run => Assert.True(run.Code == 0, run.Output + run.Error));
        var names = (await server.GetAsync("/api/v1/tokens")).GetProperty("tokens").EnumerateArray().Select(t => t.GetProperty("name").GetString()!).Where(n => n.StartsWith("saker-canary", StringComparison.Ordinal));
        Assert.Equal([fresh], names);

        // Whoever tries it and however often, balances have one line a way.
        var sources = (await server.GetAsync("/api/v1/sources")).GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("name").GetString()!).Where(n => n.Contains("canary", StringComparison.Ordinal));
        Assert.Equal(["hec/saker-canary", "otlp/saker-canary"], sources.Order());
    }
}
