using System.Collections.Concurrent;
using Saker.Detections.Sieving;
using Saker.Ingest;
using Saker.Spl.Planning;

namespace Saker.Detections;

/// <summary>
/// Reads inputs once for all detections: one thread cuts the input into batches, workers decode and match them, and what matched reaches
/// the spool in the order of the input, whatever the number of workers. Of large inputs the audit events that nobody wants are sieved out first.
/// </summary>
internal sealed class ScanReader(ScanSettings settings, IReadOnlyList<SourceRequest> requests, EventSpool spool)
{
    private readonly ViewRequests views = new(requests);
    private readonly IngestOptions options = settings.Ingest with { Views = ViewRequests.Wanted(requests) };
    private readonly ConcurrentBag<BatchWorker> idle = [];
    private readonly InputSieve sieve = new(settings, requests);
    private long oldest = long.MaxValue;
    private long newest = long.MinValue;

    public IngestCounts Counts { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>The times of the oldest and newest event read, nanoseconds since 1970.</summary>
    public long Oldest => Math.Min(oldest, sieve.Times.Oldest);

    public long Newest => Math.Max(newest, sieve.Times.Newest);

    /// <summary>Reads one input to its end. What cannot be read counts as rejected with its reason.</summary>
    public Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation) =>
        // On a thread of its own: it waits for the workers, whose threads it must not take.
        Task.Factory.StartNew(() => Read(file, onBytes, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Read(InputFile file, Action<long> onBytes, CancellationToken cancellation)
    {
        var running = new Queue<Task<BatchResult>>();
        try
        {
            var sieved = sieve.Open(file, unit =>
            {
                // Many of these may go by before anything is left to decode.
                cancellation.ThrowIfCancellationRequested();
                Counts.CountSieved(unit.Unwanted);
                Bytes += unit.Bytes;
                onBytes(unit.Bytes);
            });
            Action<long>? onBatch = sieved is null ? bytes =>
            {
                Bytes += bytes;
                onBytes(bytes);
            }
            : null;
            using var framer = new RecordFramer(sieved ?? file.Open(), options, options.BatchBytes);
            while (framer.Next() is { } batch)
            {
                cancellation.ThrowIfCancellationRequested();
                running.Enqueue(Task.Run(() => Process(batch, file), cancellation));
                if (running.Count > 2 * settings.Workers)
                {
                    Take(running.Dequeue(), onBatch);
                }
            }

            while (running.TryDequeue(out var task))
            {
                Take(task, onBatch);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            while (running.TryDequeue(out var task))
            {
                Take(task, null);
            }

            Counts.Reject(new RecordPlace(file.Path, 0, file.Day), InputPaths.Why(failure));
        }
    }

    private BatchResult Process(RecordBatch batch, InputFile file)
    {
        using (batch)
        {
            if (!idle.TryTake(out var worker))
            {
                worker = new BatchWorker(options, requests, views, settings.InputBytes >= settings.SieveFromBytes);
            }

            var result = new BatchResult { Bytes = batch.Bytes };
            worker.Process(batch, file, result);
            idle.Add(worker);
            return result;
        }
    }

    private void Take(Task<BatchResult> task, Action<long>? onBytes)
    {
        using var result = task.GetAwaiter().GetResult();
        Counts.Add(result.Counts);
        oldest = Math.Min(oldest, result.Oldest);
        newest = Math.Max(newest, result.Newest);
        foreach (var matched in result.Matched)
        {
            spool.Add(matched);
        }

        onBytes?.Invoke(result.Bytes);
    }
}
