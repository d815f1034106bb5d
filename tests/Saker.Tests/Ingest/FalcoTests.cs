using System.Text.Json;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class FalcoTests
{
    private const string Shell = "A shell was spawned in a container with an attached terminal ";

    [Fact]
    public void Text_of_rules_2_to_3_is_read_into_fields()
    {
        var reading = Reading.Of(Samples.FalcoText);
        var e = reading.Only;
        Assert.Equal(Samples.FalcoText, reading.Raw);
        Assert.Equal(("kubernetes", "kubernetes", "kube:container:falco"), (e.Index, e.Source, e.Sourcetype));
        Assert.Equal("2026-05-20T12:18:18.691725165Z", Reading.Time(e));
        Assert.Equal(
            "priority=Notice evt_type=execve user=root user_uid=0 user_loginuid=-1 process=bash proc_exepath=/usr/bin/bash parent=runc command=bash -il terminal=34816 exe_flags=EXE_WRITABLE container_id=7a2566e8e462 container_image=registry.example/shop/web container_image_tag=1.2 container_name=web k8s_ns=shop k8s_pod_name=web-0",
            Fields(reading));
    }

    [Theory]
    [InlineData("(user=root %container.info shell=bash parent=runc cmdline=bash terminal=34816)", "process=bash parent=runc command=bash user=root")]
    [InlineData("(user=root k8s_ns=shop shell=sh parent=runc cmdline=sh -c ls -al terminal=1 container_id=abc image=repo:5000/web)", "process=sh command=sh -c ls -al container_image=repo:5000/web container_image_tag=<NA>")]
    [InlineData("(user=root user_loginuid=-1 k8s.ns=a k8s.pod=b container=abc shell=sh parent=<NA> cmdline=sh terminal=1 container_id=abc image=repo:5000/web:1.2) k8s.ns=a k8s.pod=b container=abc", "k8s_ns=a k8s_pod_name=b container_id=abc container_image=repo:5000/web container_image_tag=1.2 parent=<NA> ambiguous=")]
    [InlineData("(user=root user_loginuid=-1 k8s.ns=<NA> k8s.pod=<NA> container=abc shell=sh parent=<NA> cmdline=sh terminal=1 pid=77 container_id=abc image=web)", "k8s_ns=<NA> pid=77 container_image=web")]
    [InlineData("| evt_type=execve user=root user_uid=0 user_loginuid=-1 process=sh proc_exepath=/bin/dash parent=runc command=sh -c (ls) terminal=1 exe_flags=A|B container_id=abc container_name=web container_image_repository=nginx container_image_tag=latest k8s_pod_name=web-0 k8s_ns_name=shop", "command=sh -c (ls) exe_flags=A|B container_image=nginx container_image_tag=latest k8s_ns=shop k8s_pod_name=web-0")]
    public void Text_of_every_generation_is_read_into_the_same_fields(string fields, string expected)
    {
        var found = Fields(Reading.Of("12:00:00.000000001: Notice " + Shell + fields)) + " ";
        foreach (var pair in expected.Split(' ').Where(pair => pair.Contains('=')))
        {
            Assert.Equal(!pair.EndsWith('='), found.Contains(pair + " ", StringComparison.Ordinal) || found.Contains(pair, StringComparison.Ordinal));
        }

        foreach (var name in "container_image container_image_tag container_name parent proc_exepath process user".Split(' '))
        {
            Assert.Contains(" " + name + "=", " " + found);
        }
    }

    [Fact]
    public void Where_the_output_fields_are_empty_the_text_tells_them()
    {
        const string Alert = "\"output\":\"12:00:00.000000001: Notice A shell was spawned in a container with an attached terminal (user=root shell=bash parent=runc cmdline=bash terminal=1 container_id=abc image=web)\",\"priority\":\"Notice\",\"rule\":\"Terminal shell in container\",\"time\":\"2026-03-14T10:00:00Z\"";
        var without = Fields(Reading.Of("{" + Alert + "}"));
        Assert.Contains("user=root", without, StringComparison.Ordinal);
        Assert.Equal(without, Fields(Reading.Of("{" + Alert + ",\"output_fields\":{}}")));
    }

    [Fact]
    public void What_an_attacker_writes_into_his_command_stays_there()
    {
        var reading = Reading.Of(Samples.FalcoText.Replace("command=bash -il", "command=sh -c x=(1) | y user=nobody container_name=falco", StringComparison.Ordinal));
        var fields = JsonDocument.Parse(reading.Only.Extra).RootElement;
        Assert.Equal("sh -c x=(1) | y user=nobody container_name=falco", fields.GetProperty("command").GetString());
        Assert.Equal("web", fields.GetProperty("container_name").GetString());
        Assert.Equal("root", fields.GetProperty("user").GetString());
        Assert.Equal("true", fields.GetProperty("ambiguous").GetString());
    }

    [Fact]
    public void Json_fields_win_and_null_reads_as_in_text()
    {
        var json = Samples.FalcoJson("""{"container.id":"abc","container.image.repository":"nginx","container.image.tag":null,"evt.time":1777636800000000001,"proc.cmdline":"sh -c \"x container_name=falco\"","proc.name":"sh","user.name":"root","user.uid":0}""");
        var reading = Reading.Of(json);
        Assert.Equal(json, reading.Raw);
        Assert.Equal("n1", reading.Only.Host);
        Assert.Equal("2026-05-01T12:00:00.000000001Z", Reading.Time(reading.Only));
        Assert.Equal("container_id=abc container_image=nginx container_image_tag=<NA> command=sh -c \"x container_name=falco\" process=sh user=root user_uid=0 container_name=<NA> parent=<NA> proc_exepath=<NA>", Fields(reading));
    }

    [Fact]
    public void Parts_of_the_json_may_be_switched_off()
    {
        var reading = Reading.Of("""{"priority":"Notice","rule":"R","time":"2026-05-01T12:00:00Z"}""");
        Assert.Equal("output=Notice R", Fields(reading));
        reading = Reading.Of($$"""{"output":{{Reading.Quoted(Samples.FalcoText)}},"priority":"Notice","rule":"R"}""");
        Assert.Contains("container_name=web", Fields(reading));
        Assert.Equal("2026-05-20T12:18:18.691725165Z", Reading.Time(reading.Only));
        Assert.Equal("rule=Test", Fields(Reading.Of("""{"output":"Test","priority":"Critical","Rule":"Test","time":"2026-05-17T15:31:56Z","output_fields":{"lambda":"x"}}""")));
    }

    [Theory]
    [InlineData("12:00:00.000000001: Notice A user logged in (user=Tony Stark, app=drive)", "priority=Notice user=Tony Stark")]
    [InlineData("12:00:00.000000001: Debug K8s Audit Event Detected: verb=create, user=aks, groups=(a,b), target=<NA>", "priority=Debug verb=create user=aks target=<NA>")]
    [InlineData("12:00:00.000000001: Notice Namespace change (setns) by (user=root reason=) k8s.ns=a container=b", "priority=Notice user=root reason= k8s_ns=a container=b container_id=b container_image=<NA> container_image_tag=<NA> container_name=<NA> parent=<NA> proc_exepath=<NA> process=<NA>")]
    [InlineData("12:00:00.000000001: Notice The wallet x sent 5 BTC", "priority=Notice")]
    public void Rules_of_other_kinds_give_what_they_have(string line, string expected) => Assert.Equal(expected, Fields(Reading.Of(line)));

    [Theory]
    [InlineData("2026-05-21T08:54:23.812791015+0000: Warning Sensitive file opened (file=/etc/shadow)", "2026-05-21T08:54:23.812791015Z")]
    [InlineData("Feb 13 20:33:20 node-1 falco[19460]: 20:33:20.106330811: Error File below (user=root)", "2026-02-13T20:33:20.106330811Z")]
    [InlineData("23:59:59.000000000: Critical Falco internal: syscall event drop. 1 dropped", "2026-05-20T23:59:59.000000000Z")]
    public void A_prefix_of_any_form_tells_the_time(string line, string time)
    {
        var reading = Reading.Of(line);
        Assert.Equal(EventKind.Falco, Assert.Single(reading.Kinds));
        Assert.Equal(time, Reading.Time(reading.Only));
    }

    [Fact]
    public void The_day_of_a_bare_clock_may_be_given_and_an_envelope_knows_it_better()
    {
        Assert.Equal("2026-04-01T12:18:18.691725165Z", Reading.Time(Reading.Of(Samples.FalcoText, new IngestOptions { Date = new DateOnly(2026, 4, 1) }).Only));
        Assert.Equal("2026-03-02T12:18:18.691725165Z", Reading.Time(Reading.Of($$"""{"time":"{{Epoch("2026-03-02T12:18:19Z")}}.5","event":{{Reading.Quoted(Samples.FalcoText)}}}""").Only));
        Assert.Equal("2026-03-02T07:00:00.000000000Z", Reading.Time(Reading.Of($$"""{"time":{{Epoch("2026-03-02T07:00:00Z")}},"event":{{Reading.Quoted(Samples.FalcoText)}}}""").Only));
    }

    [Theory]
    [InlineData("12:00:00.123: Error something failed")]
    [InlineData("2026-05-21T08:54:23.812791015Z ERROR Notice me")]
    [InlineData("12:00:00.123456789: Trace x")]
    [InlineData("12:00:00.123456789: Notice")]
    [InlineData("Notice A shell was spawned in a container")]
    public void A_log_line_that_only_looks_like_an_alert_is_none(string line) => Assert.Equal("0 1 0", Reading.Of(line).Tally);

    private static string Epoch(string iso) => DateTimeOffset.Parse(iso).ToUnixTimeSeconds().ToString();

    private static string Fields(Reading reading)
    {
        using var json = JsonDocument.Parse(reading.Only.Extra);
        var names = json.RootElement.EnumerateObject().Select(p => (p.Name, Value: p.Value.GetString())).ToList();
        string[] order = ["priority", "evt_type", "user", "user_uid", "user_loginuid", "process", "proc_exepath", "parent", "command", "terminal", "exe_flags", "container_id", "container_image", "container_image_tag", "container_name", "k8s_ns", "k8s_pod_name"];
        return json.RootElement.TryGetProperty("evt_type", out _) ? string.Join(' ', names.OrderBy(n => Array.IndexOf(order, n.Name)).Select(n => $"{n.Name}={n.Value}")) : string.Join(' ', names.Select(n => $"{n.Name}={n.Value}"));
    }
}
