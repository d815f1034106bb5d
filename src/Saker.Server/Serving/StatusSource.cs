using System.Diagnostics.Metrics;
using System.Reflection;
using Saker.Server.Telemetry;
using Saker.Spl.Text;
using Saker.Stores;
using Saker.Stores.ClickHouse;

namespace Saker.Server.Serving;

/// <summary>Asks the parts of a running server how they are.</summary>
internal sealed class StatusSource(
    Journal journal, DeadLetters letters, ClickHouseStore store, Shipper shipper, LiveSettings live, TimeProvider clock, DateTimeOffset started, Func<string> state, Func<IReadOnlyList<string>> addresses)
{
    private static readonly string Version = typeof(StatusSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public StatusReport Status()
    {
        var (kept, shipped) = (journal.Status, shipper.Status);
        return new StatusReport
        {
            State = state() == "ready" && shipped.Trouble is not null ? "store away" : state(),
            Version = Version,
            Started = started,
            UptimeSeconds = (long)(clock.GetUtcNow() - started).TotalSeconds,
            Addresses = addresses(),
            Configuration = live.Status,
            Content = new ContentStatus { Detections = live.Content.Detections.Count, Mistakes = live.Content.Diagnostics.Count(d => d.Severity == Severity.Error) },
            Journal = new JournalReport
            {
                Bytes = kept.UsedBytes,
                MostBytes = kept.MostBytes,
                PendingBytes = kept.PendingBytes,
                RefusedBatches = kept.Refused,
                Failures = kept.Failures,
                LastFailure = kept.LastFailure.Length == 0 ? null : kept.LastFailure,
            },
            Store = new StoreStatus
            {
                Where = store.Where,
                IsPrivate = store.Engine is not null,
                Problem = shipped.Trouble?.Why,
                Restarts = store.Engine?.Restarts ?? 0,
                EngineResidentBytes = store.Engine?.ResidentBytes ?? 0,
            },
            DeadLetters = letters.Count,
            ResidentBytes = Environment.WorkingSet,
        };
    }

    public IReadOnlyList<SourceReport> Sources()
    {
        var silent = journal.Balance.SilentSources().Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return [.. journal.Balance.Read().Select(s => new SourceReport(s.Name, s.Received, s.Stored, s.Deduplicated, s.Filtered, s.Rejected, s.Pending, s.LastSeen, silent.Contains(s.Name)))];
    }

    /// <summary>Gives the metrics what they ask when they are read. docs/metrics.md lists them.</summary>
    public void Observe(ServerMetrics metrics)
    {
        metrics.Observe("saker_up", "", "1 while the server takes events.", () => state() == "ready" ? 1 : 0);
        metrics.Observe("saker_uptime_seconds", "seconds", "Since the start.", () => (clock.GetUtcNow() - started).TotalSeconds);
        metrics.Observe("saker_resident_bytes", "bytes", "Memory of the server.", () => Environment.WorkingSet);
        metrics.Observe("saker_heap_bytes", "bytes", "Memory that the runtime manages, by generation, after the last collection.", Heap);
        metrics.Observe("saker_heap_committed_bytes", "bytes", "Memory that the runtime has taken for it.", () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        metrics.Observe("saker_collections_total", "collections", "Garbage collections, by generation.", () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => new Measurement<double>(GC.CollectionCount(g), new KeyValuePair<string, object?>("generation", g))));
        metrics.Observe("saker_collections_seconds_total", "seconds", "How long all else stood still for them.", () => GC.GetTotalPauseDuration().TotalSeconds);
        metrics.Observe("saker_engine_resident_bytes", "bytes", "Memory of the private engine.", () => store.Engine?.ResidentBytes ?? 0);
        metrics.Observe("saker_engine_restarts_total", "restarts", "How often the private engine was started again.", () => store.Engine?.Restarts ?? 0);
        metrics.Observe("saker_journal_bytes", "bytes", "Disk that the journal takes.", () => journal.Status.UsedBytes);
        metrics.Observe("saker_journal_most_bytes", "bytes", "The bound on that.", () => journal.Status.MostBytes);
        metrics.Observe("saker_journal_pending_bytes", "bytes", "What is on disk and not yet stored.", () => journal.Status.PendingBytes);
        metrics.Observe("saker_journal_refused_batches_total", "batches", "Batches that were answered: try again.", () => journal.Status.Refused);
        metrics.Observe("saker_journal_failures_total", "failures", "Writes that the disk refused.", () => journal.Status.Failures);
        metrics.Observe("saker_store_events_total", "events", "Events stored since the start.", () => shipper.Status.StoredEvents);
        metrics.Observe("saker_store_refused_events_total", "events", "Events that the store refused; they are dead letters.", () => shipper.Status.RefusedEvents);
        metrics.Observe("saker_store_available", "", "0 while the store does not take events.", () => shipper.Status.Trouble is null ? 1 : 0);
        metrics.Observe("saker_dead_letters", "letters", "Items that could not be read or stored.", () => letters.Count);
        metrics.Observe("saker_configuration_refused", "", "1 while the configuration file has mistakes and is not loaded.", () => live.Status.Refused is null ? 0 : 1);
        metrics.Observe("saker_source_silent", "", "1 for a source that stopped sending.", () => Sources().Select(s => Of(s, s.IsSilent ? 1 : 0)));
        metrics.Observe("saker_source_received_total", "items", "Items that a source sent and that were kept: stored + deduplicated + filtered + rejected + pending.", () => Sources().Select(s => Of(s, s.Received)));
        metrics.Observe("saker_source_stored_total", "items", "Of these, in the store.", () => Sources().Select(s => Of(s, s.Stored)));
        metrics.Observe("saker_source_deduplicated_total", "items", "Of these, known already.", () => Sources().Select(s => Of(s, s.Deduplicated)));
        metrics.Observe("saker_source_filtered_total", "items", "Of these, sound and no event.", () => Sources().Select(s => Of(s, s.Filtered)));
        metrics.Observe("saker_source_rejected_total", "items", "Of these, dead letters.", () => Sources().Select(s => Of(s, s.Rejected)));
        metrics.Observe("saker_source_pending", "items", "Of these, in the journal and not yet stored.", () => Sources().Select(s => Of(s, s.Pending)));
    }

    private static IEnumerable<Measurement<double>> Heap()
    {
        string[] names = ["0", "1", "2", "large", "pinned"];
        var generations = GC.GetGCMemoryInfo(GCKind.Any).GenerationInfo.ToArray();
        return names.Zip(generations, (name, generation) => new Measurement<double>(generation.SizeAfterBytes, new KeyValuePair<string, object?>("generation", name)));
    }

    private static Measurement<double> Of(SourceReport source, double value) => new(value, new KeyValuePair<string, object?>("source", source.Name));
}
