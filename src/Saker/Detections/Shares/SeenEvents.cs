using Saker.Events;
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
    private readonly List<SeenEra> eras = [new(0, uint.MaxValue)];

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
        var order = new List<(uint Second, int Index)>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is { } e)
            {
                order.Add((SecondOf(e.Time), i));
            }
        }

        // Each era once.
        order.Sort();
        foreach (var (second, i) in order)
        {
            var e = events[i]!.Value;
            var era = EraOf(second);
            if (!era.Add(e.Fingerprint, second, e.Identity, out var first) && IsRepeat(era, first, e.Identity))
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
            return AddByEra(file, lines, oldest, repeats);
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

    /// <summary>Those of one era after those of the other.</summary>
    private int AddByEra(int file, ReadOnlySpan<SeenLine> lines, uint oldest, bool[] repeats)
    {
        var ofEra = new SeenLine[lines.Length];
        var indexes = new int[lines.Length];
        var count = 0;
        for (uint? next = oldest; next is { } second;)
        {
            var era = EraOf(second);
            var length = 0;
            next = null;
            for (var i = 0; i < lines.Length; i++)
            {
                var other = SecondOf(lines[i].Time);
                if (era.Covers(other))
                {
                    (ofEra[length], indexes[length++]) = (lines[i], i);
                }
                else if (other > era.To && other <= (next ?? uint.MaxValue))
                {
                    next = other;
                }
            }

            for (var i = 0; i < length; i++)
            {
                era.Near(ofEra.AsSpan(0, length), i);
                count += Add(era, file, ofEra[i], ref repeats[indexes[i]]);
            }
        }

        return count;
    }

    private int Add(SeenEra era, int file, SeenLine line, ref bool repeats)
    {
        var place = EventPlaces.Numbered(file, line.Offset);
        repeats = !era.Add(line.Fingerprint, SecondOf(line.Time), place, out var first) && IsRepeat(era, first, place);
        return repeats ? 1 : 0;
    }

    private bool IsRepeat(SeenEra era, int first, long place) =>
        era.PlaceOf(first, out var identity) is { } before
            ? places.AreLinesEqual(before, place) || IsRepeat(places.IdentityAt(before), places.IdentityAt(place))
            : IsRepeat(identity, places.IdentityAt(place));

    private bool IsRepeat(SeenEra era, int first, UInt128 identity) =>
        IsRepeat(era.PlaceOf(first, out var before) is { } place ? places.IdentityAt(place) : before, identity);

    private bool IsRepeat(UInt128 first, UInt128 identity) => first == identity || !others.Add(identity);

    private uint SecondOf(long time) => time < begun && time >= 0 ? (uint)Math.Min(time / Timestamp.Second, uint.MaxValue) : 0;

    private (uint Oldest, uint Newest) Bounds(ReadOnlySpan<SeenLine> lines)
    {
        var (oldest, newest) = (uint.MaxValue, 0U);
        foreach (ref readonly var line in lines)
        {
            var second = SecondOf(line.Time);
            oldest = Math.Min(oldest, second);
            newest = Math.Max(newest, second);
        }

        return (oldest, newest);
    }

    /// <summary>The era of a second since 1970, in memory.</summary>
    private SeenEra EraOf(uint second)
    {
        var at = IndexOf(second);
        if (eras[at].Count >= Math.Max(MostOfEra, eras[at].DividedFrom))
        {
            Divide(at);
            at = IndexOf(second);
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
    private int IndexOf(uint second)
    {
        var (low, high) = (0, eras.Count - 1);
        while (low < high)
        {
            var middle = eras[high].From <= second ? high : low + ((high - low) / 2);
            (low, high) = eras[middle].To < second ? (middle + 1, high) : eras[middle].From > second ? (low, middle - 1) : (middle, middle);
        }

        return low;
    }

    private void Divide(int at)
    {
        var era = eras[at];
        if (era.To == uint.MaxValue && era.DividedFrom == 0 && era.Newest < uint.MaxValue)
        {
            // In the order of time nothing moves; where one event is later than those to come, these go on here until it is divided after all.
            eras.Add(era.End());
            era.DividedFrom = 2 * era.Count;
            return;
        }

        if (eras.Where(e => e.IsInMemory).Sum(e => (long)e.Count) < mostInMemory)
        {
            // Nobody need leave yet.
            era.DividedFrom = era.Count + Math.Max(1, MostOfEra / 8);
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
            MemoryPressure.Relieve();
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
