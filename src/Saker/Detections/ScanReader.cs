using System.Collections.Concurrent;
using Saker.Ingest;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>
/// Reads inputs once for all detections: one thread cuts the input into batches, workers decode and match them, and what matched reaches
/// the spool in the order of the input, whatever the number of workers.
/// </summary>
internal sealed class ScanReader(IngestOptions given, IReadOnlyList<SourceRequest> requests, EventSpool spool, int workers)
{
    private readonly ViewRequests views = new(requests);
    private readonly IngestOptions options = given with { Views = ViewRequests.Wanted(requests) };
    private readonly ConcurrentBag<BatchWorker> idle = [];

    public IngestCounts Counts { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>The times of the oldest and newest event read, nanoseconds since 1970.</summary>
    public long Oldest { get; private set; } = long.MaxValue;

    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Reads one input to its end. What cannot be read counts as rejected with its reason.</summary>
    public async Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation)
    {
        var running = new Queue<Task<BatchResult>>();
        try
        {
            using var framer = new RecordFramer(file.Open(), options, options.BatchBytes);
            while (framer.Next() is { } batch)
            {
                running.Enqueue(Task.Run(() => Process(batch, file), cancellation));
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

    private BatchResult Process(RecordBatch batch, InputFile file)
    {
        using (batch)
        {
            if (!idle.TryTake(out var worker))
            {
                worker = new BatchWorker(options, requests, views);
            }

            var result = new BatchResult { Bytes = batch.Bytes };
            worker.Process(batch, file, result);
            idle.Add(worker);
            return result;
        }
    }

    private void Take(BatchResult taken, Action<long> onBytes)
    {
        using var result = taken;
        Counts.Add(result.Counts);
        Bytes += result.Bytes;
        Oldest = Math.Min(Oldest, result.Oldest);
        Newest = Math.Max(Newest, result.Newest);
        foreach (var matched in result.Matched)
        {
            spool.Add(matched);
        }

        onBytes(result.Bytes);
    }
}
