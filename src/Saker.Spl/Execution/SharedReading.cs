using System.Collections.Concurrent;

namespace Saker.Spl.Execution;

/// <summary>Makes rows of many events with several threads; the rows come in the order of their events. A bounded number of events is under way.</summary>
/// <param name="newReader">Makes a reader; called by the caller's thread only.</param>
/// <param name="workers">How many threads.</param>
internal sealed class SharedReading(Func<EventReader> newReader, int workers)
{
    private const int MostEvents = 256;
    private const int MostBytes = 1 << 20;

    /// <summary>Of so few, one thread makes rows sooner than several.</summary>
    private const int FewPieces = 2;

    private readonly ConcurrentBag<EventReader> idle = [];
    private readonly Queue<Task<List<(long Time, Row Row)>>> running = [];

    /// <param name="pieces">The list is gone through by the caller's thread only; what is in a piece by any. Events stay as they are until it is disposed.</param>
    public IEnumerable<(long Time, Row Row)> Read(IEnumerator<IEnumerable<Event>> pieces)
    {
        var few = newReader();
        for (var i = 0; i < FewPieces && pieces.MoveNext(); i++)
        {
            foreach (var row in Process(pieces.Current, few))
            {
                yield return row;
            }
        }

        idle.Add(few);
        try
        {
            while (pieces.MoveNext())
            {
                var piece = pieces.Current;
                var reader = idle.TryTake(out var first) ? first : newReader();
                running.Enqueue(Task.Run(() => ProcessAll(piece, reader)));
                if (running.Count <= workers)
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

    /// <summary>Cuts what only one thread may read into pieces that any may.</summary>
    /// <param name="events">Not disposed: they are in use until the rows are.</param>
    public static IEnumerable<IEnumerable<Event>> Cut(IEnumerator<Event> events)
    {
        for (var hasMore = true; hasMore;)
        {
            var (piece, bytes) = (new List<Event>(), 0L);
            while (!IsFull(piece.Count, bytes) && (hasMore = events.MoveNext()))
            {
                piece.Add(events.Current);
                bytes += events.Current.Raw.Length + events.Current.Extra.Length;
            }

            if (piece.Count > 0)
            {
                yield return piece;
            }
        }
    }

    /// <summary>Whether so many events, of so many bytes, are enough for a piece.</summary>
    public static bool IsFull(int events, long bytes) => events >= MostEvents || bytes >= MostBytes;

    private List<(long Time, Row Row)> ProcessAll(IEnumerable<Event> piece, EventReader reader)
    {
        var rows = new List<(long, Row)>(MostEvents);
        rows.AddRange(Process(piece, reader));
        idle.Add(reader);
        return rows;
    }

    private static IEnumerable<(long Time, Row Row)> Process(IEnumerable<Event> piece, EventReader reader)
    {
        foreach (var e in piece)
        {
            if (reader.Read(e) is { } row)
            {
                yield return (e.TimeNanoseconds, row);
            }
        }
    }
}
