using Saker.Cli;
using Saker.Notify;
using Saker.Tests.Cli;
using Saker.Tests.Stores;
using Xunit;

namespace Saker.Tests.Notify;

[Collection(ConsoleCollection.Name)]
public sealed class NotifyCommandTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public async Task An_output_is_tried_and_its_answer_told()
    {
        using var receiver = new HttpReceiver();
        var config = Write($"listen: 127.0.0.1:1\noutputs:\n  - name: hook\n    type: webhook\n    url: {receiver.Url}\n    allow_local: true\n  - {{name: local, type: slack, url: \"{receiver.Url}\"}}\n");
        var taken = await SakerRun.Of("notify", "test", "hook", "--config", config);
        Assert.Equal((ExitCode.Nothing, ""), (taken.Exit, taken.Errors));
        Assert.StartsWith("hook (webhook) took the test notice in ", taken.Output);
        Assert.Contains("\"kind\":\"test\"", Assert.Single(receiver.Posts).Body);

        receiver.Answer = _ => (403, null);
        var refused = await SakerRun.Of("notify", "test", "hook", "--config", config);
        Assert.Equal((ExitCode.Unavailable, "saker: hook (webhook) did not take the test notice: answered 403\n"), (refused.Exit, refused.Errors));
        var local = await SakerRun.Of("notify", "test", "local", "--config", config);
        Assert.Equal((ExitCode.Unavailable, "saker: local (slack) did not take the test notice: 127.0.0.1: 127.0.0.1 is this machine; `allow_local: true` of the output allows it\n"), (local.Exit, local.Errors));
        var unknown = await SakerRun.Of("notify", "test", "pager", "--config", config);
        Assert.Equal((ExitCode.Usage, "saker: no output is called `pager`; there are hook, local\n"), (unknown.Exit, unknown.Errors));
    }

    [Fact]
    public async Task A_configuration_with_mistakes_tells_each_with_its_place()
    {
        var config = Write("""
            outputs:
              - name: soc
                type: alertmanager
                url: https://am.example.com
                template: "{}"
                tmeout_seconds: 3
              - name: log
                type: file
            routes:
              - outputs: [sock]
                kinds: [alert]
                quiet: {from: "25:00", to: "07:00", time_zone: Mars/Olympus, days: [t]}
            """);
        var run = await SakerRun.Of("notify", "test", "soc", "--config", config);
        Assert.Equal(ExitCode.Content, run.Exit);
        foreach (var mistake in (string[])
        [
            "`outputs[0].template` means nothing to an output of type alertmanager", "unknown key `outputs[0].tmeout_seconds`", "did you mean `timeout_seconds`?", "`outputs[1].path`: a file needs a path",
            "`routes[0].outputs`: no output is called `sock`; there are soc, log", "`routes[0].kinds` cannot be `alert`", "`25:00` is no time of day", "there is no time zone `Mars/Olympus`", "`routes[0].quiet.days` cannot be `t`",
            ":5:5",
        ])
        {
            Assert.Contains(mistake, run.Errors);
        }
    }

    [Fact]
    public void Everything_that_the_documentation_shows_is_read()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "notifications.md"));
        var yaml = page.Split("```yaml\n")[1].Split("```")[0];
        var (settings, mistakes) = NotifyFile.Read("saker.yaml", yaml, directory.Path);
        Assert.Empty(mistakes.Select(m => m.Message));
        Assert.Equal(["hook", "slack", "am", "splunk", "collector", "siem", "disk"], settings!.Outputs.Select(o => o.Name));
        Assert.Equal((new TimeOnly(22, 0), 80), (settings.Routes[1].Quiet!.From, settings.Routes[1].Quiet!.UnlessScore));
    }

    public void Dispose() => directory.Dispose();

    private string Write(string yaml)
    {
        var path = Path.Combine(directory.Path, "saker.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
