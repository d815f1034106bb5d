using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Saker.Server.Telemetry;

/// <summary>What the server counts of itself. docs/metrics.md lists every one; a test compares.</summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "Saker";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> requests;
    private readonly Counter<long> bytes;
    private readonly Counter<long> truncated;
    private readonly Counter<long> refused;
    private readonly Histogram<double> seconds;
    private readonly Histogram<double> flushes;

    public ServerMetrics()
    {
        requests = meter.CreateCounter<long>("saker_requests", "requests", "Requests by endpoint and status.");
        refused = meter.CreateCounter<long>("saker_refused_requests", "requests", "Requests that were turned away before their endpoint: no token, a wrong one, a missing scope.");
        bytes = meter.CreateCounter<long>("saker_received_bytes", "bytes", "Bytes of bodies, decompressed, by source.");
        truncated = meter.CreateCounter<long>("saker_truncated_events", "events", "Events that arrived cut off by their sender, by source.");
        seconds = meter.CreateHistogram<double>("saker_answer_seconds", "seconds", "How long answers took, by endpoint.");
        flushes = meter.CreateHistogram<double>("saker_journal_flush_seconds", "seconds", "How long the disk took to keep what was handed to it at once.");
    }

    public void Answered(string endpoint, int status, TimeSpan took)
    {
        var tags = new TagList { { "endpoint", endpoint }, { "status", status } };
        requests.Add(1, tags);
        seconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("endpoint", endpoint));
    }

    public void Flushed(TimeSpan took) => flushes.Record(took.TotalSeconds);

    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Received(string source, long count, int cutOff)
    {
        bytes.Add(count, new KeyValuePair<string, object?>("source", source));
        if (cutOff > 0)
        {
            truncated.Add(cutOff, new KeyValuePair<string, object?>("source", source));
        }
    }

    /// <summary>A number that is read when it is asked for. A name that ends in <c>_total</c> is one that only grows.</summary>
    public void Observe(string name, string unit, string about, Func<double> read)
    {
        if (name.EndsWith("_total", StringComparison.Ordinal))
        {
            meter.CreateObservableCounter(name, read, unit, about);
        }
        else
        {
            meter.CreateObservableGauge(name, read, unit, about);
        }
    }

    public void Observe(string name, string unit, string about, Func<IEnumerable<Measurement<double>>> read)
    {
        if (name.EndsWith("_total", StringComparison.Ordinal))
        {
            meter.CreateObservableCounter(name, read, unit, about);
        }
        else
        {
            meter.CreateObservableGauge(name, read, unit, about);
        }
    }

    /// <summary>Whether an instrument belongs to this server: a process may hold several, in tests.</summary>
    public bool Owns(Instrument instrument) => ReferenceEquals(instrument.Meter, meter);

    public void Dispose() => meter.Dispose();
}
