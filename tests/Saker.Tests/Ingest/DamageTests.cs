using System.Text;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

/// <summary>Whatever bytes come, nothing throws and every item is counted once.</summary>
public sealed class DamageTests
{
    private static readonly string[] Whole =
    [
        Samples.Audit,
        Samples.Audit + "\n" + Samples.Audit + "\n{\n \"a\": [1,\n {\"b\": null}]\n}\n[" + Samples.Audit + ",{}]\n",
        Samples.FalcoText + "\n" + Samples.FalcoJson("""{"proc.name":"sh","container.image":"a:1","user.name":null}"""),
        """{"time":1777630000,"host":"n1","event":"metric","fields":{"metric_name:a":0.5,"metric_name":"b","_value":"7"}}{"event":{"kind":"Secret","data":{"token":"x"}}}""",
        """{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":{"intValue":"1"}}]},"scopeMetrics":[{"metrics":[{"name":"g","gauge":{"dataPoints":[{"asDouble":1}]}},{"name":"h","histogram":{"dataPoints":[{"count":"1","sum":2}]}}]}]}]}""",
        """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"stringValue":"x"}]}}}]}}},{"body":{"stringValue":"{}"}}]}]}]}""",
        """{"records":[{"time":"2026-05-01T10:00:01Z","category":"kube-audit","resourceId":"/A/B","properties":{"log":""" + Reading.Quoted(Samples.Audit) + "}}]}",
        """{"messageType":"DATA_MESSAGE","logGroup":"/aws/eks/a/cluster","logEvents":[{"timestamp":1,"message":""" + Reading.Quoted(Samples.Audit[..200] + "[Truncated...]") + "}]}",
        """{"insertId":"i","protoPayload":{"methodName":"io.k8s.core.v1.pods.create","resourceName":"core/v1/namespaces/a/pods/b","serviceName":"k8s.io","status":{"code":7}},"resource":{"labels":{"cluster_name":"c"}}}""",
        """{"awslogs":{"data":"H4sIAAAAAAAAA6tWKkktLlGyUlAqS8wpTtVRKkpNLMnPU7JSqgUAo3mqxRsAAAA="}}""",
        "2026-01-01T00:00:00.0Z stdout P {\"kind\":\n2026-01-01T00:00:00.0Z stdout F 1}\nSep 15 11:07:54 h p[1]: {\"auditID\":1,\"stage\":2}\n",
        """{"auditID":"a","stage":"b","requestURI":"/?token=x\u0026y","objectRef":{"resource":"secrets"},"requestObject":[{"op":"add","path":"/data","value":{"a":"b"}}],"responseObject":{"kind":"SecretList","items":[{"data":{"\u0061":"b"}}]}}""",
    ];

    [Fact]
    public void Damaged_text_is_counted_and_never_throws()
    {
        var random = new Random(20260601);
        for (var round = 0; round < 12_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Whole[random.Next(Whole.Length)]);
            Damage(bytes, random);
            var length = random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length;
            var reading = Reading.Of(bytes[..length], new IngestOptions { LargestRecordBytes = 1 << 16 });
            Assert.Equal(reading.Counts.Read, reading.Events.Count + reading.Others.Count + reading.Counts.Rejected);
            Assert.All(reading.Events, Sound);
        }
    }

    /// <summary>What is handed on as JSON is JSON, except wrapped text that starts with a brace.</summary>
    private static void Sound(Saker.Spl.Execution.Event e)
    {
        var scan = new JsonObjectScan();
        Assert.False(e.Raw.IsEmpty);
        Assert.True(e.Extra.IsEmpty || (scan.Scan(e.Extra) && scan.End == e.Extra.Length), Reading.Text(e.Extra));
        Assert.True(!e.IsJson || e.Sourcetype == "text" || (scan.Scan(e.Raw) && scan.End == e.Raw.Length), Reading.Text(e.Raw));
    }

    private static void Damage(byte[] bytes, Random random)
    {
        for (var hits = random.Next(1, 8); hits > 0; hits--)
        {
            var at = random.Next(bytes.Length);
            bytes[at] = random.Next(4) switch
            {
                0 => (byte)random.Next(256),
                1 => "{}[]\",:\\\n "u8[random.Next(10)],
                2 => bytes[random.Next(bytes.Length)],
                _ => 0,
            };
        }
    }
}
