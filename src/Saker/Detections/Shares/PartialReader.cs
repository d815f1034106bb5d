using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections.Shares;

/// <summary>
/// Reads inputs for a search whose groups are computed as the events are read: workers decode a batch and group its events, and the groups are put
/// together in the order of the input, whatever the number of workers. An event that came before counts once: a batch that holds one is
/// grouped again without it. Of large files the plain audit events are grouped from their lines, and the rest is decoded: of aggregates that are put together
/// exactly, none shows the order.
/// </summary>
internal sealed class PartialReader(ScanSettings settings, PartialSearch search, IReadOnlyList<SourceRequest> requests) : IDisposable
{
    /// <summary>About 100 MB.</summary>
    public const int MostSeenInMemory = 4_000_000;

    private readonly IngestOptions options = settings.Ingest;
    private readonly WorkerPool<GroupingWorker> grouping = new(() => new GroupingWorker(settings.Ingest, search.NewReader()));
    private readonly LineShares lines = new(settings, search, requests);
    private readonly SeenEvents seen = new(settings.Ingest, settings.TemporaryDirectory, settings.MostSeenInMemory);
    private long newest = long.MinValue;

    public IngestCounts Counts { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>The time of the newest event read, nanoseconds since 1970.</summary>
    public long Newest => Math.Max(newest, lines.Newest);

    /// <summary>Reads one input to its end. What cannot be read counts as rejected with its reason.</summary>
    public Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation) =>
        // On a thread of its own: it waits for the workers, whose threads it must not take.
        Task.Factory.StartNew(() => Read(file, onBytes, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => seen.Dispose();

    private void Read(InputFile file, Action<long> onBytes, CancellationToken cancellation)
    {
        var running = new Queue<Task<Batch>>();
        void OnBytes(long bytes)
        {
            // Stretches that leave nothing to decode are told of here only.
            cancellation.ThrowIfCancellationRequested();
            Bytes += bytes;
            onBytes(bytes);
        }

        Action<long>? onBatch = null;
        try
        {
            var rest = lines.Open(file, seen, (from, unit) => TakeUnit(from, unit, OnBytes), sieved =>
            {
                Counts.CountSieved(sieved.Unwanted);
                OnBytes(sieved.Bytes);
            });
            onBatch = rest is null ? OnBytes : null;
            using var framer = new RecordFramer(rest ?? file.Open(), options, options.BatchBytes);
            while (framer.Next() is { } records)
            {
                cancellation.ThrowIfCancellationRequested();
                running.Enqueue(Task.Run(() => Process(records, file), cancellation));
                if (running.Count > 2 * settings.Workers)
                {
                    Take(running.Dequeue().GetAwaiter().GetResult(), onBatch);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Counts.Reject(new RecordPlace(file.Path, 0, file.Day), InputPaths.Why(failure));
        }

        while (running.TryDequeue(out var task))
        {
            Take(task.GetAwaiter().GetResult(), onBatch);
        }
    }

    private Batch Process(RecordBatch records, InputFile file)
    {
        var batch = new Batch(records, file);
        using var worker = grouping.Rent();
        batch.Groups = worker.Value.Process(records, file, batch.Result, batch.Seen);
        return batch;
    }

    private void Take(Batch taken, Action<long>? onBytes)
    {
        using var batch = taken;
        Counts.Add(batch.Result.Counts);
        newest = Math.Max(newest, batch.Result.Newest);
        var repeats = new bool[batch.Seen.Count];
        TakeGroups(batch.Groups!, repeats, seen.Add(batch.Seen, repeats), () =>
        {
            using var worker = grouping.Rent();
            return worker.Value.Process(batch.Records, batch.File, new BatchResult(), [], repeats);
        });
        onBytes?.Invoke(batch.Records.Bytes);
    }

    private void TakeUnit(LineFile from, LineUnit unit, Action<long> onBytes)
    {
        Counts.CountSieved(unit.Unwanted);
        newest = Math.Max(newest, unit.Newest);
        var repeats = new bool[unit.Seen.Length];
        TakeGroups(unit.Groups!, repeats, seen.Add(unit.File, unit.Seen, repeats), () => from.Again(unit, repeats));
        onBytes(unit.Bytes);
    }

    /// <summary>Takes the groups of some events; where some of them came before, their groups without these.</summary>
    private void TakeGroups(GroupStates groups, bool[] repeats, int repeated, Func<GroupStates> again)
    {
        if (repeated == 0)
        {
            search.Take(groups);
        }
        else if (repeated < repeats.Length)
        {
            search.Take(again());
        }
    }

    private sealed class Batch(RecordBatch records, InputFile file) : IDisposable
    {
        public RecordBatch Records { get; } = records;

        public InputFile File { get; } = file;

        public BatchResult Result { get; } = new();

        /// <summary>Of the matched events, in their order; null for one that cannot be told from a repeat of itself.</summary>
        public List<SeenEvent?> Seen { get; } = [];

        public GroupStates? Groups { get; set; }

        public void Dispose()
        {
            Result.Dispose();
            Records.Dispose();
        }
    }
}
