using System.Net.Http.Headers;
using System.Text.Json;
using Saker.Notify;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Stores;
using Saker.Tests.Notify;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>The outbox over the API.</summary>
public sealed class NotificationApiTests
{
    [Fact]
    public async Task Dead_letters_are_seen_and_sent_again()
    {
        using var receiver = new HttpReceiver { Answer = _ => (400, null) };
        await using var notifications = New(receiver);
        await using var host = await StartAsync(notifications);
        await OfferAsync(notifications, 1, 2);
        await Notices.UntilAsync(() => notifications.Status[0].Dead == 2);
        var dead = await UntilAsync(host, "/api/v1/notifications?state=dead&output=hook", 2);
        Assert.Contains("eve", dead[0].GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("answered 400", dead[0].GetProperty("last_error").GetString());
        Assert.Equal(0, (await ListAsync(host, "/api/v1/notifications?state=dead&output=other")).GetArrayLength());
        Assert.Equal(2, (await GetAsync(host, "/api/v1/notifications/outputs")).GetProperty("outputs")[0].GetProperty("dead").GetInt32());

        receiver.Answer = _ => (200, null);
        var one = await host.PostAsync("/api/v1/notifications/resend", JsonSerializer.Serialize(new { id = dead[0].GetProperty("id").GetString() }));
        Assert.Equal((200, "{\"resent\":1}\n"), one);
        Assert.Equal((200, "{\"resent\":1}\n"), await host.PostAsync("/api/v1/notifications/resend", """{"output":"hook"}"""));
        await Notices.UntilAsync(() => receiver.Posts.Count == 2);
        Assert.Equal(2, (await UntilAsync(host, "/api/v1/notifications?state=sent", 2)).GetArrayLength());
        Assert.Equal(404, (await host.PostAsync("/api/v1/notifications/resend", """{"id":"hook/none"}""")).Status);
        Assert.Equal(400, (await host.PostAsync("/api/v1/notifications/resend", "{}")).Status);
        Assert.Equal(400, (await host.PostAsync("/api/v1/notifications/resend", "[]")).Status);
        Assert.Equal(400, (int)(await host.Client.GetAsync("/api/v1/notifications?state=lost")).StatusCode);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_while_it_grows()
    {
        using var receiver = new HttpReceiver();
        await using var notifications = New(receiver);
        await using var host = await StartAsync(notifications);
        await OfferAsync(notifications, [.. Enumerable.Range(1, 25)]);
        var seen = new List<string>();
        var next = "";
        do
        {
            var page = await GetAsync(host, $"/api/v1/notifications?limit=10&after={next}");
            seen.AddRange(page.GetProperty("notifications").EnumerateArray().Select(n => n.GetProperty("id").GetString()!));
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
            await OfferAsync(notifications, 100 + seen.Count);
        }
        while (next is not null);
        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal(400, (int)(await host.Client.GetAsync("/api/v1/notifications?after=nonsense")).StatusCode);
    }

    [Fact]
    public async Task An_output_is_tried_and_what_it_said_is_told()
    {
        using var receiver = new HttpReceiver();
        await using var notifications = New(receiver);
        await using var host = await StartAsync(notifications);
        Assert.Equal(200, (await host.PostAsync("/api/v1/notifications/test", """{"output":"hook"}""")).Status);
        Assert.Contains("\"kind\":\"test\"", Assert.Single(receiver.Posts).Body);
        receiver.Answer = _ => (403, null);
        Assert.Equal((502, "{\"error\":\"answered 403\"}\n"), await host.PostAsync("/api/v1/notifications/test", """{"output":"hook"}"""));
        Assert.Equal((404, "{\"error\":\"no output is called pager; there are hook\"}\n"), await host.PostAsync("/api/v1/notifications/test", """{"output":"pager"}"""));
    }

    [Fact]
    public async Task Who_may_read_may_not_send()
    {
        using var receiver = new HttpReceiver();
        await using var notifications = New(receiver);
        await using var host = await StartAsync(notifications, ServerHost.Entry("soc", "soc-token-that-reads", Scopes.Read));
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "soc-token-that-reads");
        Assert.Equal(0, (await ListAsync(host, "/api/v1/notifications")).GetArrayLength());
        Assert.Equal(403, (await host.PostAsync("/api/v1/notifications/test", """{"output":"hook"}""")).Status);
        Assert.Equal(403, (await host.PostAsync("/api/v1/notifications/resend", """{"output":"hook"}""")).Status);
    }

    internal static Notifications New(HttpReceiver receiver)
    {
        var notifications = new Notifications(
            new NotifySettings { Outputs = [OutputTests.Settings("webhook", receiver.Url) with { Name = "hook" }], Routes = [new RouteSettings { Outputs = ["hook"], LeastScore = 0 }] },
            new MemoryStateStore(),
            TimeProvider.System,
            _ => { });
        notifications.Start();
        return notifications;
    }

    private static Task<ServerHost> StartAsync(Notifications notifications, params TokenEntry[] more) => ServerHost.StartWithApiAsync(
        new SearchSettings(), parts => parts with { Notifications = notifications, Detections = DetectionApiTests.NewDetections(out _) }, more);

    private static Task OfferAsync(Notifications notifications, params int[] numbers) => notifications.OfferAsync([.. numbers.Select(n => Notices.RiskEvent($"{n}", entity: "eve"))], default);

    private static async Task<JsonElement> GetAsync(ServerHost host, string path) => JsonDocument.Parse(await host.Client.GetStringAsync(path)).RootElement;

    private static async Task<JsonElement> ListAsync(ServerHost host, string path) => (await GetAsync(host, path)).GetProperty("notifications");

    private static async Task<JsonElement> UntilAsync(ServerHost host, string path, int count)
    {
        JsonElement list = default;
        for (var i = 0; i < 200; i++)
        {
            list = await ListAsync(host, path);
            if (list.GetArrayLength() == count)
            {
                break;
            }

            await Task.Delay(25);
        }

        Assert.Equal(count, list.GetArrayLength());
        return list;
    }
}
