using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>
/// Metrics over HEC: several to an event, <c>{"event":"metric","fields":{"metric_name:process.cpu.utilization":0.031,"process.pid":"95041"}}</c>,
/// or the older single form, <c>"fields":{"metric_name":"process.cpu.utilization","_value":0.031}</c>. Numbers may be strings.
/// </summary>
internal static class HecMetric
{
    private static ReadOnlySpan<byte> Multiple => "metric_name:"u8;

    public static bool HasMeasures(JsonValue fields)
    {
        foreach (var field in fields.Members)
        {
            if (field.Name.StartsWith(Multiple) || (field.Name.SequenceEqual("metric_name"u8) && fields["_value"u8].Exists))
            {
                return true;
            }
        }

        return false;
    }

    public static void Unwrap(RecordDecoder decoder, JsonValue fields, Wrapping wrapping)
    {
        var point = new MetricPoint();
        foreach (var field in fields.Members)
        {
            if (!IsMeasure(field.Name))
            {
                point.Set(decoder.Intern(JsonText.Unescape(field.Name)), field.Value.AsText());
            }
        }

        point.Complete(wrapping, decoder.Options.Cluster);
        foreach (var field in fields.Members)
        {
            if (field.Name.StartsWith(Multiple))
            {
                point.Tell(decoder, JsonText.Unescape(field.Name[Multiple.Length..]), field.Value, wrapping.Time, wrapping);
            }
        }

        if (fields["metric_name"u8].Exists && fields["_value"u8].Exists)
        {
            point.Tell(decoder, fields["metric_name"u8].AsText(), fields["_value"u8], wrapping.Time, wrapping);
        }
    }

    private static bool IsMeasure(ReadOnlySpan<byte> name) =>
        name.StartsWith(Multiple) || name.SequenceEqual("metric_name"u8) || name.SequenceEqual("_value"u8);
}
