using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class HecOtlpTests
{
    [Fact]
    public void What_hec_wraps_is_decoded_by_content_and_its_words_are_kept()
    {
        var body = $$$$"""{"time":1777630000.25,"host":"cp-1","source":"/var/log/audit.log","sourcetype":"kube:apiserver-audit","index":"k8s","event":{{{{Samples.Audit}}}},"fields":{"env":"dev","n":5}}"""
            + $$$$"""{"time":"1777630000","event":{{{{Reading.Quoted(Samples.Audit)}}}}} {"host":"n1","sourcetype":"kube:container:falco","event":{{{{Reading.Quoted(Samples.FalcoText)}}}}}"""
            + """{"event":"mylog","source":"app","sourcetype":"st","index":"idx","host":"unknown","fields":{"a":"b"}}""";
        var reading = Reading.Of(body);
        Assert.Equal([EventKind.Audit, EventKind.Audit, EventKind.Falco, EventKind.Log], reading.Kinds);
        var first = reading.Events[0];
        Assert.Equal((Samples.Audit, "kubernetes", "kubernetes", "_json", "cp-1"), (Reading.Text(first.Raw), first.Index, first.Source, first.Sourcetype, first.Host));
        Assert.Equal("""{"origin.source":"/var/log/audit.log","origin.sourcetype":"kube:apiserver-audit","env":"dev","n":5}""", Reading.Text(first.Extra));
        Assert.True(reading.Events[1].Extra.IsEmpty);
        Assert.Equal("n1", reading.Events[2].Host);
        var log = reading.Events[3];
        Assert.Equal(("mylog", "idx", "app", "st", "", """{"a":"b"}"""), (Reading.Text(log.Raw), log.Index, log.Source, log.Sourcetype, log.Host, Reading.Text(log.Extra)));
    }

    [Fact]
    public void A_blank_hec_event_is_rejected()
    {
        Assert.Equal("0 0 2", Reading.Of("""{"event":"","host":"x"}{"event":null}""").Tally);
        Assert.Equal("3 0 0", Reading.Of("""{"event":5}{"event":[1]}{"event":true,"time":"x"}""").Tally);
    }

    [Fact]
    public void Hec_metrics_give_an_event_a_measure()
    {
        var reading = Reading.Of("""
            {"time":1777630000.5,"host":"n1","event":"metric","fields":{"metric_name:process.cpu.utilization":0.031,"metric_name:process.memory.usage":"1064960","metric_type":"Gauge","process.pid":95041,"state":"user"}}
            {"time":1777630000,"host":"unknown","event":"metric","fields":{"metric_name":"process.cpu.utilization","_value":" 1e-3 ","host.name":"n2","metric_name:bad":"NaN"}}
            """, new IngestOptions { Cluster = "prod" });
        Assert.Equal("3 1 0", reading.Tally);
        Assert.All(reading.Events, e => Assert.True(e.IsMetric && e.Index == "kubernetes_metrics" && e.Cluster == "prod"));
        Assert.Equal("""{"metric_name":"process.cpu.utilization","_value":0.031,"metric_type":"Gauge","process.pid":"95041","state":"user","host.name":"n1","k8s.node.name":"n1","k8s.cluster.name":"prod"}""", Reading.Text(reading.Events[0].Raw));
        Assert.Contains("\"_value\":1064960,", Reading.Text(reading.Events[1].Raw));
        Assert.StartsWith("""{"metric_name":"process.cpu.utilization","_value":1e-3,"host.name":"n2","k8s.node.name":"n2",""", Reading.Text(reading.Events[2].Raw));
        Assert.Equal("2026-05-01T10:06:40.500000000Z", Reading.Time(reading.Events[0]));
    }

    [Fact]
    public void Otlp_metrics_of_every_type_are_read()
    {
        var text = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"process.pid","value":{"intValue":"95041"}},{"key":"host.name","value":{"stringValue":"n1"}},{"key":"k8s.cluster.name","value":{"stringValue":"c1"}}]},"scopeMetrics":[{"metrics":[
             {"name":"g","gauge":{"dataPoints":[{"asDouble":0.5,"timeUnixNano":"1777630000000000001","attributes":[{"key":"state","value":{"stringValue":"user"}}]},{"asDouble":"NaN"},{"flags":1}]}},
             {"name":"s","sum":{"dataPoints":[{"asInt":"9007199254740993","timeUnixNano":"1777630000000000001"}]}},
             {"name":"h","histogram":{"dataPoints":[{"count":"2","sum":5.5,"bucketCounts":["1","1"],"explicitBounds":[1]}]}},
             {"name":"e","exponentialHistogram":{"dataPoints":[{"count":"3"}]}},
             {"name":"q","summary":{"dataPoints":[{"count":"4","sum":8,"quantileValues":[{"quantile":0.5,"value":2}]}]}},
             {"name":"none","gauge":{"dataPoints":[]}}]}]}]}
            """;
        var reading = Reading.Of(text);
        Assert.Equal("8 3 0", reading.Tally);
        Assert.Equal(
            ["g 0.5", "s 9007199254740993", "h_sum 5.5", "h_count 2", "e_count 3", "q_sum 8", "q_count 4", "q_0.5 2"],
            reading.Events.Select(e =>
            {
                using var json = System.Text.Json.JsonDocument.Parse(e.Raw);
                return $"{json.RootElement.GetProperty("metric_name")} {json.RootElement.GetProperty("_value").GetRawText()}";
            }));
        Assert.Equal("""{"metric_name":"g","_value":0.5,"process.pid":"95041","host.name":"n1","k8s.cluster.name":"c1","state":"user","k8s.node.name":"n1"}""", Reading.Text(reading.Events[0].Raw));
        Assert.Equal(("2026-05-01T10:06:40.000000001Z", "c1", "n1"), (Reading.Time(reading.Events[0]), reading.Events[0].Cluster, reading.Events[0].Host));
    }

    [Fact]
    public void Otlp_log_bodies_are_decoded_by_content()
    {
        var text = $$$$"""
            {"resourceLogs":[{"resource":{"attributes":[{"key":"com.splunk.sourcetype","value":{"stringValue":"kube:apiserver-audit"}},{"key":"com.splunk.index","value":{"stringValue":"k8s"}},{"key":"host.name","value":{"stringValue":"cp"}},{"key":"k8s.cluster.name","value":{"stringValue":"c1"}}]},
             "scopeLogs":[{"logRecords":[
              {"timeUnixNano":"1777630000000000001","body":{"stringValue":{{{{Reading.Quoted(Samples.Audit)}}}}},"attributes":[{"key":"log.iostream","value":{"stringValue":"stdout"}}]},
              {"observedTimeUnixNano":"1777630000000000002","timeUnixNano":"0","body":{"kvlistValue":{"values":[{"key":"type","value":{"stringValue":"ADDED"}},{"key":"n","value":{"intValue":"5"}},{"key":"l","value":{"arrayValue":{"values":[{"boolValue":true},{}]}}}]}}},
              {"body":{"stringValue":"plain"}},{}]}]}]}
            """;
        var reading = Reading.Of(text);
        Assert.Equal("3 1 0", reading.Tally);
        Assert.Equal((Samples.Audit, """{"origin.sourcetype":"kube:apiserver-audit","k8s.cluster.name":"c1","log.iostream":"stdout"}"""), (Reading.Text(reading.Events[0].Raw), Reading.Text(reading.Events[0].Extra)));
        Assert.Equal(("c1", "cp", "kubernetes"), (reading.Events[0].Cluster, reading.Events[0].Host, reading.Events[0].Index));
        Assert.Equal("""{"type":"ADDED","n":5,"l":[true,null]}""", Reading.Text(reading.Events[1].Raw));
        Assert.Equal("2026-05-01T10:06:40.000000002Z", Reading.Time(reading.Events[1]));
        Assert.Equal(("plain", "k8s", "kube:apiserver-audit"), (Reading.Text(reading.Events[2].Raw), reading.Events[2].Index, reading.Events[2].Sourcetype));
    }
}
