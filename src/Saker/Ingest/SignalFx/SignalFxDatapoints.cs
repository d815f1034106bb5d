namespace Saker.Ingest;

/// <summary>
/// SignalFx data points as JSON: <c>{"gauge":[{"metric":"process.cpu.utilization","value":0.031,"timestamp":1700000000000,"dimensions":{"host.name":"n1"}}],"counter":[…],"cumulative_counter":[…]}</c>.
/// </summary>
internal static class SignalFxDatapoints
{
    /// <summary>Every key is one of the protocol's kinds of metric, and some point is there.</summary>
    public static bool Recognise(JsonObjectScan scan)
    {
        var hasPoint = false;
        for (var i = 0; i < scan.Count; i++)
        {
            if (!IsKind(scan.Name(i)) || !scan.Value(i).IsArray)
            {
                return false;
            }

            foreach (var point in scan.Value(i).Elements)
            {
                hasPoint |= point["metric"u8].Exists;
                break;
            }
        }

        return hasPoint;
    }

    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        for (var i = 0; i < scan.Count; i++)
        {
            foreach (var point in scan.Value(i).Elements)
            {
                Unwrap(decoder, point, wrapping);
            }
        }
    }

    private static void Unwrap(RecordDecoder decoder, JsonValue data, Wrapping wrapping)
    {
        if (data["metric"u8].AsTextOrNull() is not { } metric)
        {
            decoder.Reject("a SignalFx data point without a metric");
            return;
        }

        var point = new MetricPoint();
        if (data["source"u8].AsTextOrNull() is { } source)
        {
            point.Set("sf_source", source);
        }

        foreach (var dimension in data["dimensions"u8].Members)
        {
            point.Set(decoder.Intern(Spl.Scanning.JsonText.Unescape(dimension.Name)), dimension.Value.AsText());
        }

        point.Complete(wrapping, decoder.Options.Cluster);
        var time = data["timestamp"u8];
        var isNow = !time.Exists || time.Content.SequenceEqual("0"u8);
        point.Tell(decoder, decoder.Intern(metric), data["value"u8], isNow ? wrapping.Time : EventTime.Read(time), wrapping);
    }

    private static bool IsKind(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("gauge"u8) || name.SequenceEqual("counter"u8) || name.SequenceEqual("cumulative_counter"u8);
}
