namespace Saker.Ingest;

/// <summary>
/// OTLP metrics as JSON. Gauges and sums give a measure a point; histograms and summaries give <c>name_sum</c> and <c>name_count</c>, and a
/// summary its quantiles as <c>name_0.99</c>, as Splunk's HEC exporter names them.
/// </summary>
internal static class OtlpMetrics
{
    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        foreach (var resource in scan["resourceMetrics"u8].Elements)
        {
            var common = new MetricPoint();
            SetAll(common, resource["resource"u8]["attributes"u8], decoder);
            var scopes = resource["scopeMetrics"u8].Exists ? resource["scopeMetrics"u8] : resource["instrumentationLibraryMetrics"u8];
            foreach (var scope in scopes.Elements)
            {
                foreach (var metric in scope["metrics"u8].Elements)
                {
                    Points(decoder, metric, common, wrapping);
                }
            }
        }
    }

    private static void Points(RecordDecoder decoder, JsonValue metric, MetricPoint common, Wrapping wrapping)
    {
        var name = decoder.Intern(metric["name"u8].AsText());
        var told = false;
        foreach (var member in metric.Members)
        {
            if (!member.Value["dataPoints"u8].IsArray)
            {
                continue;
            }

            var isPlain = member.Name.SequenceEqual("gauge"u8) || member.Name.SequenceEqual("sum"u8);
            foreach (var data in member.Value["dataPoints"u8].Elements)
            {
                told = true;
                if (IsWithoutValue(data["flags"u8]))
                {
                    decoder.Other("a data point without a recorded value");
                    continue;
                }

                var point = common.Copy();
                SetAll(point, data["attributes"u8], decoder);
                point.Complete(wrapping, decoder.Options.Cluster);
                var time = OtlpLogs.Time(data["timeUnixNano"u8]) ?? wrapping.Time;
                if (isPlain)
                {
                    point.Tell(decoder, name, data["asDouble"u8].Exists ? data["asDouble"u8] : data["asInt"u8], time, wrapping);
                }
                else
                {
                    Distribution(decoder, name, data, point, time, wrapping);
                }
            }
        }

        if (!told)
        {
            decoder.Other("an OTLP metric without data points");
        }
    }

    private static void Distribution(RecordDecoder decoder, string name, JsonValue data, MetricPoint point, long? time, Wrapping wrapping)
    {
        if (data["sum"u8].Exists)
        {
            point.Tell(decoder, decoder.Intern(name + "_sum"), data["sum"u8], time, wrapping);
        }

        point.Tell(decoder, decoder.Intern(name + "_count"), OrZero(data["count"u8]), time, wrapping);
        foreach (var quantile in data["quantileValues"u8].Elements)
        {
            var at = quantile["quantile"u8].Exists ? quantile["quantile"u8].AsText() : "0";
            var each = point.Copy();
            each.Set("qt", at);
            each.Tell(decoder, decoder.Intern($"{name}_{at}"), OrZero(quantile["value"u8]), time, wrapping);
        }
    }

    /// <summary>Protobuf's JSON leaves a zero out.</summary>
    private static JsonValue OrZero(JsonValue number) => number.Exists ? number : new JsonValue("0"u8.ToArray());

    /// <summary>The flag <c>NO_RECORDED_VALUE</c>: a series that went away.</summary>
    private static bool IsWithoutValue(JsonValue flags) =>
        uint.TryParse(flags.Content, System.Globalization.CultureInfo.InvariantCulture, out var bits) && (bits & 1) != 0;

    private static void SetAll(MetricPoint point, JsonValue attributes, RecordDecoder decoder)
    {
        foreach (var attribute in attributes.Elements)
        {
            point.Set(decoder.Intern(attribute["key"u8].AsText()), OtlpValue.Text(attribute["value"u8]));
        }
    }
}
