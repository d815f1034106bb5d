using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Saker.Content;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Cli.Sending.Canaries;

/// <summary>One way into a server, and what goes that way with a mark in it: an event of the kind that comes so, which no detection but the canary's own takes for anything.</summary>
/// <param name="Name">As people choose it, and as the mark ends.</param>
/// <param name="Path">Where it is posted; empty for files.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="BodyOf">The body, of a mark and the time.</param>
internal sealed record CanaryWay(string Name, string Path, string ContentType, Func<string, DateTimeOffset, byte[]> BodyOf)
{
    public const string File = "file";
    public const string Grpc = "grpc";
    private const string Json = "application/json";

    public static IReadOnlyList<CanaryWay> All { get; } =
    [
        new("hec", "services/collector", Json, (mark, now) => Object(json =>
        {
            json.WriteNumber("time", now.ToUnixTimeMilliseconds() / 1000m);
            json.WriteString("sourcetype", "saker:canary");
            json.WriteString("event", Text(mark));
        })),
        new("audit", "audit/" + Canary.Source, Json, (mark, now) => Object(json =>
        {
            json.WriteString("kind", "EventList");
            json.WriteString("apiVersion", "audit.k8s.io/v1");
            json.WriteStartArray("items");
            WriteAudit(json, mark, now);
            json.WriteEndArray();
        })),
        new("falco", "falco", Json, (mark, now) => Object(json =>
        {
            json.WriteString("output", Text(mark));
            json.WriteString("priority", "Debug");
            json.WriteString("rule", "Saker Canary");
            json.WriteString("source", "saker");
            json.WriteString("time", Stamp(now));
            json.WriteStartObject("output_fields");
            json.WriteString("saker.canary", mark);
            json.WriteEndObject();
        })),
        new("otlp", "v1/logs", "application/x-protobuf", (mark, now) => Logs(mark, now).ToByteArray()),
        new(Grpc, "opentelemetry.proto.collector.logs.v1.LogsService/Export", "application/grpc", (mark, now) => Framed(Logs(mark, now).ToByteArray())),
        new(File, "", "", (mark, now) => [.. Line(mark, now), (byte)'\n']),
    ];

    private static string Text(string mark) => $"{mark} is a test of saker's own. Nothing has happened.";

    private static string Stamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static byte[] Object(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>A line of an audit log.</summary>
    private static byte[] Line(string mark, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            WriteAudit(json, mark, now);
        }

        return stream.ToArray();
    }

    /// <summary>A request that every API server answers all day.</summary>
    private static void WriteAudit(Utf8JsonWriter json, string mark, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("kind", "Event");
        json.WriteString("apiVersion", "audit.k8s.io/v1");
        json.WriteString("level", "Metadata");
        json.WriteString("auditID", Guid.NewGuid().ToString());
        json.WriteString("stage", "ResponseComplete");
        json.WriteString("requestURI", "/livez");
        json.WriteString("verb", "get");
        json.WriteStartObject("user");
        json.WriteString("username", Canary.Source);
        json.WriteEndObject();
        json.WriteString("userAgent", mark);
        json.WriteStartObject("responseStatus");
        json.WriteNumber("code", 200);
        json.WriteEndObject();
        json.WriteString("requestReceivedTimestamp", Stamp(now));
        json.WriteString("stageTimestamp", Stamp(now));
        json.WriteEndObject();
    }

    private static LogsRequest Logs(string mark, DateTimeOffset now) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord { TimeUnixNano = (ulong)now.ToUnixTimeMilliseconds() * 1_000_000, Body = new AnyValue { StringValue = ByteString.CopyFromUtf8(Text(mark)) } } } } },
            },
        },
    };

    /// <summary>As gRPC sends a message: not compressed, its length before it.</summary>
    private static byte[] Framed(byte[] message)
    {
        var framed = new byte[message.Length + 5];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }
}
