using Saker.Ingest;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server;

public sealed class FalcoEndpointTests
{
    private const string Alert = """
        {"hostname":"n1","output":"12:18:18.690000000: Notice A shell was spawned (user=root container=web)","output_fields":{"proc.name":"bash","user.name":"root"},"priority":"Notice","rule":"Terminal shell in container","source":"syscall","tags":["shell"],"time":"2026-03-14T12:18:18.690000000Z"}
        """;

    [Fact]
    public async Task An_alert_is_kept_as_irreplaceable()
    {
        await using var host = await ServerHost.StartAsync();
        var (status, _) = await host.PostAsync("/falco", Alert);
        Assert.Equal(200, status);
        var kept = Assert.Single(host.Intake.Events);
        Assert.Equal(EventKind.Falco, kept.Kind);
        Assert.Equal(Alert.Trim(), kept.Raw);
        Assert.True(Assert.Single(host.Intake.Batches).IsIrreplaceable);
        Assert.Equal("falco/test", host.Intake.Batches[0].Source);
    }

    [Fact]
    public async Task A_broken_alert_is_told_and_becomes_a_dead_letter()
    {
        await using var host = await ServerHost.StartAsync();
        var (status, text) = await host.PostAsync("/falco", Alert[..^40]);
        Assert.Equal(400, status);
        Assert.Contains("not valid JSON", text, StringComparison.Ordinal);
        Assert.StartsWith("{\"hostname\"", System.Text.Encoding.UTF8.GetString(Assert.Single(host.Intake.Rejected).Text.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_journal_is_told_with_the_time_to_wait()
    {
        await using var host = await ServerHost.StartAsync();
        host.Intake.Answer = new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromSeconds(7), "the journal is full");
        using var content = new StringContent(Alert);
        using var answer = await host.Client.PostAsync("/falco", content);
        Assert.Equal(429, (int)answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Nobody_sends_without_a_token()
    {
        await using var host = await ServerHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        var (status, _) = await host.PostAsync("/falco", Alert);
        Assert.Equal(401, status);
        Assert.Empty(host.Intake.Events);
    }
}
