using System.Collections.Concurrent;

namespace Saker.Spl.Execution;

/// <summary>Makes rows of many events with several threads; the rows come in the order of their events. A bounded number of events is under way.</summary>
/// <param name="newReader">Makes a reader; called by the caller's thread only.</param>
/// <param name="workers">How many threads.</param>
internal sealed class SharedReading(Func<EventReader> newReader, int workers)
{
    private const int MostEvents = 256;
    private const int MostBytes = 1 << 20;

    /// <summary>Of so few, the caller's thread makes rows sooner than several.</summary>
    private const int FewBatches = 2;

    private readonly ConcurrentBag<EventReader> idle = [];
    private readonly Queue<Task<List<(long Time, Row Row)>>> running = [];

    /// <param name="events">Read by the caller's thread only; the events stay as they are until it is disposed.</param>
    public IEnumerable<(long Time, Row Row)> Read(IEnumerator<Event> events)
    {
        try
        {
            for (var i = 0; Next(events) is { Count: > 0 } batch; i++)
            {
                var reader = idle.TryTake(out var first) ? first : newReader();
                running.Enqueue(i < FewBatches ? Task.FromResult(Process(batch, reader)) : Task.Run(() => Process(batch, reader)));
                if (i >= FewBatches && running.Count <= workers)
                {
                    continue;
                }

                foreach (var row in running.Dequeue().GetAwaiter().GetResult())
                {
                    yield return row;
                }
            }

            while (running.TryDequeue(out var rows))
            {
                foreach (var row in rows.GetAwaiter().GetResult())
                {
                    yield return row;
                }
            }
        }
        finally
        {
            // Nobody may dispose of events that are being read.
            Task.WaitAll([.. running.Select(r => r.ContinueWith(_ => { }, TaskScheduler.Default))]);
        }
    }

    private static List<Event> Next(IEnumerator<Event> events)
    {
        var batch = new List<Event>();
        var bytes = 0;
        while (batch.Count < MostEvents && bytes < MostBytes && events.MoveNext())
        {
            batch.Add(events.Current);
            bytes += events.Current.Raw.Length + events.Current.Extra.Length;
        }

        return batch;
    }

    private List<(long Time, Row Row)> Process(List<Event> batch, EventReader reader)
    {
        var rows = new List<(long, Row)>(batch.Count);
        foreach (var e in batch)
        {
            if (reader.Read(e) is { } row)
            {
                rows.Add((e.TimeNanoseconds, row));
            }
        }

        idle.Add(reader);
        return rows;
    }
}
