using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Tests.Ingest;

/// <summary>The same data in OTLP's other form: JSON as protobuf.</summary>
internal static class OtlpMessages
{
    public static byte[] Logs(string json)
    {
        using var document = JsonDocument.Parse(json);
        var request = new LogsRequest();
        foreach (var resource in Items(document.RootElement, "resourceLogs"))
        {
            var to = new ResourceLogs { Resource = Resource(resource) };
            foreach (var scope in Items(resource, "scopeLogs"))
            {
                var records = new ScopeLogs();
                foreach (var record in Items(scope, "logRecords"))
                {
                    records.LogRecords.Add(Record(record));
                }

                to.ScopeLogs.Add(records);
            }

            request.ResourceLogs.Add(to);
        }

        return request.ToByteArray();
    }

    public static byte[] Metrics(string json)
    {
        using var document = JsonDocument.Parse(json);
        var request = new MetricsRequest();
        foreach (var resource in Items(document.RootElement, "resourceMetrics"))
        {
            var to = new ResourceMetrics { Resource = Resource(resource) };
            foreach (var scope in Items(resource, "scopeMetrics"))
            {
                var metrics = new ScopeMetrics();
                metrics.Metrics.AddRange(Items(scope, "metrics").Select(MetricOf));
                to.ScopeMetrics.Add(metrics);
            }

            request.ResourceMetrics.Add(to);
        }

        return request.ToByteArray();
    }

    private static Resource? Resource(JsonElement of) =>
        of.TryGetProperty("resource", out var resource) ? new Resource { Attributes = { Items(resource, "attributes").Select(Pair) } } : null;

    private static LogRecord Record(JsonElement json)
    {
        var record = new LogRecord { TimeUnixNano = Whole(json, "timeUnixNano"), ObservedTimeUnixNano = Whole(json, "observedTimeUnixNano") };
        if (json.TryGetProperty("body", out var body))
        {
            record.Body = Any(body);
        }

        record.Attributes.AddRange(Items(json, "attributes").Select(Pair));
        return record;
    }

    private static Metric MetricOf(JsonElement json)
    {
        var metric = new Metric { Name = Utf8(json.GetProperty("name").GetString()!) };
        if (json.TryGetProperty("gauge", out var gauge))
        {
            metric.Gauge = new NumberPoints { DataPoints = { Items(gauge, "dataPoints").Select(Number) } };
        }
        else if (json.TryGetProperty("sum", out var sum))
        {
            metric.Sum = new NumberPoints { DataPoints = { Items(sum, "dataPoints").Select(Number) } };
        }
        else if (json.TryGetProperty("histogram", out var histogram))
        {
            metric.Histogram = new HistogramPoints { DataPoints = { Items(histogram, "dataPoints").Select(Histogram) } };
        }
        else if (json.TryGetProperty("exponentialHistogram", out var exponential))
        {
            metric.ExponentialHistogram = new ExponentialHistogramPoints { DataPoints = { Items(exponential, "dataPoints").Select(Exponential) } };
        }
        else if (json.TryGetProperty("summary", out var summary))
        {
            metric.Summary = new SummaryPoints { DataPoints = { Items(summary, "dataPoints").Select(Summary) } };
        }

        return metric;
    }

    private static NumberDataPoint Number(JsonElement json)
    {
        var point = new NumberDataPoint { TimeUnixNano = Whole(json, "timeUnixNano"), Flags = (uint)Whole(json, "flags") };
        if (json.TryGetProperty("asDouble", out var real))
        {
            point.AsDouble = Real(real);
        }
        else if (json.TryGetProperty("asInt", out var whole))
        {
            point.AsInt = long.Parse(whole.ToString(), CultureInfo.InvariantCulture);
        }

        point.Attributes.AddRange(Items(json, "attributes").Select(Pair));
        return point;
    }

    private static HistogramDataPoint Histogram(JsonElement json)
    {
        var point = new HistogramDataPoint { TimeUnixNano = Whole(json, "timeUnixNano"), Count = Whole(json, "count"), Flags = (uint)Whole(json, "flags") };
        if (json.TryGetProperty("sum", out var sum))
        {
            point.Sum = Real(sum);
        }

        point.Attributes.AddRange(Items(json, "attributes").Select(Pair));
        return point;
    }

    private static ExponentialHistogramDataPoint Exponential(JsonElement json)
    {
        var point = new ExponentialHistogramDataPoint { TimeUnixNano = Whole(json, "timeUnixNano"), Count = Whole(json, "count") };
        if (json.TryGetProperty("sum", out var sum))
        {
            point.Sum = Real(sum);
        }

        point.Attributes.AddRange(Items(json, "attributes").Select(Pair));
        return point;
    }

    private static SummaryDataPoint Summary(JsonElement json)
    {
        var point = new SummaryDataPoint { TimeUnixNano = Whole(json, "timeUnixNano"), Count = Whole(json, "count"), Sum = json.TryGetProperty("sum", out var sum) ? Real(sum) : 0 };
        point.QuantileValues.AddRange(Items(json, "quantileValues").Select(each => new QuantileValue
        {
            Quantile = each.TryGetProperty("quantile", out var at) ? Real(at) : 0,
            Value = each.TryGetProperty("value", out var value) ? Real(value) : 0,
        }));
        point.Attributes.AddRange(Items(json, "attributes").Select(Pair));
        return point;
    }

    private static KeyValue Pair(JsonElement json)
    {
        var pair = new KeyValue { Key = Utf8(json.GetProperty("key").GetString()!) };
        if (json.TryGetProperty("value", out var value))
        {
            pair.Value = Any(value);
        }

        return pair;
    }

    private static AnyValue Any(JsonElement json)
    {
        foreach (var member in json.EnumerateObject())
        {
            var value = member.Value;
            return member.Name switch
            {
                "stringValue" => new AnyValue { StringValue = Utf8(value.GetString()!) },
                "boolValue" => new AnyValue { BoolValue = value.GetBoolean() },
                "intValue" => new AnyValue { IntValue = long.Parse(value.ToString(), CultureInfo.InvariantCulture) },
                "doubleValue" => new AnyValue { DoubleValue = Real(value) },
                "bytesValue" => new AnyValue { BytesValue = ByteString.FromBase64(value.GetString()) },
                "arrayValue" => new AnyValue { ArrayValue = new ArrayValue { Values = { Items(value, "values").Select(Any) } } },
                "kvlistValue" => new AnyValue { KvlistValue = new KeyValueList { Values = { Items(value, "values").Select(Pair) } } },
                _ => throw new InvalidDataException(member.Name),
            };
        }

        return new AnyValue();
    }

    private static IEnumerable<JsonElement> Items(JsonElement of, string name) =>
        of.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    private static ulong Whole(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? ulong.Parse(value.ToString(), CultureInfo.InvariantCulture) : 0;

    private static double Real(JsonElement value) => double.Parse(value.ToString(), CultureInfo.InvariantCulture);

    private static ByteString Utf8(string text) => ByteString.CopyFrom(text, Encoding.UTF8);
}
