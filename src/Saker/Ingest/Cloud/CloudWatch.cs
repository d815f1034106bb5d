using System.Buffers.Text;

namespace Saker.Ingest;

/// <summary>
/// CloudWatch Logs, which carries EKS's audit log, in the forms it leaves AWS: the subscription document
/// <c>{"messageType":"DATA_MESSAGE","logGroup":"/aws/eks/prod/cluster","logStream":"kube-apiserver-audit-…","logEvents":[{"timestamp":1700000000000,"message":"{…}"}]}</c>,
/// gzip and base64 of it for Lambda (<c>{"awslogs":{"data":"H4sI…"}}</c>), Firehose and Kinesis, and what its query tools print
/// (<c>{"events":[{"message":…}]}</c>, <c>{"@message":…}</c>, <c>{"results":[[{"field":"@message","value":…}]]}</c>).
/// </summary>
internal static class CloudWatch
{
    public static bool Recognise(JsonObjectScan scan) =>
        (scan["messageType"u8].Exists && (scan["logEvents"u8].Exists || scan["logGroup"u8].Exists))
        || scan["awslogs"u8]["data"u8].IsString
        || scan["results"u8].IsArray && IsQueryResult(scan["results"u8])
        || scan["@message"u8].Exists
        || IsLogEvents(scan["events"u8]);

    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        if (scan["awslogs"u8]["data"u8] is { IsString: true } packed)
        {
            Unpack(decoder, packed, wrapping);
        }
        else if (scan["messageType"u8].Exists)
        {
            Subscription(decoder, scan, wrapping);
        }
        else if (scan["results"u8].IsArray)
        {
            QueryResults(decoder, scan["results"u8], wrapping);
        }
        else if (scan["@message"u8].Exists)
        {
            Message(decoder, scan["@message"u8], scan["@timestamp"u8], scan["@log"u8], wrapping);
        }
        else
        {
            foreach (var each in scan["events"u8].Elements)
            {
                Message(decoder, each["message"u8], each["timestamp"u8], each["logGroupName"u8], wrapping);
            }
        }
    }

    /// <summary>The base64 payload of a Firehose (<c>data</c>) or Kinesis (<c>kinesis.data</c>) record.</summary>
    public static JsonValue PackedData(JsonValue record)
    {
        var kinesis = record["kinesis"u8]["data"u8];
        var data = kinesis.IsString ? kinesis : record["category"u8].Exists || record["properties"u8].Exists ? default : record["data"u8];
        return data.IsString ? data : default;
    }

    /// <summary>Decodes base64, then gzip where it is one, then what is inside: one or more documents in a row, or text.</summary>
    public static void Unpack(RecordDecoder decoder, JsonValue packed, Wrapping wrapping)
    {
        var text = decoder.TextOf(packed, wrapping.Depth).Span;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out _, out var length) != System.Buffers.OperationStatus.Done)
        {
            decoder.Reject("a data field that is not base64");
            return;
        }

        Array.Resize(ref bytes, length);
        if (Inflate.IsGzip(bytes))
        {
            var unpacked = Inflate.Gzip(bytes, decoder.Options.LargestRecordBytes, out var error);
            if (unpacked is null)
            {
                decoder.Reject(error);
                return;
            }

            bytes = unpacked;
        }

        decoder.Content(bytes, wrapping.Inside());
    }

    private static void Subscription(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        if (!scan["messageType"u8].Is("DATA_MESSAGE"u8))
        {
            decoder.Other("CloudWatch control message");
            return;
        }

        foreach (var each in scan["logEvents"u8].Elements)
        {
            Message(decoder, each["message"u8], each["timestamp"u8], scan["logGroup"u8], wrapping);
        }
    }

    private static void QueryResults(RecordDecoder decoder, JsonValue results, Wrapping wrapping)
    {
        foreach (var row in results.Elements)
        {
            JsonValue message = default, time = default, group = default;
            foreach (var cell in row.Elements)
            {
                message = cell["field"u8].Is("@message"u8) ? cell["value"u8] : message;
                time = cell["field"u8].Is("@timestamp"u8) ? cell["value"u8] : time;
                group = cell["field"u8].Is("@log"u8) ? cell["value"u8] : group;
            }

            Message(decoder, message, time, group, wrapping);
        }
    }

    private static void Message(RecordDecoder decoder, JsonValue message, JsonValue time, JsonValue group, Wrapping wrapping)
    {
        if (!message.Exists)
        {
            decoder.Reject("a CloudWatch log event without a message");
            return;
        }

        var named = group.AsTextOrNull() is { } name ? decoder.Intern(name) : null;
        decoder.Content(
            decoder.TextOf(message, wrapping.Depth),
            wrapping.Inside() with
            {
                Time = EventTime.Read(time) ?? wrapping.Time,
                Source = named ?? wrapping.Source,
                Cluster = Cluster(named) is { } cluster ? decoder.Intern(cluster) : wrapping.Cluster,
                Envelope = decoder.Options.Views.CloudWatch ? new Envelope(EnvelopeForm.CloudWatch, default) : null,
            });
    }

    /// <summary><c>/aws/eks/prod/cluster</c>, with the account before it in query results: <c>123456789012:/aws/eks/prod/cluster</c>.</summary>
    private static string? Cluster(string? group)
    {
        const string before = "/aws/eks/";
        const string after = "/cluster";
        var start = group?.IndexOf(before, StringComparison.Ordinal) ?? -1;
        return start >= 0 && group!.EndsWith(after, StringComparison.Ordinal) && group.Length > start + before.Length + after.Length
            ? group[(start + before.Length)..^after.Length]
            : null;
    }

    private static bool IsQueryResult(JsonValue results)
    {
        foreach (var row in results.Elements)
        {
            foreach (var cell in row.Elements)
            {
                return cell["field"u8].Exists && cell["value"u8].Exists;
            }
        }

        return false;
    }

    private static bool IsLogEvents(JsonValue events)
    {
        foreach (var first in events.Elements)
        {
            return first["message"u8].IsString && first["timestamp"u8].Exists;
        }

        return false;
    }
}
