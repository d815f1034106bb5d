using System.Text.Json;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Stores;
using Saker.Tests.Stores;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>Dead letters of a running server, over the API.</summary>
public sealed class DeadLetterApiTests : IDisposable
{
    private const string Broken = "{\"verb\":\"ge";
    private const string Sound = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"2\",\"verb\":\"get\"}";

    private readonly DeadLetters letters = DeadLetters.Open(new DeadLetterOptions { Directory = "/letters" }, new SimulatedDisk(new Random(1)), TimeProvider.System);

    public DeadLetterApiTests() => letters.Add(
    [
        letters.NewLetter(new DeadLetterKey(1, 64, 0), "hec/ci", "not valid JSON", null, StoreEvents.Rejected(Broken)),
        letters.NewLetter(new DeadLetterKey(1, 64, 1), "audit/prod", "the store has no room for it", StoreEvents.Audit("1"), null),
        letters.NewLetter(new DeadLetterKey(1, 64, 2), "audit/prod", "unknown then", null, StoreEvents.Rejected(Sound)),
    ]);

    [Fact]
    public async Task They_are_listed_the_newest_first_and_shown_with_their_text()
    {
        await using var host = await StartAsync();
        var list = await GetAsync(host, "/api/v1/deadletter?source=audit/prod&limit=1");
        var letter = Assert.Single(list.GetProperty("dead_letters").EnumerateArray());
        Assert.Equal((3, "unreadable", "unknown then"), (letter.GetProperty("id").GetInt64(), letter.GetProperty("kind").GetString(), letter.GetProperty("reason").GetString()));
        Assert.Equal(3, list.GetProperty("count").GetInt64());
        var rest = await GetAsync(host, $"/api/v1/deadletter?source=audit/prod&after={list.GetProperty("next").GetString()}");
        Assert.Equal((2, JsonValueKind.Null), (rest.GetProperty("dead_letters")[0].GetProperty("id").GetInt64(), rest.GetProperty("next").ValueKind));
        Assert.Equal(0, (await GetAsync(host, "/api/v1/deadletter?latest=-1h")).GetProperty("dead_letters").GetArrayLength());
        var shown = await GetAsync(host, "/api/v1/deadletter/1");
        Assert.Equal((Broken, "request:3"), (shown.GetProperty("text").GetString(), shown.GetProperty("place").GetString()));
        Assert.Equal("Audit", (await GetAsync(host, "/api/v1/deadletter/2")).GetProperty("event_kind").GetString());
        Assert.Equal(404, (int)(await host.Client.GetAsync("/api/v1/deadletter/77")).StatusCode);
        Assert.Equal(404, (int)(await host.Client.GetAsync("/api/v1/deadletter/one")).StatusCode);
        Assert.Equal(400, (int)(await host.Client.GetAsync("/api/v1/deadletter?limit=-1")).StatusCode);
    }

    [Fact]
    public async Task One_is_sent_again_once_and_keeps_the_cluster_it_came_from()
    {
        await using var host = await StartAsync();
        Assert.Equal((200, "{\"replayed\":3}\n"), await host.PostAsync("/api/v1/deadletter/3/replay", "{}"));
        Assert.Equal(("prod", Sound), (host.Intake.Events.Single().Event.Cluster, host.Intake.Events.Single().Raw));
        Assert.Equal(404, (await host.PostAsync("/api/v1/deadletter/3/replay", "{}")).Status);
        var (status, text) = await host.PostAsync("/api/v1/deadletter/1/replay", "{}");
        Assert.Equal((409, true), (status, text.Contains("it cannot be read still", StringComparison.Ordinal)));
        Assert.Equal([2L, 1L], letters.List().Select(l => l.Id));
    }

    [Fact]
    public async Task All_of_them_are_sent_again_but_for_those_that_cannot_be_read_or_kept()
    {
        await using var host = await StartAsync();
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromSeconds(1), "the journal is full");
        var (_, full) = await host.PostAsync("/api/v1/deadletter/replay", "{\"source\":\"audit/prod\"}");
        Assert.Equal("{\"replayed\":0,\"stayed\":[{\"id\":2,\"why\":\"the journal is full\"},{\"id\":3,\"why\":\"the journal is full\"}]}\n", full);
        host.Intake.Answer = IntakeAnswer.Kept;
        var (_, text) = await host.PostAsync("/api/v1/deadletter/replay", "{}");
        Assert.Equal((2, 1), (JsonDocument.Parse(text).RootElement.GetProperty("replayed").GetInt32(), JsonDocument.Parse(text).RootElement.GetProperty("stayed")[0].GetProperty("id").GetInt32()));
        Assert.Equal(400, (await host.PostAsync("/api/v1/deadletter/replay", "{\"from\":1}")).Status);
        Assert.Equal(400, (await host.PostAsync("/api/v1/deadletter/replay", "[]")).Status);
    }

    [Fact]
    public async Task Asked_many_times_at_once_one_is_sent_once()
    {
        await using var host = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.PostAsync("/api/v1/deadletter/2/replay", "{}")));
        Assert.Single(answers, a => a.Status == 200);
        Assert.Single(host.Intake.Events);
    }

    [Fact]
    public async Task They_are_dropped_by_an_administrator_only()
    {
        const string Reader = "skr_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg";
        await using var host = await StartAsync(ServerHost.Entry("reader", Reader, Scopes.Read));
        using var asReader = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/deadletter/1") { Headers = { Authorization = new("Bearer", Reader) } };
        Assert.Equal(403, (int)(await host.Client.SendAsync(asReader)).StatusCode);
        Assert.Equal(200, (int)(await host.Client.DeleteAsync("/api/v1/deadletter/1")).StatusCode);
        Assert.Equal(404, (int)(await host.Client.DeleteAsync("/api/v1/deadletter/1")).StatusCode);
        Assert.Equal([3L, 2L], letters.List().Select(l => l.Id));
    }

    public void Dispose() => letters.Dispose();

    private Task<ServerHost> StartAsync(params TokenEntry[] more) => ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { DeadLetters = letters }, more);

    private static async Task<JsonElement> GetAsync(ServerHost host, string path) => JsonDocument.Parse(await host.Client.GetStringAsync(path)).RootElement;
}
