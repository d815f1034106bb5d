using Saker.Ingest;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>
/// Reads inputs for a search whose groups are computed as the events are read: workers decode a batch and group its events, and the groups are put
/// together in the order of the input, whatever the number of workers. An event that came before counts once: a batch that holds one is
/// grouped again without it. Past a bound on the identities kept, what matches goes to the spool, as for any other search.
/// </summary>
internal sealed class PartialReader(IngestOptions options, PartialSearch search, IReadOnlyList<SourceRequest> requests, ViewRequests views, EventSpool spool, int workers)
{
    /// <summary>About 100 MB.</summary>
    public const int MostIdentities = 4_000_000;

    private readonly WorkerPool<GroupingWorker> grouping = new(() => new GroupingWorker(options, search.NewReader()));
    private readonly WorkerPool<BatchWorker> spooling = new(() => new BatchWorker(options, requests, views));
    private readonly IdentitySet seen = new();
    private bool isFull;

    public IngestCounts Counts { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>The time of the newest event read, nanoseconds since 1970.</summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>How many identities are kept; a test has few.</summary>
    public int MostKept { get; init; } = MostIdentities;

    /// <summary>Reads one input to its end. What cannot be read counts as rejected with its reason.</summary>
    public async Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation)
    {
        var running = new Queue<Task<Batch>>();
        try
        {
            using var framer = new RecordFramer(file.Open(), options, options.BatchBytes);
            while (framer.Next() is { } records)
            {
                var isFull = this.isFull;
                running.Enqueue(Task.Run(() => Process(records, file, isFull), cancellation));
                if (running.Count > 2 * workers)
                {
                    Take(await running.Dequeue().ConfigureAwait(false), onBytes);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Counts.Reject(new RecordPlace(file.Path, 0, file.Day), InputPaths.Why(failure));
        }

        while (running.TryDequeue(out var task))
        {
            Take(await task.ConfigureAwait(false), onBytes);
        }
    }

    private Batch Process(RecordBatch records, InputFile file, bool isSpooled)
    {
        var batch = new Batch(records, file);
        if (isSpooled)
        {
            using var worker = spooling.Rent();
            worker.Value.Process(records, file, batch.Result);
        }
        else
        {
            using var worker = grouping.Rent();
            batch.Groups = worker.Value.Process(records, file, batch.Result, batch.Identities);
        }

        return batch;
    }

    private void Take(Batch taken, Action<long> onBytes)
    {
        using var batch = taken;
        Counts.Add(batch.Result.Counts);
        Bytes += batch.Records.Bytes;
        Newest = Math.Max(Newest, batch.Result.Newest);
        if (batch.Groups is { } groups)
        {
            TakeGroups(batch, groups);
        }

        foreach (var matched in batch.Result.Matched)
        {
            spool.Add(matched);
        }

        onBytes(batch.Records.Bytes);
    }

    private void TakeGroups(Batch batch, Spl.Execution.GroupStates groups)
    {
        var repeats = Repeats(batch.Identities, out var count);
        if (count == 0)
        {
            search.Take(groups);
        }
        else if (count < batch.Identities.Count)
        {
            using var worker = grouping.Rent();
            search.Take(worker.Value.Process(batch.Records, batch.File, new BatchResult(), [], repeats));
        }

        if (!isFull && seen.Count >= MostKept)
        {
            isFull = true;
            spool.AddEarlier(seen.All());
        }
        else if (isFull)
        {
            // Batches that were under way when the bound was reached.
            spool.AddEarlier(batch.Identities.OfType<UInt128>());
        }
    }

    /// <summary>Which of a batch's matched events came before.</summary>
    private bool[] Repeats(List<UInt128?> identities, out int count)
    {
        var repeats = new bool[identities.Count];
        count = 0;
        for (var i = 0; i < repeats.Length; i++)
        {
            if (identities[i] is { } identity && !seen.Add(identity))
            {
                repeats[i] = true;
                count++;
            }
        }

        return repeats;
    }

    private sealed class Batch(RecordBatch records, InputFile file) : IDisposable
    {
        public RecordBatch Records { get; } = records;

        public InputFile File { get; } = file;

        public BatchResult Result { get; } = new();

        /// <summary>Of the matched events, in their order; null for one that cannot be told from a repeat of itself.</summary>
        public List<UInt128?> Identities { get; } = [];

        public Spl.Execution.GroupStates? Groups { get; set; }

        public void Dispose()
        {
            Result.Dispose();
            Records.Dispose();
        }
    }
}
