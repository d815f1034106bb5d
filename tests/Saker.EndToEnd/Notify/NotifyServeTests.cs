using System.Globalization;
using Saker.EndToEnd.Serving;
using Saker.EndToEnd.Stores;
using Saker.Tests.Notify;
using Xunit;

namespace Saker.EndToEnd.Notify;

/// <summary>From an event over HEC to a receiver, with the real server, which is killed in between.</summary>
public sealed class NotifyServeTests(EngineFixture engine)
{
    [Fact]
    public async Task A_receiver_that_is_down_misses_nothing_although_the_server_is_killed_meanwhile()
    {
        engine.RequireEngine();
        using var receiver = new HttpReceiver();
        await using var server = new ServeProcess(engine);
        server.Configure($"outputs:\n  - {{name: hook, type: webhook, url: \"{receiver.Url}hook\", allow_local: true}}\n  - {{name: slack, type: slack, url: \"{receiver.Url}slack\", allow_local: true}}\n");
        await server.StartAsync();
        await PodAsync(server, "first");
        await UntilAsync(() => Told(receiver, "/slack", "first") > 0 && Told(receiver, "/hook", "first") > 0, server);

        var refused = new HashSet<string>();
        receiver.Answer = post =>
        {
            if (post.Headers.TryGetValue("Idempotency-Key", out var key))
            {
                lock (refused)
                {
                    refused.Add(key);
                }
            }

            return (500, null);
        };
        await PodAsync(server, "second");
        await UntilAsync(() => { lock (refused) { return refused.Count > 0; } }, server);
        receiver.Stop();
        await PodAsync(server, "third");
        await UntilAsync(async () => (await server.SearchAsync("index=risk risk_object=third")).Count == 1, server);
        await server.KillAsync();
        await server.StartAsync();
        await PodAsync(server, "fourth");
        await UntilAsync(async () => (await server.SearchAsync("index=risk risk_object=fourth")).Count == 1, server);
        receiver.Answer = _ => (200, null);
        receiver.Start();

        foreach (var who in (string[])["second", "third", "fourth"])
        {
            await UntilAsync(() => Told(receiver, "/slack", who) > 0 && Told(receiver, "/hook", who) > 0, server);
        }

        var keys = receiver.Posts.Where(p => p.Path == "/hook").Select(p => p.Headers["Idempotency-Key"]).ToHashSet();
        Assert.Subset(keys, refused);
        await UntilAsync(async () => (await server.GetAsync("/api/v1/notifications?state=waiting")).GetProperty("notifications").GetArrayLength() == 0, server);
        Assert.Equal(0, (await server.GetAsync("/api/v1/notifications?state=dead")).GetProperty("notifications").GetArrayLength());
        Assert.Equal(4, (await server.GetAsync("/api/v1/risk")).GetProperty("risk_events").GetArrayLength());
    }

    [Fact]
    public async Task Outputs_are_taken_up_changed_and_tried_while_it_runs()
    {
        engine.RequireEngine();
        using var receiver = new HttpReceiver();
        await using var server = new ServeProcess(engine);
        server.Configure("log: {level: info}\n");
        await server.StartAsync();
        Assert.Equal(69, (await server.SakerAsync("notify", "test", "hook")).Code);
        server.Configure($"outputs:\n  - {{name: hook, type: webhook, url: \"{receiver.Url}\", allow_local: true}}\nroutes:\n  - {{outputs: [nobody]}}\n");
        await UntilAsync(async () => (await server.GetAsync("/api/v1/health")).GetProperty("configuration").GetProperty("refused").ToString().Contains("nobody", StringComparison.Ordinal), server);
        Assert.Equal(0, (await server.GetAsync("/api/v1/notifications/outputs")).GetProperty("outputs").GetArrayLength());
        server.Configure($"outputs:\n  - {{name: hook, type: webhook, url: \"{receiver.Url}\", allow_local: true}}\n");
        await UntilAsync(async () => (await server.GetAsync("/api/v1/notifications/outputs")).GetProperty("outputs").GetArrayLength() == 1, server);
        var (code, output, error) = await server.SakerAsync("notify", "test", "hook");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("hook took the test notice in", output);

        receiver.Answer = _ => (400, null);
        await PodAsync(server, "mallory");
        await UntilAsync(async () => (await server.SakerAsync("notify", "list", "--state", "dead")).Output.Contains("mallory", StringComparison.Ordinal), server);
        receiver.Answer = _ => (200, null);
        Assert.Contains("sent again", (await server.SakerAsync("notify", "resend", "--output", "hook")).Output, StringComparison.Ordinal);
        await UntilAsync(() => Told(receiver, "/", "mallory") > 0, server);
        Assert.Contains("saker_notifications_sent_total{output=\"hook\"}", await server.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    internal static async Task PodAsync(ServeProcess server, string who)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var pod = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"ID","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"create","user":{"username":"WHO"},"sourceIPs":["198.51.100.7"],"objectRef":{"resource":"pods","namespace":"default","name":"x"},"responseStatus":{"code":201},"requestReceivedTimestamp":"NOW","stageTimestamp":"NOW"}"""
            .Replace("NOW", now, StringComparison.Ordinal).Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("WHO", who, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PostAsync("/services/collector", $$"""{"sourcetype":"kube:apiserver:audit","event":{{pod}}}""")).Status);
    }

    internal static Task UntilAsync(Func<bool> holds, ServeProcess server) => UntilAsync(() => Task.FromResult(holds()), server);

    internal static async Task UntilAsync(Func<Task<bool>> holds, ServeProcess server)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"it did not come about within 60 s:\n{server.Log}");
    }

    private static int Told(HttpReceiver receiver, string path, string who) => receiver.Posts.Count(p => p.Path == path && p.Body.Contains(who, StringComparison.Ordinal));
}
