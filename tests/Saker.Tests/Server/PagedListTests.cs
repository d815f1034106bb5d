using System.Text.Json;
using Saker.Content;
using Saker.Detections.Windows;
using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Risk.Exceptions;
using Saker.Server.Configuration;
using Saker.Server.Serving;
using Saker.Stores;
using Saker.Tests.Detections.Windows;
using Saker.Tests.Stores;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>A page of a list costs what a page costs, however long the list has become.</summary>
public sealed class PagedListTests
{
    private readonly WatchedStateStore state = new();

    [Theory]
    [InlineData("/api/v1/windows?limit=10&latest=%2B1h", "latest Windows 500")]
    [InlineData("/api/v1/risk?limit=10", "latest RiskEvents 500")]
    [InlineData("/api/v1/findings?limit=10", "latest Findings 500")]
    [InlineData("/api/v1/notifications?limit=10", "latest Deliveries 500")]
    [InlineData("/api/v1/notifications?limit=2000", "latest Deliveries 2001")]
    [InlineData("/api/v1/notifications?limit=10&output=hook&state=sent", "latest Deliveries 500")]
    public async Task The_store_cuts_the_page(string path, string expected)
    {
        await PutDeliveriesAsync(3000);
        await using var host = await StartAsync();
        state.Asked();
        Assert.True((await host.Client.GetAsync(path)).IsSuccessStatusCode);
        Assert.Equal([expected], state.Asked());
    }

    [Fact]
    public async Task Pages_of_notifications_are_read_on_until_enough_of_them_are_wanted()
    {
        await PutDeliveriesAsync(3000);
        await using var host = await StartAsync();
        state.Asked();
        // Every hundredth is dead: ten and one more stand in the first 1,100.
        var page = JsonDocument.Parse(await host.Client.GetStringAsync("/api/v1/notifications?limit=10&state=dead")).RootElement;
        Assert.Equal(10, page.GetProperty("notifications").GetArrayLength());
        Assert.Equal("latest Deliveries 500, latest Deliveries 500, latest Deliveries 500", string.Join(", ", state.Asked()));
        var second = JsonDocument.Parse(await host.Client.GetStringAsync($"/api/v1/notifications?limit=30&state=dead&after={page.GetProperty("next").GetString()}")).RootElement;
        Assert.Equal(20, second.GetProperty("notifications").GetArrayLength());
        Assert.False(second.TryGetProperty("next", out var next) && next.ValueKind != JsonValueKind.Null);
    }

    [Fact]
    public async Task Of_exceptions_only_those_on_the_page_are_counted()
    {
        using var book = new ExceptionBook(state, TimeProvider.System);
        List<string> ids = [];
        for (var i = 0; i < 3; i++)
        {
            var kept = await book.AddAsync(new RiskException { Id = "", Detection = "x", Reason = "r", Author = "a", Fields = new Dictionary<string, IReadOnlyList<string>> { ["user"] = ["eve"] } }, default);
            ids.Add(kept.Id);
            await book.CountAsync($"w{i}", TimeProvider.System.GetUtcNow(), new Dictionary<string, int> { [kept.Id] = i + 1 }, default);
        }

        await using var host = await StartAsync();
        await host.Client.GetStringAsync("/api/v1/exceptions");
        state.Asked();
        var one = JsonDocument.Parse(await host.Client.GetStringAsync($"/api/v1/exceptions/{ids[1]}")).RootElement;
        Assert.Equal(2, one.GetProperty("hits").GetInt64());
        Assert.Equal([$"group hits/{ids[1]}"], state.Asked());
        var page = JsonDocument.Parse(await host.Client.GetStringAsync("/api/v1/exceptions?limit=2")).RootElement;
        Assert.Equal(2, page.GetProperty("exceptions").GetArrayLength());
        Assert.Equal(2, state.Asked().Count(a => a.StartsWith("group hits/", StringComparison.Ordinal)));
    }

    private Task PutDeliveriesAsync(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        return state.PutAsync(
            StateTable.Deliveries,
            [
                .. Enumerable.Range(0, count).Select(i => new Delivery
                {
                    Output = "hook",
                    Key = $"k{i}",
                    NoticeKey = $"k{i}",
                    State = i % 100 == 50 ? DeliveryState.Dead : DeliveryState.Sent,
                    Due = now,
                    Since = now,
                    Created = now.AddSeconds(-i),
                }.ToState()),
            ],
            default);
    }

    private Task<ServerHost> StartAsync()
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
        var detections = new RunningDetections(() => content, new TestStore(), state, new WindowSettings(), Path.Combine(Path.GetTempPath(), "saker-no-lookups"), _ => { });
        return ServerHost.StartWithApiAsync(new SearchSettings(), parts => parts with { Notifications = new Notifications(new NotifySettings(), state, TimeProvider.System, _ => { }), Detections = detections });
    }
}
