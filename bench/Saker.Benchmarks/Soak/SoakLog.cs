using System.Diagnostics;
using System.Globalization;

namespace Saker.Benchmarks.Soak;

/// <summary>How server, engine and senders stand while a run goes on, a line each time: where memory and processors go.</summary>
internal sealed class SoakLog(SoakServer server, SoakSenders senders, SoakLedger ledger, TimeSpan every)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan told = TimeSpan.Zero;
    private (TimeSpan Server, TimeSpan Engine, TimeSpan Own, TimeSpan Machine, double Pauses, double Full, long Kept) before = (default, default, default, MachineTime(), 0, 0, 0);

    public async Task LookAsync()
    {
        if (every == TimeSpan.Zero || watch.Elapsed - told < every || server.Address is null)
        {
            return;
        }

        var metrics = (await server.GetAsync("/metrics")).Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ')).ToDictionary(l => l[0], l => double.Parse(l[1], CultureInfo.InvariantCulture));
        double Metric(string name) => metrics.GetValueOrDefault(name);
        string Heap(string generation) => Megabytes(Metric($"saker_heap_bytes{{generation=\"{generation}\"}}"));
        var (serving, engine) = server.ProcessorTime();
        var now = (serving, engine, Environment.CpuUsage.TotalTime, MachineTime(), Metric("saker_collections_seconds_total"), Metric("saker_collections_total{generation=\"2\"}"), ledger.KeptEvents);
        var took = (watch.Elapsed - told).TotalSeconds;
        string Cores(TimeSpan since, TimeSpan until) => ((until - since).TotalSeconds / took).ToString("N2", CultureInfo.InvariantCulture);
        var others = now.Item4 - before.Machine - (serving - before.Server) - (engine - before.Engine) - (now.TotalTime - before.Own);
        Console.WriteLine(
            $"{watch.Elapsed.TotalSeconds,4:N0} s: {(now.KeptEvents - before.Kept) / took,7:N0}/s, p99 {senders.RecentP99():N1} ms; cores {Cores(before.Server, serving)} server, {Cores(before.Engine, engine)} engine, {Cores(before.Own, now.TotalTime)} senders, {Cores(TimeSpan.Zero, others > TimeSpan.Zero ? others : TimeSpan.Zero)} others; "
            + $"server {Megabytes(Metric("saker_resident_bytes"))} MB (heap 0: {Heap("0")}, 1: {Heap("1")}, 2: {Heap("2")}, large: {Heap("large")}, pinned: {Heap("pinned")}, committed {Megabytes(Metric("saker_heap_committed_bytes"))}), engine {Megabytes(Metric("saker_engine_resident_bytes"))} MB; "
            + $"{Megabytes(Metric("saker_journal_pending_bytes"))} MB wait for the store; {now.Item6 - before.Full:N0} full collections, paused {(now.Item5 - before.Pauses) * 1000:N0} ms; {Slow(metrics):N0} flushes over 50 ms since the start");
        (told, before) = (watch.Elapsed, now);
    }

    private static double Slow(Dictionary<string, double> metrics) =>
        metrics.GetValueOrDefault("saker_journal_flush_seconds_count") - metrics.GetValueOrDefault("saker_journal_flush_seconds_bucket{le=\"0.05\"}");

    /// <summary>What all processes and the system have used: <c>cpu  user nice system idle iowait irq softirq …</c> in hundredths of a second.</summary>
    private static TimeSpan MachineTime()
    {
        var hundredths = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return TimeSpan.FromMilliseconds(10 * (hundredths[0] + hundredths[1] + hundredths[2] + hundredths[5] + hundredths[6]));
    }

    private static string Megabytes(double bytes) => (bytes / (1 << 20)).ToString("N0", CultureInfo.InvariantCulture);
}
