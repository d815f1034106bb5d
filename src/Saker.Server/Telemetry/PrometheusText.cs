using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Saker.Server.Telemetry;

/// <summary>
/// Gathers the server's instruments and writes them as Prometheus reads them (text format 0.0.4):
/// <c>saker_requests_total{endpoint="/falco",status="200"} 7</c>.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>Label sets beyond are counted under none of their own: whoever makes up names must not fill the memory.</summary>
    private const int MostSeries = 10_000;

    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, Family> families = [];
    private readonly Lock gate = new();

    public PrometheusText(ServerMetrics metrics)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (metrics.Owns(instrument))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
    }

    public string Write()
    {
        lock (gate)
        {
            foreach (var family in families.Values.Where(f => f.IsObserved))
            {
                family.Series.Clear();
            }

            listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var (instrument, family) in families.OrderBy(f => f.Key.Name, StringComparer.Ordinal))
            {
                Write(text, instrument, family);
            }

            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var family = families.GetOrAdd(instrument, i => new Family(i));
        var labels = Labels(tags);
        if (family.Series.Count >= MostSeries && !family.Series.ContainsKey(labels))
        {
            labels = "";
        }

        family.Series.GetOrAdd(labels, _ => new Series()).Take(value, family.IsHistogram, family.IsObserved);
    }

    private static void Write(StringBuilder text, Instrument instrument, Family family)
    {
        var isCounter = instrument is Counter<long> or ObservableCounter<double>;
        var name = isCounter && !instrument.Name.EndsWith("_total", StringComparison.Ordinal) ? instrument.Name + "_total" : instrument.Name;
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {(family.IsHistogram ? "histogram" : isCounter ? "counter" : "gauge")}\n");
        foreach (var (labels, series) in family.Series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (family.IsHistogram)
            {
                series.WriteHistogram(text, name, labels);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{Braces(labels)} {Number(series.Value)}\n");
            }
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"")
                .Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }

    private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Family(Instrument instrument)
    {
        public bool IsHistogram { get; } = instrument is Histogram<double>;

        public bool IsObserved { get; } = instrument.IsObservable;

        public ConcurrentDictionary<string, Series> Series { get; } = [];
    }

    private sealed class Series
    {
        private readonly Lock gate = new();
        private readonly long[] buckets = new long[Bounds.Length + 1];
        private long count;

        public double Value { get; private set; }

        public void Take(double value, bool isHistogram, bool isObserved)
        {
            lock (gate)
            {
                Value = isObserved ? value : Value + value;
                if (isHistogram)
                {
                    var at = Array.BinarySearch(Bounds, value);
                    buckets[at < 0 ? ~at : at]++;
                    count++;
                }
            }
        }

        public void WriteHistogram(StringBuilder text, string name, string labels)
        {
            lock (gate)
            {
                var before = labels.Length == 0 ? "" : labels + ",";
                long sum = 0;
                for (var i = 0; i < buckets.Length; i++)
                {
                    sum += buckets[i];
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{(i < Bounds.Length ? Number(Bounds[i]) : "+Inf")}\"}} {sum}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{Braces(labels)} {Number(Value)}\n{name}_count{Braces(labels)} {count}\n");
            }
        }
    }
}
