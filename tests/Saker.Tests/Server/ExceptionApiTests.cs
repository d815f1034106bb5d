using System.Text;
using System.Text.Json;
using Saker.Server.Configuration;
using Saker.Stores;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>Exceptions over the API.</summary>
public sealed class ExceptionApiTests
{
    private const string Pods = "kubernetes_pod_created_in_default_namespace";

    [Fact]
    public async Task One_is_checked_kept_changed_and_ended()
    {
        using var running = DetectionApiTests.NewDetections(out var store);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        using var stop = new CancellationTokenSource();
        var working = running.Service.RunAsync(stop.Token);
        IReadOnlyList<ReceivedEvent> events = [WindowRunnerTests.Pod("a", TimeProvider.System.GetUtcNow())];
        await store.InsertAsync(events, "", default);
        await running.Service.TakeAsync(events, default);
        var body = $$"""{"detection":"{{Pods}}","fields":{"user":["ev*"]},"reason":"a drill","expires":"+90d"}""";
        JsonElement effect = default;
        for (var i = 0; i < 300 && (i == 0 || effect.GetProperty("covered").GetInt32() == 0); i++)
        {
            await Task.Delay(20);
            effect = (await SendAsync(host, HttpMethod.Post, "/api/v1/exceptions/check", body)).Json;
        }

        Assert.Equal((1, 1, 49, "eve"), (effect.GetProperty("looked").GetInt32(), effect.GetProperty("covered").GetInt32(), effect.GetProperty("score").GetInt32(), effect.GetProperty("entities")[0].GetProperty("entity").GetString()));
        Assert.True(effect.GetProperty("tests_run").GetInt32() > 0);

        var (status, made) = await SendAsync(host, HttpMethod.Post, "/api/v1/exceptions", body);
        Assert.Equal((201, "test", "active", "server", 0), (status, made.GetProperty("author").GetString(), made.GetProperty("state").GetString(), made.GetProperty("source").GetString(), made.GetProperty("hits").GetInt32()));
        Assert.Equal(1, made.GetProperty("effect").GetProperty("covered").GetInt32());
        var path = "/api/v1/exceptions/" + made.GetProperty("id").GetString();

        // Now it covers.
        events = [WindowRunnerTests.Pod("b", TimeProvider.System.GetUtcNow())];
        await store.InsertAsync(events, "", default);
        await running.Service.TakeAsync(events, default);
        JsonElement now = default;
        for (var i = 0; i < 300 && (i == 0 || now.GetProperty("hits").GetInt32() == 0); i++)
        {
            await Task.Delay(20);
            now = (await SendAsync(host, HttpMethod.Get, path, null)).Json;
        }

        Assert.Equal(1, now.GetProperty("hits").GetInt32());
        Assert.Equal(200, (await SendAsync(host, HttpMethod.Patch, path, """{"version":1,"reason":"the drill of June"}""")).Status);
        Assert.Equal((409, 2), await SendAsync(host, HttpMethod.Patch, path, """{"version":1,"reason":"x"}""") is var (conflict, latest) ? (conflict, latest.GetProperty("version").GetInt32()) : default);
        Assert.Equal(400, (await SendAsync(host, HttpMethod.Patch, path, """{"fields":{}}""")).Status);
        Assert.Equal(409, (await SendAsync(host, HttpMethod.Delete, path + "?version=1", null)).Status);
        Assert.Equal("ended", (await SendAsync(host, HttpMethod.Delete, path, null)).Json.GetProperty("state").GetString());
        Assert.Equal(0, (await SendAsync(host, HttpMethod.Get, "/api/v1/exceptions?state=active", null)).Json.GetProperty("exceptions").GetArrayLength());
        Assert.Equal(1, (await SendAsync(host, HttpMethod.Get, "/api/v1/exceptions?state=ended", null)).Json.GetProperty("exceptions").GetArrayLength());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => working);
    }

    [Fact]
    public async Task One_that_covers_what_the_detection_is_there_for_is_refused()
    {
        using var running = DetectionApiTests.NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        var body = $$"""{"detection":"{{Pods}}","fields":{"verb":["create"]},"action":"ignore","reason":"noise" """;
        var (status, answer) = await SendAsync(host, HttpMethod.Post, "/api/v1/exceptions", body + "}");
        Assert.Equal(422, status);
        Assert.NotEqual(0, answer.GetProperty("effect").GetProperty("tests_broken").GetArrayLength());
        Assert.Equal(0, (await SendAsync(host, HttpMethod.Get, "/api/v1/exceptions", null)).Json.GetProperty("exceptions").GetArrayLength());
        Assert.Equal(201, (await SendAsync(host, HttpMethod.Post, "/api/v1/exceptions", body + ",\"anyway\":true}")).Status);
    }

    [Theory]
    [InlineData("{}", "`detection` is missing")]
    [InlineData("""{"detection":"nothing","fields":{"user":["a"]},"reason":"r"}""", "no detection is called nothing")]
    [InlineData("""{"detection":"*","reason":"r"}""", "needs a field or a cluster")]
    [InlineData("""{"detection":"*","fields":{"user":["a"]}}""", "`reason` is missing")]
    [InlineData("""{"detection":"*","fields":{"user":["a"]},"reason":"r","expires":"whenever"}""", "expires: write +90d")]
    [InlineData("""{"detection":"*","fields":{"user":["a"]},"reason":"r","until":"+1d"}""", "has no `until`")]
    [InlineData("""{"detection":5}""", "")]
    [InlineData("[]", "")]
    public async Task What_cannot_be_one_is_refused(string body, string expected)
    {
        using var running = DetectionApiTests.NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        var (status, answer) = await SendAsync(host, HttpMethod.Post, "/api/v1/exceptions", body);
        Assert.Equal(400, status);
        Assert.Contains(expected, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finding_proposes_what_its_risk_events_have_in_common()
    {
        using var running = DetectionApiTests.NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        Assert.Equal(404, (await SendAsync(host, HttpMethod.Get, "/api/v1/findings/none/exceptions", null)).Status);
        await running.Findings.FollowAsync([Saker.Tests.Risk.FindingBookTests.Risk(1, "eve")], default);
        var finding = (await SendAsync(host, HttpMethod.Get, "/api/v1/findings", null)).Json.GetProperty("findings")[0].GetProperty("id").GetString();
        Assert.Equal(200, (await SendAsync(host, HttpMethod.Get, $"/api/v1/findings/{finding}/exceptions", null)).Status);
    }

    private static async Task<(int Status, JsonElement Json)> SendAsync(ServerHost host, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await host.Client.SendAsync(request);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
