using Google.Protobuf;
using Saker.Ingest;
using Saker.Ingest.SignalFx.Proto;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class SignalFxTests
{
    private const string Json = """
        {"gauge":[{"metric":"process.cpu.utilization","value":0.031,"timestamp":1777630000500,"dimensions":{"host.name":"n1","process.pid":"95041","process.executable.name":"bash","state":"user"}},
                  {"metric":"bad","value":"text"},{"metric":"late","value":1,"timestamp":0},{"value":1}],
         "cumulative_counter":[{"metric":"process.disk.io","value":9007199254740993,"timestamp":1777630000500,"dimensions":{"host.name":"n1"}}],"counter":[]}
        """;

    [Fact]
    public void Data_points_become_metric_events()
    {
        var reading = Reading.Of(Json, new IngestOptions { Cluster = "prod" });
        Assert.Equal("3 1 1", reading.Tally);
        Assert.Equal(
            """{"metric_name":"process.cpu.utilization","_value":0.031,"host.name":"n1","process.pid":"95041","process.executable.name":"bash","state":"user","k8s.node.name":"n1","k8s.cluster.name":"prod"}""",
            Reading.Text(reading.Events[0].Raw));
        Assert.Equal(("kubernetes_metrics", "n1", "prod", true), (reading.Events[0].Index, reading.Events[0].Host, reading.Events[0].Cluster, reading.Events[0].IsMetric));
        Assert.Equal("2026-05-01T10:06:40.500000000Z", Reading.Time(reading.Events[0]));
        Assert.Equal("2026-06-01T12:00:00.000000000Z", Reading.Time(reading.Events[1]));
        Assert.Contains("\"_value\":9007199254740993,", Reading.Text(reading.Events[2].Raw));
    }

    [Fact]
    public void Protobuf_gives_the_events_of_the_json()
    {
        var upload = new DataPointUploadMessage
        {
            Datapoints =
            {
                Point("process.cpu.utilization", new Datum { DoubleValue = 0.031 }, 1777630000500, "host.name", "n1", "process.pid", "95041", "process.executable.name", "bash", "state", "user"),
                Point("bad", new Datum { StrValue = ByteString.CopyFromUtf8("text") }, 0),
                Point("late", new Datum { IntValue = 1 }, 0),
                new DataPoint { Value = new Datum { IntValue = 1 } },
                Point("process.disk.io", new Datum { IntValue = 9007199254740993 }, 1777630000500, "host.name", "n1"),
            },
        };
        var expected = Reading.Of(Json);
        var actual = Read(upload.ToByteArray());
        Assert.Equal(expected.Tally, actual.Tally);
        Assert.Equal(expected.Events.Select(e => (Reading.Text(e.Raw), e.TimeNanoseconds, e.Host)), actual.Events.Select(e => (Reading.Text(e.Raw), e.TimeNanoseconds, e.Host)));
    }

    [Fact]
    public void Points_of_no_finite_number_are_counted_and_not_kept()
    {
        var upload = new DataPointUploadMessage
        {
            Datapoints = { Point("a", new Datum { DoubleValue = double.NaN }, 0), Point("b", new Datum { DoubleValue = double.NegativeInfinity }, 0), Point("c", null, 0) },
        };
        Assert.Equal("0 3 0", Read(upload.ToByteArray()).Tally);
        Assert.Equal("0 1 0", Read([]).Tally);
    }

    [Fact]
    public void Damaged_messages_are_refused_or_read_and_never_crash()
    {
        var random = new Random(7);
        var sound = new DataPointUploadMessage { Datapoints = { Enumerable.Range(0, 20).Select(i => Point("m" + i, new Datum { DoubleValue = i }, i, "k", "v")) } }.ToByteArray();
        for (var round = 0; round < 3_000; round++)
        {
            try
            {
                var reading = Read(OtlpProtobufTests.Damage(sound, random));
                Assert.Equal(reading.Counts.Read, reading.Events.Count + reading.Others.Count + reading.Counts.Rejected);
            }
            catch (WireException broken)
            {
                Assert.NotEmpty(broken.Message);
            }
        }
    }

    private static DataPoint Point(string metric, Datum? value, long time, params string[] dimensions)
    {
        var point = new DataPoint { Metric = ByteString.CopyFromUtf8(metric), Timestamp = time };
        if (value is not null)
        {
            point.Value = value;
        }

        for (var i = 0; i < dimensions.Length; i += 2)
        {
            point.Dimensions.Add(new Dimension { Key = ByteString.CopyFromUtf8(dimensions[i]), Value = ByteString.CopyFromUtf8(dimensions[i + 1]) });
        }

        return point;
    }

    private static Reading Read(byte[] message) =>
        Reading.By((decoder, place, sink) => SignalFxProtobuf.Decode(message, place, decoder, sink, Wrapping.None));
}
