using Saker.Spl.Planning;

namespace Saker.Spl.Execution;

/// <summary>Makes rows of the events that a request asks for.</summary>
internal static class EventRows
{
    /// <summary>One row an event, with the fields the request names; each row is the reader's own.</summary>
    public static IEnumerable<Row> Read(SourceRequest request, SearchContext context) => ReadTimed(request, context).Select(r => r.Row);

    /// <summary>
    /// The same with the newest event first, as Splunk gives them; events of the same time in the order they are read. What does not
    /// fit in half the memory goes to disk.
    /// </summary>
    public static IEnumerable<Row> ReadNewestFirst(SourceRequest request, SearchContext context)
    {
        var held = new List<KeyValuePair<Place, Row>>();
        var (size, sequence) = (0L, 0L);
        using var runs = new SortedRuns<Place, Row>(context.TemporaryDirectory, WriteRun, ReadRun, (first, _) => first, context.TakeDisk);
        foreach (var (time, row) in ReadTimed(request, context))
        {
            row.Detach();
            var grown = RowSize.Of(row) + 32;
            if (held.Count > 0 && context.Memory.Used + grown > context.Memory.Bytes / 2)
            {
                Spill();
            }

            if (held.Count > 0)
            {
                // One row is always held; what takes it next says so if even that is too much.
                context.Memory.Take(grown, "search");
                size += grown;
            }

            held.Add(new(new Place(time, sequence++), row));
        }

        if (runs.Count > 0)
        {
            // What comes after wants the memory.
            Spill();
        }

        foreach (var (_, row) in runs.Merge(Sorted(held)))
        {
            yield return row;
        }

        Forget();

        void Spill()
        {
            runs.Add(Sorted(held));
            Forget();
        }

        void Forget()
        {
            context.Memory.Give(size);
            size = 0;
            held.Clear();
        }
    }

    private static List<KeyValuePair<Place, Row>> Sorted(List<KeyValuePair<Place, Row>> rows)
    {
        // Mostly the events come oldest first or newest first already.
        rows.Sort((a, b) => a.Key.CompareTo(b.Key));
        return rows;
    }

    private static IEnumerable<(long Time, Row Row)> ReadTimed(SourceRequest request, SearchContext context)
    {
        var range = request.Resolve(context.Range, context.Now, context.Zone);
        EventReader NewReader() => new(request, range, context.Fields);

        // Names of fields are made as events are read where all are wanted: by one thread only.
        var isShared = context.Workers > 1 && !request.Fields.IsAll && context.Deadline is null;
        using var events = context.Source.Read(request, range, context.Cancellation).GetEnumerator();
        foreach (var row in isShared ? new SharedReading(NewReader, context.Workers).Read(events) : ReadAlone(context, events, NewReader()))
        {
            yield return row;
        }
    }

    private static IEnumerable<(long Time, Row Row)> ReadAlone(SearchContext context, IEnumerator<Event> events, EventReader reader)
    {
        while (events.MoveNext())
        {
            if (context.Deadline?.IsOver() == true)
            {
                yield break;
            }

            if (reader.Read(events.Current) is { } row)
            {
                yield return (events.Current.TimeNanoseconds, row);
            }
        }
    }

    private static void WriteRun(BinaryWriter writer, Place place, Row row)
    {
        writer.Write(place.Time);
        writer.Write(place.Sequence);
        RowCodec.Write(writer, row);
    }

    private static (Place Key, Row State) ReadRun(BinaryReader reader)
    {
        var place = new Place(reader.ReadInt64(), reader.ReadInt64());
        return (place, RowCodec.Read(reader));
    }

    private readonly record struct Place(long Time, long Sequence) : IComparable<Place>
    {
        public int CompareTo(Place other) => other.Time.CompareTo(Time) is var order and not 0 ? order : Sequence.CompareTo(other.Sequence);
    }
}
