using Google.Protobuf;
using Google.Protobuf.Collections;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Ingest;

/// <summary>
/// OTLP as protobuf. It is written as the protocol's own JSON, about a megabyte at a time, and decoded as such: so both forms of the same data
/// give the same events.
/// </summary>
internal static class OtlpProtobuf
{
    private const int PieceBytes = 1024 * 1024;

    private static readonly MessageParser<LogsRequest> Logs = LogsRequest.Parser.WithDiscardUnknownFields(true);
    private static readonly MessageParser<MetricsRequest> Metrics = MetricsRequest.Parser.WithDiscardUnknownFields(true);

    /// <summary>Tells the sink of every log record.</summary>
    /// <exception cref="WireException">The bytes are no such message; the sink was told nothing.</exception>
    public static void DecodeLogs(ReadOnlyMemory<byte> message, in RecordPlace place, RecordDecoder decoder, IDecodeSink sink, Wrapping wrapping)
    {
        var piece = new OtlpPiece("resourceLogs", "scopeLogs", "logRecords", decoder, place, sink, wrapping);
        foreach (var resource in Wire.Parse(Logs, LogsRequest.Descriptor, message).ResourceLogs)
        {
            foreach (var scope in resource.ScopeLogs)
            {
                foreach (var record in scope.LogRecords)
                {
                    piece.Begin(resource.Resource);
                    Write(piece.Json, record);
                    piece.End(PieceBytes);
                }
            }
        }

        piece.Finish();
    }

    /// <summary>Tells the sink of every data point.</summary>
    /// <exception cref="WireException">The bytes are no such message; the sink was told nothing.</exception>
    public static void DecodeMetrics(ReadOnlyMemory<byte> message, in RecordPlace place, RecordDecoder decoder, IDecodeSink sink, Wrapping wrapping)
    {
        var piece = new OtlpPiece("resourceMetrics", "scopeMetrics", "metrics", decoder, place, sink, wrapping);
        foreach (var resource in Wire.Parse(Metrics, MetricsRequest.Descriptor, message).ResourceMetrics)
        {
            foreach (var scope in resource.ScopeMetrics)
            {
                foreach (var metric in scope.Metrics)
                {
                    piece.Begin(resource.Resource);
                    OtlpProtobufMetric.Write(piece.Json, metric);
                    piece.End(PieceBytes);
                }
            }
        }

        piece.Finish();
    }

    public static void WriteAttributes(JsonOut json, RepeatedField<KeyValue> attributes)
    {
        json.Open("attributes"u8, (byte)'[');
        Write(json, attributes);
        json.Close((byte)']');
    }

    private static void Write(JsonOut json, LogRecord record)
    {
        json.Open();
        WriteTime(json, "timeUnixNano"u8, record.TimeUnixNano);
        WriteTime(json, "observedTimeUnixNano"u8, record.ObservedTimeUnixNano);
        if (record.Body is not null)
        {
            json.Name("body"u8);
            Write(json, record.Body);
        }

        WriteAttributes(json, record.Attributes);
        json.Close();
    }

    public static void WriteTime(JsonOut json, ReadOnlySpan<byte> name, ulong nanoseconds)
    {
        if (nanoseconds > 0)
        {
            json.Add(name, Wire.Text(nanoseconds));
        }
    }

    private static void Write(JsonOut json, AnyValue? any)
    {
        json.Open();
        switch (any?.ValueCase ?? AnyValue.ValueOneofCase.None)
        {
            case AnyValue.ValueOneofCase.StringValue:
                json.Add("stringValue"u8, any!.StringValue.Span);
                break;
            case AnyValue.ValueOneofCase.BoolValue:
                json.AddJson("boolValue"u8, any!.BoolValue ? "true"u8 : "false"u8);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                json.Add("intValue"u8, Wire.Text(any!.IntValue));
                break;
            case AnyValue.ValueOneofCase.DoubleValue:
                json.AddJson("doubleValue"u8, Wire.Json(any!.DoubleValue));
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                json.Add("bytesValue"u8, any!.BytesValue.ToBase64());
                break;
            case AnyValue.ValueOneofCase.ArrayValue:
                json.Open("arrayValue"u8).Open("values"u8, (byte)'[');
                foreach (var element in any!.ArrayValue.Values)
                {
                    Write(json, element);
                }

                json.Close((byte)']');
                json.Close();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                json.Open("kvlistValue"u8).Open("values"u8, (byte)'[');
                Write(json, any!.KvlistValue.Values);
                json.Close((byte)']');
                json.Close();
                break;
        }

        json.Close();
    }

    private static void Write(JsonOut json, RepeatedField<KeyValue> pairs)
    {
        foreach (var pair in pairs)
        {
            json.Open();
            json.Add("key"u8, pair.Key.Span);
            json.Name("value"u8);
            Write(json, pair.Value);
            json.Close();
        }
    }
}
