using Google.Protobuf;
using Saker.Ingest.SignalFx.Proto;

namespace Saker.Ingest;

/// <summary>SignalFx data points as protobuf (<c>DataPointUploadMessage</c>): written as the protocol's JSON and decoded as such.</summary>
internal static class SignalFxProtobuf
{
    private const int PieceBytes = 1024 * 1024;

    private static readonly MessageParser<DataPointUploadMessage> Parser = DataPointUploadMessage.Parser.WithDiscardUnknownFields(true);

    /// <summary>Tells the sink of every data point.</summary>
    /// <exception cref="WireException">The bytes are no such message; the sink was told nothing.</exception>
    public static void Decode(ReadOnlyMemory<byte> message, in RecordPlace place, RecordDecoder decoder, IDecodeSink sink, Wrapping wrapping)
    {
        var upload = Wire.Parse(Parser, DataPointUploadMessage.Descriptor, message);
        if (upload.Datapoints.Count == 0)
        {
            sink.Other("no SignalFx data points");
            return;
        }

        var json = new JsonOut();
        foreach (var point in upload.Datapoints)
        {
            if (point.Metric.IsEmpty)
            {
                sink.Reject(place, "a SignalFx data point without a metric");
                continue;
            }

            if (json.IsEmpty)
            {
                json.Open().Open("gauge"u8, (byte)'[');
            }

            Write(json, point);
            if (json.Written.Length >= PieceBytes)
            {
                Decode(json, place, decoder, sink, wrapping);
            }
        }

        if (!json.IsEmpty)
        {
            Decode(json, place, decoder, sink, wrapping);
        }
    }

    private static void Decode(JsonOut json, in RecordPlace place, RecordDecoder decoder, IDecodeSink sink, Wrapping wrapping)
    {
        json.Close((byte)']');
        json.Close();
        decoder.Decode(json.Written, place, sink, wrapping);
        json.Clear();
    }

    private static void Write(JsonOut json, DataPoint point)
    {
        json.Open();
        json.Add("metric"u8, point.Metric.Span);
        json.Add("source"u8, point.Source.Span);
        json.AddJson("timestamp"u8, Wire.Text(point.Timestamp));
        if (point.Value is { HasDoubleValue: true } real)
        {
            json.AddJson("value"u8, Wire.Json(real.DoubleValue));
        }
        else if (point.Value is { HasIntValue: true } whole)
        {
            json.AddJson("value"u8, Wire.Text(whole.IntValue));
        }
        else if (point.Value is { HasStrValue: true } text)
        {
            json.Add("value"u8, text.StrValue.Span);
        }

        json.Open("dimensions"u8);
        foreach (var dimension in point.Dimensions)
        {
            json.Add(dimension.Key.Span, dimension.Value.Span);
        }

        json.Close();
        json.Close();
    }
}
