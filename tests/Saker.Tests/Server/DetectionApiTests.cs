using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Saker.Content;
using Saker.Detections.Windows;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Server.Serving;
using Saker.Stores;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>Detections at work, asked over the API.</summary>
public sealed class DetectionApiTests
{
    private const string Pods = "kubernetes_pod_created_in_default_namespace";

    [Fact]
    public async Task What_detections_found_can_be_asked()
    {
        using var running = NewDetections(out var store);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        using var stop = new CancellationTokenSource();
        var working = running.Service.RunAsync(stop.Token);
        IReadOnlyList<ReceivedEvent> events = [WindowRunnerTests.Pod("a", TimeProvider.System.GetUtcNow())];
        await store.InsertAsync(events, "", default);
        await running.Service.TakeAsync(events, default);
        // The ledger's row is written after the risk events that it counts.
        for (var i = 0; i < 300 && !(await GetAsync(host, "/api/v1/windows?latest=%2B3h&state=open")).GetProperty("windows").EnumerateArray().Any(w => w.GetProperty("written").GetInt64() == 1); i++)
        {
            await Task.Delay(20);
        }

        Assert.Equal("eve", (await GetAsync(host, "/api/v1/risk")).GetProperty("risk_events")[0].GetProperty("risk_object").GetString());
        var entity = (await GetAsync(host, "/api/v1/entities")).GetProperty("entities")[0];
        Assert.Equal(("eve", 49), (entity.GetProperty("entity").GetString(), entity.GetProperty("risk_score").GetInt32()));
        var window = Assert.Single((await GetAsync(host, "/api/v1/windows?latest=%2B3h&state=open")).GetProperty("windows").EnumerateArray(), w => w.GetProperty("written").GetInt64() == 1);
        Assert.Equal("open", window.GetProperty("state").GetString());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => working);
    }

    [Fact]
    public async Task Detections_are_turned_off_and_on()
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        Assert.True(await IsEnabledAsync(host));
        Assert.Equal(200, (await host.PostAsync($"/api/v1/detections/{Pods}/disable", "{}")).Status);
        Assert.False(await IsEnabledAsync(host));
        Assert.Equal(200, (await host.PostAsync($"/api/v1/detections/{Pods}/enable", "{}")).Status);
        Assert.True(await IsEnabledAsync(host));
        Assert.Equal((404, true), await host.PostAsync("/api/v1/detections/nothing/enable", "{}") is var (status, text) ? (status, text.Contains("no detection is called nothing", StringComparison.Ordinal)) : default);
    }

    [Theory]
    [InlineData("{}", "write {")]
    [InlineData("not json", "")]
    [InlineData("{\"from\":\"yesterday-ish\",\"to\":\"now\"}", "from: write -24h")]
    public async Task A_backfill_that_cannot_be_read_is_refused(string body, string expected)
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        var (status, text) = await host.PostAsync($"/api/v1/detections/{Pods}/backfill", body);
        Assert.Equal(400, status);
        Assert.Contains(expected, JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_is_changed_and_left_to_the_content_again()
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        async Task<string> CronAsync() => (await GetAsync(host, "/api/v1/detections")).GetProperty("detections").EnumerateArray().Single(d => d.GetProperty("name").GetString() == "Kubernetes Pod Created in Default Namespace").GetProperty("cron").GetString()!;
        var before = await CronAsync();
        async Task<int> PutAsync(string body) => (int)(await host.Client.PutAsync($"/api/v1/detections/{Pods}/schedule", new StringContent(body))).StatusCode;
        Assert.Equal(200, await PutAsync("""{"cron":"*/7 * * * *"}"""));
        Assert.Equal("*/7 * * * *", await CronAsync());
        foreach (var wrong in new List<string> { """{"cron":"nonsense"}""", """{"earliest":"yesterday-ish"}""", "{}", """{"every":"hour"}""", "[]" })
        {
            Assert.Equal(400, await PutAsync(wrong));
        }

        Assert.Equal(200, (int)(await host.Client.DeleteAsync($"/api/v1/detections/{Pods}/schedule")).StatusCode);
        Assert.Equal(before, await CronAsync());
    }

    [Fact]
    public async Task A_detection_is_backtested_before_it_is_enabled()
    {
        using var running = NewDetections(out var store);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        await store.InsertAsync([WindowRunnerTests.Pod("a", TimeProvider.System.GetUtcNow().AddDays(-1)), WindowRunnerTests.Pod("b", TimeProvider.System.GetUtcNow().AddDays(-2))], "", default);
        async Task<(int Status, JsonElement Json)> PostAsync(object body) => await host.PostAsync("/api/v1/backtest", JsonSerializer.Serialize(body)) is var (status, text) ? (status, JsonDocument.Parse(text).RootElement) : default;
        var (shipped, report) = await PostAsync(new { detection = Pods, from = "-5d" });
        Assert.Equal((200, 2), (shipped, report.GetProperty("risk_events").GetInt32()));
        var yaml = File.ReadAllText(Directory.EnumerateFiles(ContentLibrary.ShippedRoot, Pods + ".yml", SearchOption.AllDirectories).First());
        var (sent, own) = await PostAsync(new { yaml = yaml.Replace("verb=create", "verb=delete", StringComparison.Ordinal), from = "-5d" });
        Assert.Equal((200, 0), (sent, own.GetProperty("risk_events").GetInt32()));
        Assert.Equal(400, (await PostAsync(new { yaml = "name: x" })).Status);
        Assert.Equal(400, (await PostAsync(new { detection = "nobody" })).Status);
        Assert.Equal(400, (await PostAsync(new { detection = Pods, from = "now", to = "-1d" })).Status);
        Assert.Equal(0, Count(await GetAsync(host, "/api/v1/risk"), "risk_events"));
    }

    [Fact]
    public async Task A_finding_is_changed_by_who_read_its_latest_version()
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        await running.Findings.FollowAsync([Saker.Tests.Risk.FindingBookTests.Risk(1, "eve")], default);
        var finding = (await GetAsync(host, "/api/v1/findings?state=new")).GetProperty("findings")[0];
        var path = "/api/v1/findings/" + finding.GetProperty("id").GetString();

        var (changed, text) = await PatchAsync(host, path, """{"version":1,"state":"in_progress","owner":"ann","note":"looking"}""");
        Assert.Equal((200, "in_progress", "test"), (changed, text.GetProperty("state").GetString(), text.GetProperty("history")[1].GetProperty("who").GetString()));
        Assert.Equal((409, 2L), await PatchAsync(host, path, """{"version":1,"owner":"bob"}""") is var (conflict, now) ? (conflict, now.GetProperty("version").GetInt64()) : default);
        Assert.Equal(400, (await PatchAsync(host, path, """{"state":"done"}""")).Status);
        Assert.Equal(400, (await PatchAsync(host, path, """{"score":0}""")).Status);
        Assert.Equal(404, (await PatchAsync(host, "/api/v1/findings/none", "{}")).Status);
        Assert.Equal(0, Count(await GetAsync(host, "/api/v1/findings?state=new"), "findings"));
    }

    [Fact]
    public async Task Who_may_read_may_not_change()
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running }, ServerHost.Entry("soc", "soc-token-that-reads", Scopes.Read));
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "soc-token-that-reads");
        Assert.Equal(0, Count(await GetAsync(host, "/api/v1/findings"), "findings"));
        Assert.Equal(403, (await host.PostAsync($"/api/v1/detections/{Pods}/disable", "{}")).Status);
        Assert.Equal(403, (await PatchAsync(host, "/api/v1/findings/none", "{}")).Status);
    }

    [Fact]
    public async Task Findings_come_a_page_at_a_time_the_latest_first_also_where_few_are_wanted()
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        await running.Findings.FollowAsync([.. Enumerable.Range(1, 7).Select(i => Saker.Tests.Risk.FindingBookTests.Risk(i, $"user{i}"))], default);
        var all = (await GetAsync(host, "/api/v1/findings")).GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("id").GetString()).ToList();
        var (paged, next) = (new List<string?>(), "");
        while (next is not null)
        {
            var page = await GetAsync(host, $"/api/v1/findings?limit=3&after={next}");
            Assert.InRange(Count(page, "findings"), 1, 3);
            paged.AddRange(page.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("id").GetString()));
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
        }

        Assert.Equal(7, paged.Count);
        Assert.Equal(all, paged);
        Assert.Equal(0, Count(await GetAsync(host, "/api/v1/findings?limit=3&state=closed"), "findings"));
        Assert.Equal(400, (int)(await host.Client.GetAsync("/api/v1/findings?state=nonsense")).StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/risk?earliest=nonsense")]
    [InlineData("/api/v1/windows?limit=-1")]
    [InlineData("/api/v1/windows?state=nonsense")]
    [InlineData("/api/v1/entities?limit=1000000")]
    public async Task A_list_that_is_asked_for_wrongly_is_refused(string path)
    {
        using var running = NewDetections(out _);
        await using var host = await ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Detections = running });
        Assert.Equal(400, (int)(await host.Client.GetAsync(path)).StatusCode);
    }

    internal static RunningDetections NewDetections(out TestStore store)
    {
        store = new TestStore();
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
        return new RunningDetections(() => content, store, new MemoryStateStore(), new WindowSettings(), Path.Combine(Path.GetTempPath(), "saker-no-lookups"), _ => { });
    }

    private static int Count(JsonElement answer, string name) => answer.GetProperty(name).GetArrayLength();

    private static async Task<bool> IsEnabledAsync(ServerHost host) =>
        (await GetAsync(host, "/api/v1/detections")).GetProperty("detections").EnumerateArray().Single(d => d.GetProperty("name").GetString() == "Kubernetes Pod Created in Default Namespace").GetProperty("is_enabled").GetBoolean();

    private static async Task<JsonElement> GetAsync(ServerHost host, string path) => JsonDocument.Parse(await host.Client.GetStringAsync(path)).RootElement;

    private static async Task<(int Status, JsonElement Json)> PatchAsync(ServerHost host, string path, string body)
    {
        using var answer = await host.Client.PatchAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
