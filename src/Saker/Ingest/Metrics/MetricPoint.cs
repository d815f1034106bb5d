using System.Globalization;
using System.Text;

namespace Saker.Ingest;

/// <summary>
/// One measure of one data point as an event: a flat object
/// <c>{"metric_name":"process.cpu.utilization","_value":0.031,"host.name":"n1","k8s.node.name":"n1","process.pid":"95041"}</c>.
/// </summary>
internal sealed class MetricPoint
{
    /// <summary>More are not kept: they are found one after the other, and copied to each point.</summary>
    private const int MostDimensions = 1024;

    private readonly List<KeyValuePair<string, string>> dimensions = [];
    private bool hasTooMany;

    /// <summary>Sets a dimension; a later word (the data point's) replaces an earlier one (the resource's).</summary>
    public void Set(string name, string value)
    {
        var at = dimensions.FindIndex(dimension => dimension.Key == name);
        if (at < 0 && dimensions.Count == MostDimensions)
        {
            hasTooMany = true;
        }
        else if (at < 0)
        {
            dimensions.Add(new(name, value));
        }
        else
        {
            dimensions[at] = new(name, value);
        }
    }

    public MetricPoint Copy()
    {
        var copy = new MetricPoint { hasTooMany = hasTooMany };
        copy.dimensions.AddRange(dimensions);
        return copy;
    }

    /// <summary>Fills in what the collectors leave to the envelope: the host, its node, the cluster.</summary>
    public string Complete(Wrapping wrapping, string cluster)
    {
        if (this["host.name"] is null && wrapping.Host is not null)
        {
            Set("host.name", wrapping.Host);
        }

        if (this["k8s.node.name"] is null && this["host.name"] is { } host)
        {
            Set("k8s.node.name", host);
        }

        if (this["k8s.cluster.name"] is null && (wrapping.Cluster ?? cluster) is { Length: > 0 } named)
        {
            Set("k8s.cluster.name", named);
        }

        return this["k8s.cluster.name"] ?? "";
    }

    /// <summary>Hands a measure on; one that is no finite number is only counted, one with too many dimensions is rejected.</summary>
    public void Tell(RecordDecoder decoder, string metric, JsonValue value, long? time, Wrapping wrapping)
    {
        if (hasTooMany)
        {
            decoder.Reject($"a data point with more than {MostDimensions:N0} dimensions");
            return;
        }

        var number = RecordDecoder.Trim(value.IsString ? value.Text[1..^1] : value.Text).Span;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) || !double.IsFinite(parsed))
        {
            decoder.Other(value.IsString || value.IsNull || value.IsNumber ? "a metric value that is no finite number" : "a metric without a value");
            return;
        }

        var build = decoder.Build;
        build.Clear();
        build.Open();
        build.Add("metric_name"u8, metric);
        build.AddJson("_value"u8, JsonName.IsNumber(number) ? number : Encoding.ASCII.GetBytes(parsed.ToString("R", CultureInfo.InvariantCulture)));
        foreach (var (name, text) in dimensions)
        {
            build.Add(name, text);
        }

        build.Close();
        decoder.EmitMetric(time, wrapping with { Cluster = this["k8s.cluster.name"] ?? wrapping.Cluster, Host = wrapping.Host ?? this["host.name"] });
    }

    private string? this[string name] => dimensions.Find(dimension => dimension.Key == name).Value;
}
