using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>
/// Which events came before. Of each it keeps a fingerprint, its time and where it stands; only where two events share the fingerprint is all they say
/// compared: those that were not decoded are then read again. Equal events have equal times, and logs are mostly in the order of time: so events are kept in
/// eras, of which those that were asked last are in memory and the others in temporary files, however many events there are. One thread's.
/// </summary>
/// <param name="options">How events are decoded.</param>
/// <param name="temporaryDirectory">Where the files are made.</param>
/// <param name="mostInMemory">About how many events memory is to hold.</param>
internal sealed class SeenEvents(IngestOptions options, string temporaryDirectory, int mostInMemory) : IDisposable
{
    private readonly EventPlaces places = new(options);

    /// <summary>In the order of time, without gaps.</summary>
    private readonly List<SeenEra> eras = [new(long.MinValue, long.MaxValue)];

    /// <summary>Events whose fingerprint one before has that says other things.</summary>
    private readonly HashSet<UInt128> others = [];

    /// <summary>Times from here on may be those of arrival, which differ between events that are equal.</summary>
    private readonly long begun = (options.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    private long uses;

    /// <summary>About how many events an era may hold.</summary>
    private int MostOfEra => Math.Max(1, mostInMemory / 4);

    /// <summary>A number for a file, from which lines may be read again.</summary>
    public int AddFile(InputFile file) => places.AddFile(file);

    /// <summary>Takes decoded events, null for those that cannot be told from a repeat of themselves. Says which of them were there, and how many.</summary>
    /// <exception cref="Spl.Text.SplException">A temporary file cannot be written.</exception>
    public int Add(List<SeenEvent?> events, bool[] repeats)
    {
        var count = 0;
        var order = new List<(long Time, int Index)>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is { } e)
            {
                order.Add((Known(e.Time), i));
            }
        }

        // Each era once.
        order.Sort();
        foreach (var (time, i) in order)
        {
            var e = events[i]!.Value;
            var era = EraOf(time);
            if (!era.Add(e.Fingerprint, time, e.Identity, out var first) && IsRepeat(era, first, e.Identity))
            {
                repeats[i] = true;
                count++;
            }
        }

        return count;
    }

    /// <summary>The same with events of a file that were not decoded.</summary>
    /// <exception cref="Spl.Text.SplException">A temporary file cannot be written.</exception>
    public int Add(int file, ReadOnlySpan<SeenLine> lines, bool[] repeats)
    {
        if (lines.IsEmpty)
        {
            return 0;
        }

        var (oldest, newest) = Bounds(lines);
        var era = EraOf(oldest);
        if (!era.Covers(newest))
        {
            return AddByTime(file, lines, repeats);
        }

        var count = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            era.Near(lines, i);
            count += Add(era, file, lines[i], ref repeats[i]);
        }

        return count;
    }

    public void Dispose()
    {
        places.Dispose();
        eras.ForEach(e => e.Dispose());
    }

    private int AddByTime(int file, ReadOnlySpan<SeenLine> lines, bool[] repeats)
    {
        var order = new (long Time, int Index)[lines.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (Known(lines[i].Time), i);
        }

        Array.Sort(order);
        var count = 0;
        foreach (var (time, i) in order)
        {
            count += Add(EraOf(time), file, lines[i], ref repeats[i]);
        }

        return count;
    }

    private int Add(SeenEra era, int file, SeenLine line, ref bool repeats)
    {
        var place = EventPlaces.Numbered(file, line.Offset);
        repeats = !era.Add(line.Fingerprint, Known(line.Time), place, out var first) && IsRepeat(era, first, place);
        return repeats ? 1 : 0;
    }

    private bool IsRepeat(SeenEra era, int first, long place) =>
        era.PlaceOf(first, out var identity) is { } before
            ? places.AreLinesEqual(before, place) || IsRepeat(places.IdentityAt(before), places.IdentityAt(place))
            : IsRepeat(identity, places.IdentityAt(place));

    private bool IsRepeat(SeenEra era, int first, UInt128 identity) =>
        IsRepeat(era.PlaceOf(first, out var before) is { } place ? places.IdentityAt(place) : before, identity);

    private bool IsRepeat(UInt128 first, UInt128 identity) => first == identity || !others.Add(identity);

    private long Known(long time) => time < begun ? time : long.MinValue;

    private (long Oldest, long Newest) Bounds(ReadOnlySpan<SeenLine> lines)
    {
        var (oldest, newest) = (long.MaxValue, long.MinValue);
        foreach (ref readonly var line in lines)
        {
            var time = Known(line.Time);
            oldest = Math.Min(oldest, time);
            newest = Math.Max(newest, time);
        }

        return (oldest, newest);
    }

    /// <summary>The era of a time, in memory.</summary>
    private SeenEra EraOf(long time)
    {
        var at = IndexOf(time);
        if (eras[at].Count >= Math.Max(MostOfEra, eras[at].DividedFrom))
        {
            Divide(at);
            at = IndexOf(time);
        }

        var era = eras[at];
        if (era.Used != uses)
        {
            era.Used = ++uses;
            if (!era.IsInMemory)
            {
                era.Return();
            }

            MakeRoom(era);
        }

        return era;
    }

    /// <summary>Mostly the last one.</summary>
    private int IndexOf(long time)
    {
        var (low, high) = (0, eras.Count - 1);
        while (low < high)
        {
            var middle = eras[high].From <= time ? high : low + ((high - low) / 2);
            (low, high) = eras[middle].To < time ? (middle + 1, high) : eras[middle].From > time ? (low, middle - 1) : (middle, middle);
        }

        return low;
    }

    private void Divide(int at)
    {
        var era = eras[at];
        if (era.To == long.MaxValue && era.DividedFrom == 0)
        {
            // In the order of time nothing moves; where one event is later than those to come, these go on here until it is divided after all.
            eras.Add(era.End());
            era.DividedFrom = 2 * era.Count;
            return;
        }

        if (!era.IsInMemory)
        {
            era.Return();
        }

        if (era.Divide() is { } parts)
        {
            eras[at] = parts.Earlier;
            eras.Insert(at + 1, parts.Later);
            era.Dispose();
        }
        else
        {
            era.DividedFrom = 2 * era.Count;
        }
    }

    /// <summary>Lets eras that were not asked for longest leave.</summary>
    private void MakeRoom(SeenEra asked)
    {
        while (eras.Where(e => e.IsInMemory).Sum(e => (long)e.Count) > mostInMemory
            && eras.Where(e => e.IsInMemory && e != asked && e.Count > 0).MinBy(e => e.Used) is { } idle)
        {
            idle.Leave(temporaryDirectory);
            MemoryPressure.Relieve();
        }
    }
}

/// <summary>A decoded event that may come again.</summary>
/// <param name="Fingerprint">What equal events share, and others hardly.</param>
/// <param name="Identity">What tells it from all others.</param>
/// <param name="Time">Nanoseconds since 1970.</param>
internal readonly record struct SeenEvent(ulong Fingerprint, UInt128 Identity, long Time);

/// <summary>An event that may come again and was grouped from its line.</summary>
/// <param name="Fingerprint">What equal events share, and others hardly.</param>
/// <param name="Offset">Where its line begins in its file.</param>
/// <param name="Time">Nanoseconds since 1970.</param>
internal readonly record struct SeenLine(ulong Fingerprint, long Offset, long Time);
