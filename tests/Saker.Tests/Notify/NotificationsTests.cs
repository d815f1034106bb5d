using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Notify;

/// <summary>Settings that change while notices are under way.</summary>
public sealed class NotificationsTests
{
    private static readonly DeliveryTiming Quick = new() { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(100), LongestOutputPause = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task What_waits_goes_to_the_address_that_was_mended()
    {
        using var wrong = new HttpReceiver { Answer = _ => (404, null) };
        using var right = new HttpReceiver();
        await using var notifications = New(new MemoryStateStore(), To(wrong));
        notifications.Start();
        await OfferAsync(notifications, "1");
        await Notices.UntilAsync(() => notifications.Status[0].Failed > 0);
        notifications.Use(To(right));
        await Notices.UntilAsync(() => right.Posts.Count == 1);
        Assert.Contains("risk_event:1", right.Posts.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_is_taken_away_keeps_its_notices_until_it_is_there_again()
    {
        using var receiver = new HttpReceiver { Answer = _ => (503, null) };
        var state = new MemoryStateStore();
        await using var notifications = New(state, To(receiver));
        notifications.Start();
        await OfferAsync(notifications, "1");
        await Notices.UntilAsync(() => notifications.Status[0].Failed > 0);
        notifications.Use(new NotifySettings());
        await notifications.ChangedAsync();
        Assert.Empty(notifications.Status);
        Assert.Single(await notifications.ReadAsync(DeliveryState.Waiting, default));
        receiver.Answer = _ => (200, null);
        notifications.Use(To(receiver));
        await Notices.UntilAsync(() => receiver.Posts.Count == 1);
    }

    [Fact]
    public async Task Nothing_is_missing_however_often_settings_change()
    {
        using var receiver = new HttpReceiver();
        await using var notifications = New(new MemoryStateStore(), To(receiver));
        notifications.Start();
        var offering = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                await OfferAsync(notifications, $"{i}");
                await Task.Delay(5);
            }
        });
        for (var i = 2; i < 8; i++)
        {
            notifications.Use(To(receiver, timeout: i));
            await notifications.ChangedAsync();
        }

        await offering;
        await Notices.UntilAsync(() => receiver.Posts.Select(p => p.Headers["Idempotency-Key"]).Distinct().Count() == 60);
    }

    [Fact]
    public async Task Equal_settings_change_nothing()
    {
        using var receiver = new HttpReceiver();
        var told = new List<string>();
        await using var notifications = new Notifications(To(receiver), new MemoryStateStore(), TimeProvider.System, told.Add, Quick);
        notifications.Start();
        notifications.Use(To(receiver));
        await notifications.ChangedAsync();
        Assert.Empty(told);
    }

    private static Task OfferAsync(Notifications notifications, string text) => notifications.OfferAsync([Notices.RiskEvent(text)], default);

    private static Notifications New(IStateStore state, NotifySettings settings) => new(settings, state, TimeProvider.System, _ => { }, Quick);

    private static NotifySettings To(HttpReceiver receiver, int timeout = 10) => new()
    {
        Outputs = [OutputTests.Settings("webhook", receiver.Url) with { TimeoutSeconds = timeout }],
        Routes = [new RouteSettings { Outputs = [OutputTests.Settings("webhook", receiver.Url).Name], LeastScore = 0 }],
    };
}
