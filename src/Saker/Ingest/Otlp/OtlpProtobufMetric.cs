using Google.Protobuf.Collections;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Ingest;

/// <summary>Writes a metric of OTLP's protobuf as OTLP's JSON.</summary>
internal static class OtlpProtobufMetric
{
    public static void Write(JsonOut json, Metric metric)
    {
        json.Open();
        json.Add("name"u8, metric.Name.Span);
        switch (metric.DataCase)
        {
            case Metric.DataOneofCase.Gauge:
                Write(json, "gauge"u8, metric.Gauge.DataPoints, Number);
                break;
            case Metric.DataOneofCase.Sum:
                Write(json, "sum"u8, metric.Sum.DataPoints, Number);
                break;
            case Metric.DataOneofCase.Histogram:
                Write(json, "histogram"u8, metric.Histogram.DataPoints, static (json, point) =>
                    Distribution(json, point.TimeUnixNano, point.Flags, point.Attributes, point.Count, point.HasSum ? point.Sum : null));
                break;
            case Metric.DataOneofCase.ExponentialHistogram:
                Write(json, "exponentialHistogram"u8, metric.ExponentialHistogram.DataPoints, static (json, point) =>
                    Distribution(json, point.TimeUnixNano, point.Flags, point.Attributes, point.Count, point.HasSum ? point.Sum : null));
                break;
            case Metric.DataOneofCase.Summary:
                Write(json, "summary"u8, metric.Summary.DataPoints, Summary);
                break;
        }

        json.Close();
    }

    private static void Write<T>(JsonOut json, ReadOnlySpan<byte> kind, RepeatedField<T> points, Action<JsonOut, T> write)
    {
        json.Open(kind).Open("dataPoints"u8, (byte)'[');
        foreach (var point in points)
        {
            json.Open();
            write(json, point);
            json.Close();
        }

        json.Close((byte)']');
        json.Close();
    }

    private static void Number(JsonOut json, NumberDataPoint point)
    {
        Common(json, point.TimeUnixNano, point.Flags, point.Attributes);
        if (point.HasAsDouble)
        {
            json.AddJson("asDouble"u8, Wire.Json(point.AsDouble));
        }
        else if (point.HasAsInt)
        {
            json.Add("asInt"u8, Wire.Text(point.AsInt));
        }
    }

    private static void Summary(JsonOut json, SummaryDataPoint point)
    {
        // The wire leaves a zero out: an untold sum and one of nothing are the same.
        Distribution(json, point.TimeUnixNano, point.Flags, point.Attributes, point.Count, point.Sum == 0 ? null : point.Sum);
        json.Open("quantileValues"u8, (byte)'[');
        foreach (var quantile in point.QuantileValues)
        {
            json.Open();
            json.AddJson("quantile"u8, Wire.Json(quantile.Quantile));
            json.AddJson("value"u8, Wire.Json(quantile.Value));
            json.Close();
        }

        json.Close((byte)']');
    }

    private static void Distribution(JsonOut json, ulong time, uint flags, RepeatedField<KeyValue> attributes, ulong count, double? sum)
    {
        Common(json, time, flags, attributes);
        json.Add("count"u8, Wire.Text(count));
        if (sum is { } told)
        {
            json.AddJson("sum"u8, Wire.Json(told));
        }
    }

    private static void Common(JsonOut json, ulong time, uint flags, RepeatedField<KeyValue> attributes)
    {
        OtlpProtobuf.WriteTime(json, "timeUnixNano"u8, time);
        OtlpProtobuf.WriteAttributes(json, attributes);
        if (flags != 0)
        {
            json.AddJson("flags"u8, Wire.Text(flags));
        }
    }
}
