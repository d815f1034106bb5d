using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server;

public sealed class AuditEndpointTests
{
    private const string Item = """{"level":"Metadata","auditID":"a-1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"create","user":{"username":"u"},"stageTimestamp":"2026-03-14T10:00:00.000000Z"}""";

    private static string List(params string[] items) =>
        $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{string.Join(',', items)}}]}""" + "\n";

    [Fact]
    public async Task A_list_is_kept_item_by_item_under_its_cluster()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((200, ""), await host.PostAsync("/audit/prod", List(Item, Item.Replace("a-1", "a-2", StringComparison.Ordinal)), ("Content-Type", "application/json")));
        Assert.Equal(2, host.Intake.Events.Count);
        Assert.All(host.Intake.Events, e => Assert.Equal((EventKind.Audit, "prod"), (e.Kind, e.Event.Cluster)));
        Assert.Equal("audit/prod", host.Intake.Batches[0].Source);
    }

    [Fact]
    public async Task A_list_that_comes_twice_has_the_same_identities()
    {
        var identities = new List<UInt128?>();
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/audit/prod", List(Item));
        await host.PostAsync("/audit/prod", List(Item));
        identities.AddRange(host.Intake.Batches.SelectMany(b => b.Events).Select(e => e.Identity));
        Assert.Single(identities.Distinct());
        Assert.NotNull(identities[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Back_pressure_is_always_429(bool isFailing)
    {
        await using var host = await ServerHost.StartAsync();
        host.Intake.Answer = new IntakeAnswer(isFailing ? IntakeStatus.Failed : IntakeStatus.Full, TimeSpan.FromSeconds(2), "no room");
        using var content = new StringContent(List(Item));
        using var answer = await host.Client.PostAsync("/audit/prod", content);
        Assert.Equal(429, (int)answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_token_of_one_cluster_cannot_send_for_another()
    {
        const string token = "skr_bound_0123456789abcdefghijklmnopqrstuvw";
        await using var host = await ServerHost.StartAsync(null, ServerHost.Entry("bound", token, Scopes.Ingest, "prod"));
        Assert.Equal(403, (await host.PostAsync("/audit/other", List(Item), ("Authorization", "Bearer " + token))).Status);
        Assert.Equal(200, (await host.PostAsync("/audit/prod", List(Item), ("Authorization", "Bearer " + token))).Status);
    }

    [Theory]
    [InlineData("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"auditID":"1"}""")]
    [InlineData("""{"kind":"Pod"}""")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task What_is_no_list_is_refused_and_becomes_a_dead_letter(string body)
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal(400, (await host.PostAsync("/audit/prod", body)).Status);
        Assert.Single(host.Intake.Rejected);
    }

    [Fact]
    public async Task Secret_values_are_masked_before_anything_is_kept()
    {
        const string secret = """{"level":"Request","auditID":"a-1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/secrets","verb":"create","objectRef":{"resource":"secrets"},"requestObject":{"kind":"Secret","data":{"password":"aHVudGVyMg=="}}}""";
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/audit/prod", List(secret));
        await host.PostAsync("/audit/prod", List(secret)[..^6]);
        Assert.DoesNotContain("aHVudGVyMg", host.Intake.Events[0].Raw, StringComparison.Ordinal);
        Assert.Contains("withheld", System.Text.Encoding.UTF8.GetString(host.Intake.Rejected[0].Text.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_API_server_cut_off_is_marked()
    {
        await using var host = await ServerHost.StartAsync();
        await host.PostAsync("/audit/prod", List(Item.Replace("\"user\"", "\"annotations\":{\"audit.k8s.io/truncated\":\"true\"},\"user\"", StringComparison.Ordinal)));
        Assert.Contains("\"truncated\":\"true\"", host.Intake.Events[0].Extra, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_is_fine()
    {
        await using var host = await ServerHost.StartAsync();
        Assert.Equal((200, ""), await host.PostAsync("/audit/prod", List()));
    }
}
