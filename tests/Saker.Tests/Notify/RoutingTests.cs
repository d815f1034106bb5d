using Saker.Notify;
using Xunit;

namespace Saker.Tests.Notify;

public sealed class RoutingTests
{
    private static readonly OutputSettings Out = new() { Name = "out", Type = "webhook", Url = "https://example.com/" };

    [Theory]
    [InlineData(nameof(NoticeKind.RiskEvent), 40, true)]
    [InlineData(nameof(NoticeKind.RiskEvent), 39, false)]
    [InlineData(nameof(NoticeKind.Finding), 10, true)]
    public void Without_routes_findings_and_risk_events_from_40_go_everywhere(string kind, int score, bool isSent) =>
        Assert.Equal(isSent ? ["out"] : [], new Router(new NotifySettings { Outputs = [Out] }).Find(Notices.RiskEvent("1", score) with { Kind = Enum.Parse<NoticeKind>(kind) }).Select(d => d.Output));

    [Fact]
    public void A_canary_goes_where_it_was_announced_and_nowhere_else()
    {
        var settings = new NotifySettings { Outputs = [Out, Out with { Name = "other" }], Routes = [new RouteSettings { Outputs = ["other"], LeastScore = 0 }] };
        var canary = Notice.Canary(Notices.RiskEvent("1"), "out");
        Assert.Equal(["out"], new Router(settings).Find(canary).Select(d => d.Output));
        Assert.Equal(NoticeKind.Test, canary.Kind);
        var clock = new Saker.Tests.Detections.Windows.SetClock(DateTimeOffset.UnixEpoch);
        var outputs = new CanaryOutputs(clock);
        outputs.Announce("0123456789abcdef", "out");
        Assert.Equal("out", outputs.Find("saker-canary-0123456789abcdef-hec"));
        Assert.Null(outputs.Find("saker-canary-0123456789abcdee-hec"));
        Assert.Null(outputs.Find("eve"));
        clock.Now += TimeSpan.FromMinutes(11);
        Assert.Null(outputs.Find("saker-canary-0123456789abcdef-hec"));
    }

    [Fact]
    public void All_conditions_of_a_route_must_hold()
    {
        var all = new RouteSettings { Outputs = ["out"], LeastScore = 50, MostScore = 70, Tactics = ["execution"], Namespaces = ["def*"], Clusters = ["PROD"], Detections = ["*default namespace"] };
        bool Goes(RouteSettings route) => new Router(new NotifySettings { Outputs = [Out], Routes = [route] }).Find(Notices.RiskEvent("1")).Count == 1;
        Assert.True(Goes(all));
        Assert.True(Goes(all with { Detections = ["3d6b1a81-*"] }));
        foreach (var other in (RouteSettings[])[all with { LeastScore = 61 }, all with { MostScore = 59 }, all with { Tactics = ["Impact"] }, all with { Namespaces = ["kube-*"] }, all with { Clusters = ["prod-?"] }, all with { Detections = ["x"] }, all with { Kinds = [NoticeKind.Finding] }])
        {
            Assert.False(Goes(other));
        }
    }

    [Fact]
    public void A_namespace_is_known_by_its_labels()
    {
        bool Goes(params string[] labels) => new Router(new NotifySettings { Outputs = [Out], Routes = [new RouteSettings { Outputs = ["out"], NamespaceLabels = labels }] })
            .Find(Notices.RiskEvent("1") with { NamespaceLabels = ["stage=production", "team=pay"] }).Count == 1;
        Assert.True(Goes("stage=prod*"));
        Assert.True(Goes("stage=test", "team=pay"));
        Assert.False(Goes("stage=test"));
        Assert.False(Goes("production"));
        Assert.Empty(new Router(new NotifySettings { Outputs = [Out], Routes = [new RouteSettings { Outputs = ["out"], NamespaceLabels = ["stage=*"] }] }).Find(Notices.RiskEvent("1")));
    }

    [Theory]
    [InlineData("2026-03-02T21:59:00+01:00", null)]
    [InlineData("2026-03-02T22:00:00+01:00", "2026-03-03T07:00:00+01:00")]
    [InlineData("2026-03-03T06:59:59+01:00", "2026-03-03T07:00:00+01:00")]
    [InlineData("2026-03-03T07:00:00+01:00", null)]
    // The clocks go forward in this night.
    [InlineData("2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00")]
    public void Quiet_hours_follow_the_clocks_of_their_zone(string now, string? end) =>
        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end), new QuietHours(new(22, 0), new(7, 0), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).EndAt(DateTimeOffset.Parse(now)));

    [Fact]
    public void Mistakes_are_told_with_their_places()
    {
        var settings = new NotifySettings
        {
            Outputs =
            [
                new() { Name = "a b", Type = "webhook", Url = "ftp://x" }, new() { Name = "s", Type = "syslog", Address = "host" }, new() { Name = "s", Type = "pager" },
                new() { Name = "hec", Type = "splunk_hec", Url = "https://u:p@h/" }, new() { Name = "t", Type = "webhook", Url = "https://h/", Template = "{{x}}" },
            ],
            Routes = [new() { Outputs = ["nobody"], GroupBy = ["colour"] }],
        };
        Assert.Equal(
            ["outputs[0].name", "outputs[0].url", "outputs[1].address", "outputs[2].name", "outputs[2].type", "outputs[3].url", "outputs[3].token_file", "outputs[4].template", "routes[0].outputs", "routes[0].group_by"],
            OutputCheck.Check(settings).Select(m => m.Place));
        Assert.Empty(OutputCheck.Check(new NotifySettings { Outputs = [Out], Routes = [new() { Outputs = ["out"] }] }));
    }
}
