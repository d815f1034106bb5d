using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Saker.Ingest;
using Saker.Ingest.Otlp.Proto;
using Saker.Spl.Execution;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed partial class OtlpProtobufTests
{
    private static readonly string LogsJson = $$$$"""
        {"resourceLogs":[{"resource":{"attributes":[{"key":"com.splunk.sourcetype","value":{"stringValue":"kube:apiserver-audit"}},{"key":"com.splunk.index","value":{"stringValue":"k8s"}},{"key":"host.name","value":{"stringValue":"cp"}},{"key":"k8s.cluster.name","value":{"stringValue":"c1"}},{"key":"twice","value":{"stringValue":"a"}},{"key":"twice","value":{"intValue":"5"}}]},
         "scopeLogs":[{"logRecords":[
          {"timeUnixNano":"1777630000000000001","body":{"stringValue":{{{{Reading.Quoted(Samples.Audit)}}}}},"attributes":[{"key":"log.iostream","value":{"stringValue":"stdout"}},{"key":"b","value":{"bytesValue":"AAEC/w=="}},{"key":"none"}]},
          {"observedTimeUnixNano":"1777630000000000002","body":{"kvlistValue":{"values":[{"key":"type","value":{"stringValue":"ADDED"}},{"key":"n","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":0.25}},{"key":"nan","value":{"doubleValue":"NaN"}},{"key":"l","value":{"arrayValue":{"values":[{"boolValue":true},{}]}}}]}}},
          {"timeUnixNano":"1","body":{"stringValue":"1970"}},{"timeUnixNano":"18446744073709551615","body":{"stringValue":"plain \"quoted\" ünï\u0001"}},{}]},{"logRecords":[{"body":{"bytesValue":"aGk="}}]}]},
         {"scopeLogs":[{"logRecords":[{"body":{"stringValue":{{{{Reading.Quoted(Samples.FalcoText)}}}}}}]}]},{"resource":{}}]}
        """;

    private const string MetricsJson = """
        {"resourceMetrics":[{"resource":{"attributes":[{"key":"process.pid","value":{"intValue":"95041"}},{"key":"host.name","value":{"stringValue":"n1"}},{"key":"k8s.cluster.name","value":{"stringValue":"c1"}}]},"scopeMetrics":[{"metrics":[
         {"name":"g","gauge":{"dataPoints":[{"asDouble":0.5,"timeUnixNano":"1777630000000000001","attributes":[{"key":"state","value":{"stringValue":"user"}},{"key":"process.pid","value":{"intValue":"1"}}]},{"asDouble":"NaN"},{"asDouble":"Infinity"},{"flags":1},{"asDouble":0,"flags":1},{"asDouble":0}]}},
         {"name":"s","sum":{"dataPoints":[{"asInt":"9007199254740993","timeUnixNano":"1777630000000000001"}]}},
         {"name":"h","histogram":{"dataPoints":[{"count":"2","sum":5.5,"bucketCounts":["1","1"],"explicitBounds":[1]},{}]}},
         {"name":"e","exponentialHistogram":{"dataPoints":[{"count":"3"}]}},
         {"name":"q","summary":{"dataPoints":[{"count":"4","sum":8,"quantileValues":[{"quantile":0.5,"value":2},{"value":1},{"quantile":1}]}]}},
         {"name":"none","gauge":{"dataPoints":[]}},{"name":"nothing"}]}]},{"scopeMetrics":[{"metrics":[{"name":"bare","gauge":{"dataPoints":[{"asInt":"1"}]}}]}]}]}
        """;

    [Fact]
    public void Logs_as_protobuf_give_the_events_of_their_json() => AssertSame(Reading.Of(LogsJson), Logs(OtlpMessages.Logs(LogsJson)));

    [Fact]
    public void Metrics_as_protobuf_give_the_events_of_their_json() => AssertSame(Reading.Of(MetricsJson), Metrics(OtlpMessages.Metrics(MetricsJson)));

    [Theory]
    [InlineData("otel_contrib/hostmetricsreceiver__expected_process.otlp.json")]
    [InlineData("otel_contrib/hostmetricsreceiver__expected_process_separate_proc.otlp.json")]
    [InlineData("otel_contrib/signalfxexporter__hostmetrics.otlp.json")]
    [InlineData("otel_contrib/k8sobjectsreceiver__watch_events.otlp.json")]
    [InlineData("otel_contrib/k8sobjectsreceiver__watch_events_core.otlp.json")]
    [InlineData("splunk_otel_chart/expected_k8sevents.otlp.json")]
    [InlineData("splunk_otel_chart/expected_k8s_objects.otlp.json")]
    public void What_collectors_sent_gives_the_same_events_in_both_forms(string path)
    {
        var json = File.ReadAllText(Repository.SharedData(path.Split('/')));
        var isMetrics = json.Contains("resourceMetrics", StringComparison.Ordinal);
        var reading = isMetrics ? Metrics(OtlpMessages.Metrics(json)) : Logs(OtlpMessages.Logs(json));
        Assert.NotEmpty(reading.Events);
        AssertSame(Reading.Of(json), reading);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_mended_not_refused()
    {
        var reading = Logs(OneRecord(new AnyValue { StringValue = ByteString.CopyFrom(0x61, 0xFF, 0x62) }).ToByteArray());
        Assert.Equal("a\uFFFDb", reading.Raw);
    }

    [Fact]
    public void Fields_that_are_not_read_are_skipped()
    {
        // A trace id (9), a severity (2), a later version's field (500) and a scope (1).
        byte[] record = [0x4A, 2, 1, 2, 0x10, 9, 0xA2, 0x1F, 3, 1, 2, 3, 0x2A, 4, 0x0A, 2, (byte)'h', (byte)'i'];
        byte[] scope = [0x0A, 3, 0x0A, 1, (byte)'s', 0x12, (byte)record.Length, .. record];
        byte[] resource = [0x12, (byte)scope.Length, .. scope, 0x1A, 1, (byte)'u'];
        Assert.Equal("hi", Logs([0x0A, (byte)resource.Length, .. resource]).Raw);
    }

    [Theory]
    [InlineData("0A", "a number does not end")]
    [InlineData("0A05", "it ends inside a field")]
    [InlineData("0AFFFFFFFF7F", "it ends inside a field")]
    [InlineData("0AFFFFFFFFFFFFFFFFFFFF01", "a number does not end")]
    [InlineData("0B", "wire type 3")]
    [InlineData("0F", "wire type 7")]
    [InlineData("09", "it ends inside a field")]
    [InlineData("0000", "invalid tag")]
    [InlineData("7B7D", "wire type 3")]
    public void Bytes_that_are_no_message_are_refused_with_the_reason(string hex, string reason)
    {
        var broken = Assert.Throws<WireException>(() => Logs(Convert.FromHexString(hex)));
        Assert.Contains(reason, broken.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(broken.IsTooLarge);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var value = new AnyValue { BoolValue = true };
        for (var depth = 0; depth < 60; depth++)
        {
            value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } };
        }

        Assert.Throws<WireException>(() => Logs(OneRecord(value).ToByteArray()));
    }

    [Fact]
    public void A_million_empty_messages_are_refused_before_they_fill_the_memory()
    {
        var records = new byte[2 * (Wire.MostMessages + 1)];
        for (var i = 0; i < records.Length; i += 2)
        {
            records[i] = 0x12;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<WireException>(() => Logs(Nested(Nested(records, 0x12), 0x0A)));
        Assert.True(refused.IsTooLarge);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000);
    }

    [Fact]
    public void A_point_with_very_many_dimensions_is_rejected_and_the_others_are_kept()
    {
        var wide = new NumberDataPoint { AsDouble = 1 };
        for (var i = 0; i < 100_000; i++)
        {
            wide.Attributes.Add(new KeyValue { Key = ByteString.CopyFromUtf8("k" + i), Value = new AnyValue { IntValue = i } });
        }

        var metric = new Metric { Name = ByteString.CopyFromUtf8("m"), Gauge = new NumberPoints { DataPoints = { wide, new NumberDataPoint { AsInt = 2 } } } };
        var reading = Metrics(new MetricsRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { metric } } } } } }.ToByteArray());
        Assert.Equal("1 0 1", reading.Tally);
        Assert.Equal("in.log:1: a data point with more than 1,024 dimensions", Assert.Single(reading.Counts.Rejections));
    }

    [Fact]
    public void An_empty_request_is_sound()
    {
        Assert.Equal("0 1 0", Logs([]).Tally);
        Assert.Equal("0 1 0", Metrics([]).Tally);
    }

    [Fact]
    public void Large_requests_are_decoded_in_pieces_with_their_resource()
    {
        var scope = new ScopeLogs();
        for (var i = 0; i < 3_000; i++)
        {
            scope.LogRecords.Add(new LogRecord { Body = new AnyValue { StringValue = ByteString.CopyFromUtf8(i + new string('x', 1_000)) } });
        }

        var resource = new Resource { Attributes = { new KeyValue { Key = ByteString.CopyFromUtf8("host.name"), Value = new AnyValue { StringValue = ByteString.CopyFromUtf8("n1") } } } };
        var reading = Logs(new LogsRequest { ResourceLogs = { new ResourceLogs { Resource = resource, ScopeLogs = { scope } } } }.ToByteArray());
        Assert.Equal("3000 0 0", reading.Tally);
        Assert.All(reading.Events, e => Assert.Equal("n1", e.Host));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_messages_are_refused_or_read_and_never_crash(int seed)
    {
        var random = new Random(seed);
        byte[][] sound = [OtlpMessages.Logs(LogsJson), OtlpMessages.Metrics(MetricsJson)];
        var refused = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Damage(sound[round % 2], random);
            try
            {
                var reading = round % 2 == 0 ? Logs(bytes) : Metrics(bytes);
                Assert.Equal(reading.Counts.Read, reading.Events.Count + reading.Others.Count + reading.Counts.Rejected);
            }
            catch (WireException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 300, 2_900);
    }

    internal static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = sound.ToArray();
        for (var hits = random.Next(1, 4); hits > 0; hits--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes = [.. bytes[..at], .. bytes[random.Next(at + 1)..]];
                    break;
            }

            if (bytes.Length == 0)
            {
                return bytes;
            }
        }

        return bytes;
    }

    private static byte[] Nested(byte[] message, byte tag)
    {
        using var to = new MemoryStream();
        using (var coded = new CodedOutputStream(to, leaveOpen: true))
        {
            coded.WriteRawTag(tag);
            coded.WriteLength(message.Length);
        }

        return [.. to.ToArray(), .. message];
    }

    private static LogsRequest OneRecord(AnyValue body) =>
        new() { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord { Body = body } } } } } } };

    private static Reading Logs(byte[] message) =>
        Reading.By((decoder, place, sink) => OtlpProtobuf.DecodeLogs(message, place, decoder, sink, Wrapping.None));

    private static Reading Metrics(byte[] message) =>
        Reading.By((decoder, place, sink) => OtlpProtobuf.DecodeMetrics(message, place, decoder, sink, Wrapping.None));

    private static void AssertSame(Reading expected, Reading actual)
    {
        Assert.Equal(expected.Tally, actual.Tally);
        Assert.Equal(expected.Others, actual.Others);
        Assert.Equal(expected.Kinds, actual.Kinds);
        Assert.Equal(expected.Events.Select(Print), actual.Events.Select(Print));
    }

    private static string Print(Event e) =>
        string.Join(' ', e.TimeNanoseconds, e.Index, e.Source, e.Sourcetype, e.Host, e.Cluster, e.IsMetric, Numbers(e.Raw), Numbers(e.Extra));

    /// <summary>The forms may write the same number in two ways: 1e-3 and 0.001.</summary>
    private static string Numbers(ReadOnlyMemory<byte> json) =>
        Number().Replace(Encoding.UTF8.GetString(json.Span), match => double.Parse(match.Value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"(?<=[:\[,])-?\d+(\.\d+)?([eE][-+]?\d+)?(?=[,}\]])")]
    private static partial Regex Number();
}
