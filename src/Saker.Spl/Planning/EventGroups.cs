using System.Runtime.CompilerServices;
using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Scanning;

namespace Saker.Spl.Planning;

/// <summary>Reads events into groups, either whole or, where that says as much, from the bytes of a line: one a thread.</summary>
public sealed class EventGroups
{
    private readonly SourceRequest request;
    private readonly FieldTable fields;
    private readonly FieldExtractor extractor;
    private readonly RowPredicate predicate;
    private readonly KeyedGroups groups;
    private readonly Row row;
    private readonly int time;
    private readonly int raw;
    private SoundExtractor? lines;
    private (int Slot, Value Value)[] names = [];

    internal EventGroups(SourceRequest request, Stats stats, CancellationToken cancellation)
    {
        // Names have other slots here than in the search: its table is not for several threads.
        var own = new SearchContext { Source = new MemoryEventSource([]), Now = default, Cancellation = cancellation };
        this.request = request;
        fields = own.Fields;
        groups = new KeyedGroups(stats.Calls, stats.By, own) { DistinctSplits = stats.DistinctSplits };
        extractor = new FieldExtractor(request.Fields, fields);
        predicate = SearchPredicate.Compile(request.Predicate, fields);
        time = request.Fields.Contains(EventFields.Time) ? fields.Slot(EventFields.Time) : -1;
        raw = request.Fields.Contains(EventFields.Raw) ? fields.Slot(EventFields.Raw) : -1;
        row = new Row(fields.Count);
    }

    /// <summary>Whether <c>_time</c> is read: else any may be given.</summary>
    internal bool ReadsTime => time >= 0;

    /// <summary>Whether the search wants this event, which is then the one to add.</summary>
    public bool Read(Event e)
    {
        if (e.IsMetric)
        {
            return false;
        }

        row.Clear();
        extractor.Extract(e, row);
        return predicate(row);
    }

    /// <summary>Adds the event that was read last; its buffers must still be there.</summary>
    public void Add() => groups.Add(row);

    /// <summary>The groups of the events added since the last call.</summary>
    public GroupStates Take() => groups.Take();

    /// <summary>
    /// Makes ready to read events from lines of JSON. False if that cannot be: some field says when an event came, or there are no vectors to read with.
    /// </summary>
    /// <param name="alike">An event with the names that all of them have; they have no fields beside their text.</param>
    /// <param name="watched">Fields whose places are asked for.</param>
    /// <param name="kernel">What to read with.</param>
    internal bool TryBeginLines(Event alike, string[] watched, ScanKernel kernel)
    {
        if (request.Fields.IsAll || request.Fields.Contains(EventFields.IndexTime))
        {
            return false;
        }

        var common = EventFields.All.Where(request.Fields.Contains).Except([EventFields.Time, EventFields.Raw]).ToList();
        new FieldExtractor(FieldNeed.Of(common), fields).Extract(alike, row);
        names = [.. common.Select(n => (fields.Slot(n), row[fields.Slot(n)]))];
        lines = new SoundExtractor(request.Fields.Names.Except(EventFields.All).Select(n => (n, fields.Slot(n))), watched, kernel);
        return lines.IsAble;
    }

    /// <summary>Reads the fields of a line; false if it is not one sound object from its first byte to its last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryReadLine(ArraySegment<byte> json)
    {
        row.Clear();
        if (!lines!.TryExtract(json, row))
        {
            return false;
        }

        foreach (var (slot, value) in names)
        {
            row[slot] = value;
        }

        if (raw >= 0)
        {
            row[raw] = Value.OfUtf8(json.Array!, json.Offset, json.Count);
        }

        return true;
    }

    /// <summary>Where in the array of the line read last the first value of a watched field stands.</summary>
    internal Spot First(int watched) => lines!.First(watched);

    /// <summary>Whether the search wants the event of the line read last, which is then the one to add.</summary>
    internal bool WantsLine(long nanoseconds)
    {
        if (time >= 0)
        {
            row[time] = FieldExtractor.TimeValue(nanoseconds);
        }

        return predicate(row);
    }
}
