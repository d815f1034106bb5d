using System.Text;
using System.Text.Json;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class AuditTests
{
    [Fact]
    public void An_audit_line_is_named_and_dated_and_kept_as_it_is()
    {
        var reading = Reading.Of(Samples.Audit + "\n", new IngestOptions { Cluster = "prod" });
        var e = reading.Only;
        Assert.Equal(Samples.Audit, reading.Raw);
        Assert.Equal(("kubernetes", "kubernetes", "_json", "prod"), (e.Index, e.Source, e.Sourcetype, e.Cluster));
        Assert.Equal("2026-05-01T10:00:00.123456000Z", Reading.Time(e));
        Assert.True(e.Extra.IsEmpty);
        Assert.Equal(EventKind.Audit, Assert.Single(reading.Kinds));
    }

    [Theory]
    [InlineData("""{"kind":"Event","apiVersion":"audit.k8s.io/v1beta1","metadata":{"creationTimestamp":"2017-09-11T19:55:05Z"},"level":"Metadata","timestamp":"2017-09-11T19:55:06Z","auditID":"x","requestURI":"/api"}""", "2017-09-11T19:55:06")]
    [InlineData("""{"auditID":"x","stage":"y","metadata":{"creationTimestamp":"2017-09-11T19:55:05Z"}}""", "2017-09-11T19:55:05")]
    [InlineData("""{"kind":0,"auditID":7,"verb":{},"objectRef":"pods","stageTimestamp":"2026-01-01T00:00:00Z"}""", "2026-01-01T00:00:00")]
    [InlineData("""{"objectRef":{},"requestURI":"/api","requestReceivedTimestamp":"2026-01-01T02:00:00+02:00","stageTimestamp":5e99}""", "2026-01-01T00:00:00")]
    [InlineData("""{"auditI\u0044":"x","stage":"y","level":"z","verb":"get","stageTimestamp":"2026-01-01T00:00:00Z"}""", "2026-01-01T00:00:00")]
    public void Older_and_odder_forms_are_audit_events_too(string line, string second)
    {
        var reading = Reading.Of(line);
        Assert.Equal(EventKind.Audit, Assert.Single(reading.Kinds));
        Assert.StartsWith(second, Reading.Time(reading.Only));
    }

    [Theory]
    [InlineData("""{"kind":0}""")]
    [InlineData("""{"kind":"Event"}""")]
    [InlineData("""{"kind":"Policy","apiVersion":"audit.k8s.io/v1","rules":[]}""")]
    [InlineData("""{"eventSource":"eks.amazonaws.com","eventName":"X","requestParameters":{"requestURI":"/"}}""")]
    [InlineData("""{}""")]
    public void What_is_no_audit_event_is_other(string line) => Assert.Equal("0 1 0", Reading.Of(line).Tally);

    [Fact]
    public void An_event_list_counts_by_item()
    {
        var list = """{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"level":"Metadata","auditID":"1","stage":"RequestReceived"},{"level":"x"}]}""";
        var reading = Reading.Of(list);
        Assert.Equal("2 0 0", reading.Tally);
        Assert.Equal("""{"level":"Metadata","auditID":"1","stage":"RequestReceived"}""", Reading.Text(reading.Events[0].Raw));
        Assert.Equal("0 1 0", Reading.Of("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}""").Tally);
    }

    [Fact]
    public void A_core_event_object_is_kube_events()
    {
        var reading = Reading.Of("""{"kind":"Event","apiVersion":"v1","metadata":{"name":"a"},"involvedObject":{"kind":"Pod"},"reason":"Pulling","lastTimestamp":"2026-05-01T00:00:00Z","auditID":"fake"}""");
        Assert.Equal("kube:events", reading.Only.Sourcetype);
        Assert.StartsWith("2026-05-01T00:00:00", Reading.Time(reading.Only));
        reading = Reading.Of("""{"type":"ADDED","object":{"kind":"Event","metadata":{},"involvedObject":{}}}""" + "\n" + """{"type":"ADDED","object":{"kind":"Service","metadata":{}}}""");
        Assert.Equal(["kube:objects:events", "kube:object:service"], reading.Events.Select(e => e.Sourcetype));
        Assert.All(reading.Kinds, kind => Assert.Equal(EventKind.KubeEvent, kind));
    }

    [Theory]
    [InlineData("Sep 15 11:07:54 cp-1 kube-apiserver[17]: ")]
    [InlineData("2026-01-01T00:00:00.123Z stdout F ")]
    [InlineData("2026-01-01T00:00:00.123456789+02:00 stderr F ")]
    [InlineData("I0101 10:00:00.000000 1 audit.go:1] {not json} ")]
    [InlineData("\"msg\" ")]
    public void A_prefix_is_taken_off(string prefix)
    {
        var reading = Reading.Of(prefix + Samples.Audit + "\r\n");
        Assert.Equal(Samples.Audit, reading.Raw);
        Assert.Equal("2026-05-01T10:00:00.123456000Z", Reading.Time(reading.Only));
        Assert.Equal("1 0 0", reading.Tally);
    }

    [Fact]
    public void Parts_of_a_container_line_are_joined_per_stream()
    {
        var half = Samples.Audit.Length / 2;
        var cri = $"""
            2026-01-01T00:00:00.0000001Z stdout P {Samples.Audit[..half]}
            2026-01-01T00:00:00.0000002Z stderr F hello
            2026-01-01T00:00:00.0000003Z stdout F {Samples.Audit[half..]}
            2026-01-01T00:00:00.0000004Z stdout F tail
            """;
        var reading = Reading.Of(cri);
        Assert.Equal([EventKind.ContainerLog, EventKind.Audit, EventKind.ContainerLog], reading.Kinds);
        Assert.Equal(Samples.Audit, Reading.Text(reading.Events[1].Raw));

        var docker = $$"""
            {"log":{{Reading.Quoted(Samples.Audit[..half])}},"stream":"stdout","time":"2026-01-01T00:00:00.1Z"}
            {"log":"noise\n","stream":"stderr","time":"2026-01-01T00:00:00.2Z"}
            {"log":{{Reading.Quoted(Samples.Audit[half..] + "\n")}},"stream":"stdout","time":"2026-01-01T00:00:00.3Z"}
            {"log":"12:18:18.691725165: Warning Sensitive file (user=root)\n","stream":"stdout","time":"2026-01-01T12:18:18.9Z"}
            """;
        reading = Reading.Of(docker);
        Assert.Equal([EventKind.ContainerLog, EventKind.Audit, EventKind.Falco], reading.Kinds);
        Assert.Equal(Samples.Audit, Reading.Text(reading.Events[1].Raw));
        Assert.Equal("2026-01-01T12:18:18.691725165Z", Reading.Time(reading.Events[2]));
    }

    [Fact]
    public void A_cut_event_is_recovered_wherever_it_was_cut()
    {
        for (var length = Samples.Audit.IndexOf("\"stage\"", StringComparison.Ordinal) + 30; length < Samples.Audit.Length; length++)
        {
            var reading = Reading.Of(Samples.Audit[..length] + "[Truncated...]");
            Assert.Equal("1 0 0", reading.Tally);
            Assert.Equal(1, reading.Counts.Truncated);
            Assert.Equal("""{"truncated":"true"}""", reading.Extra);
            using var json = JsonDocument.Parse(reading.Only.Raw);
            Assert.Equal("a-1", json.RootElement.GetProperty("auditID").GetString());
        }
    }

    [Fact]
    public void A_cut_character_or_escape_is_left_out()
    {
        var head = Encoding.UTF8.GetBytes("""{"auditID":"a","stage":"b","userAgent":"x""");
        foreach (byte[] cut in new byte[][] { [0xE2, 0x82], [0xF0, 0x9F, 0x98], "\\"u8.ToArray(), "\\u00"u8.ToArray(), "\\\\"u8.ToArray(), "\u20AC"u8.ToArray() })
        {
            var reading = Reading.Of([.. head, .. cut, .. "[Truncated...]\n"u8]);
            using var json = JsonDocument.Parse(reading.Only.Raw);
            Assert.StartsWith("x", json.RootElement.GetProperty("userAgent").GetString());
        }
    }

    [Fact]
    public void A_half_written_line_without_the_marker_is_rejected()
    {
        var reading = Reading.Of(Samples.Audit + "\n" + Samples.Audit[..100]);
        Assert.Equal("1 0 1", reading.Tally);
        Assert.Equal(["in.log:2: not valid JSON: the text ends inside a string"], reading.Counts.Rejections);
    }

    [Fact]
    public void An_event_whose_bodies_the_server_dropped_is_marked()
    {
        var reading = Reading.Of(Samples.Audit[..^1] + ",\"annotations\":{\"audit.k8s.io/truncated\":\"true\"}}");
        Assert.Equal(1, reading.Counts.Truncated);
        Assert.Equal("""{"truncated":"true"}""", reading.Extra);
    }

    [Theory]
    [InlineData("2030-01-01T00:00:00Z")]
    [InlineData("2009-12-31T23:59:59Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void A_time_that_cannot_be_is_replaced_and_kept(string stamp)
    {
        var reading = Reading.Of($$"""{"auditID":"x","stage":"y","stageTimestamp":"{{stamp}}"}""");
        Assert.Equal("2026-06-01T12:00:00.000000000Z", Reading.Time(reading.Only));
        Assert.Contains("origin.time", reading.Extra);
    }

    [Theory]
    [InlineData("2026-05-01T10:00:00Z", "2026-05-01T10:00:00.000000000Z")]
    [InlineData("2026-05-01T10:00:00.1234567891Z", "2026-05-01T10:00:00.123456789Z")]
    [InlineData("2026-05-01 10:00:00,5", "2026-05-01T10:00:00.500000000Z")]
    [InlineData("2026-05-01T10:00:00+0130", "2026-05-01T08:30:00.000000000Z")]
    [InlineData("2024-02-29T23:59:60-00:30", "2024-03-01T00:30:00.000000000Z")]
    [InlineData("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000000Z")]
    public void Timestamps_are_read_to_the_nanosecond(string text, string expected)
    {
        Assert.True(Saker.Events.Timestamp.TryRead(Encoding.UTF8.GetBytes(text), out var time, out var length));
        Assert.Equal(text.Length - (text.Contains("891Z") ? 0 : 0), length);
        Assert.Equal(expected, Saker.Events.Timestamp.Format(time));
    }

    [Theory]
    [InlineData("2026-13-01T10:00:00Z")]
    [InlineData("2026-02-30T10:00:00Z")]
    [InlineData("2026-05-01T10:61:00Z")]
    [InlineData("2026-05-01")]
    [InlineData("")]
    public void What_is_no_timestamp_is_not_read(string text) => Assert.False(Saker.Events.Timestamp.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));
}
