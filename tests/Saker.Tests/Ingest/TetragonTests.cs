using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class TetragonTests
{
    private const string Exec = """
        {"process_exec":{"process":{"exec_id":"bjE6MTox","pid":4711,"uid":1000,"cwd":"/app","binary":"/usr/bin/curl","arguments":"-k https://203.0.113.9","start_time":"2026-05-01T10:00:00.000000001Z","pod":{"namespace":"shop","name":"web-1","container":{"id":"containerd://0f","name":"web","image":{"id":"sha256:0f","name":"docker.io/library/nginx:1.27"}}}},"parent":{"pid":4700,"binary":"/bin/sh","arguments":"-c x"}},"node_name":"node1","time":"2026-05-01T10:00:00.000000002Z","cluster_name":"prod"}
        """;

    [Fact]
    public void A_started_process_has_the_names_and_fields_of_the_add_on()
    {
        var reading = Reading.Of(Exec);

        Assert.Equal("1 0 0", reading.Tally);
        Assert.Equal([EventKind.Tetragon], reading.Kinds);
        Assert.Equal(("kubernetes", "cisco:isovalent:processExec", "in.log", "node1", "prod"), (reading.Only.Index, reading.Only.Sourcetype, reading.Only.Source, reading.Only.Host, reading.Only.Cluster));
        Assert.Equal("2026-05-01T10:00:00.000000002Z", Reading.Time(reading.Only));
        Assert.Equal(
            """{"process_name":"curl","process_exec":"curl","process_path":"/usr/bin/curl","process":"/usr/bin/curl -k https://203.0.113.9","process_id":"4711","process_current_directory":"/app","user_id":"1000","parent_process_name":"sh","parent_process_exec":"sh","parent_process_path":"/bin/sh","parent_process":"/bin/sh -c x","parent_process_id":"4700","pod_name":"web-1","pod_namespace":"shop","pod_image_name":"docker.io/library/nginx:1.27","container_id":"containerd://0f","container_name":"web","vendor_product":"Isovalent Tetragon"}""",
            reading.Extra);
    }

    [Fact]
    public void What_Tetragon_did_not_see_is_unknown_and_does_not_hide_the_row()
    {
        var reading = Reading.Of("""{"process_exec":{"process":{"binary":"/bin/sh","pid":1},"parent":null},"node_name":"node1","time":"2026-05-01T10:00:00Z"}""");

        Assert.Contains("\"parent_process_name\":\"unknown\"", reading.Extra, StringComparison.Ordinal);
        Assert.Contains("\"cluster_name\":\"unknown\"", reading.Extra, StringComparison.Ordinal);
        Assert.DoesNotContain("pod_name", reading.Extra, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"process_connect":{"process":{"binary":"/usr/bin/curl"},"source_ip":"10.0.0.7","source_port":40000,"destination_ip":"169.254.169.254","destination_port":80,"protocol":"TCP"},"node_name":"n","time":"2026-05-01T10:00:00Z"}""", "cisco:isovalent:processConnect")]
    [InlineData("""{"process_kprobe":{"process":{"binary":"/usr/bin/curl"},"function_name":"tcp_connect","args":[{"sock_arg":{"protocol":"IPPROTO_TCP","saddr":"10.0.0.7","sport":40000,"daddr":"169.254.169.254","dport":80}}]},"node_name":"n","time":"2026-05-01T10:00:00Z"}""", "cisco:isovalent")]
    public void A_connection_has_its_ends(string json, string sourcetype)
    {
        var reading = Reading.Of(json);

        Assert.Equal(sourcetype, reading.Only.Sourcetype);
        Assert.Contains("""
            "src_ip":"10.0.0.7","src":"10.0.0.7","src_port":"40000","dest_ip":"169.254.169.254","dest":"169.254.169.254","dest_port":"80","transport":"tcp"
            """.Trim(), reading.Extra, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"process_exec":{"process":"sh"},"time":"2026-05-01T10:00:00Z"}""")]
    [InlineData("""{"process_exec":{"process":{"binary":"/bin/sh"}}}""")]
    public void What_only_looks_like_it_is_of_no_kind_we_know(string json) => Assert.Equal([EventKind.Other], Reading.Of(json).Kinds);
}
