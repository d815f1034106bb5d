using Saker.Spl.Execution;

namespace Saker.Ingest;

/// <summary>What became of the items of one input: read = recognised + other + rejected.</summary>
internal sealed class IngestCounts
{
    public const int RejectionsKept = 10;

    private readonly long[] byKind = new long[Enum.GetValues<EventKind>().Length];
    private readonly List<string> rejections = [];

    public long Read => Recognised + Other + Rejected;

    public long Recognised { get; private set; }

    public long Other { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>Of the recognised ones, those that arrived cut off.</summary>
    public long Truncated { get; private set; }

    /// <summary>The first few rejections, as <c>file.ndjson:3: not valid JSON: the text ends inside a string</c>.</summary>
    public IReadOnlyList<string> Rejections => rejections;

    /// <summary>Of the recognised ones, audit events that no search wanted: their strings and brackets were checked, and nothing else.</summary>
    public long Sieved { get; private set; }

    public long this[EventKind kind] => byKind[(int)kind];

    public void Accepted(EventKind kind, bool truncated)
    {
        byKind[(int)kind]++;
        Truncated += truncated ? 1 : 0;
        if (kind == EventKind.Other)
        {
            Other++;
        }
        else
        {
            Recognised++;
        }
    }

    /// <summary>Audit events that were left out before they were decoded.</summary>
    public void CountSieved(long events)
    {
        byKind[(int)EventKind.Audit] += events;
        Recognised += events;
        Sieved += events;
    }

    public void CountOther() => Other++;

    public void Reject(in RecordPlace place, string reason)
    {
        Rejected++;
        if (rejections.Count < RejectionsKept)
        {
            rejections.Add($"{place}: {reason}");
        }
    }

    /// <summary>Adds what another input, or another worker on the same input, counted.</summary>
    public void Add(IngestCounts more)
    {
        Recognised += more.Recognised;
        Other += more.Other;
        Rejected += more.Rejected;
        Truncated += more.Truncated;
        Sieved += more.Sieved;
        for (var i = 0; i < byKind.Length; i++)
        {
            byKind[i] += more.byKind[i];
        }

        rejections.AddRange(more.rejections.Take(RejectionsKept - rejections.Count));
    }
}

/// <summary>Counts what passes through to another sink.</summary>
internal sealed class CountingSink(IDecodeSink inner, IngestCounts counts) : IDecodeSink
{
    public void Accept(Event e, EventKind kind, bool truncated)
    {
        counts.Accepted(kind, truncated);
        inner.Accept(e, kind, truncated);
    }

    public void AcceptView(Event e, EventKind kind) => inner.AcceptView(e, kind);

    public void Other(string reason)
    {
        counts.CountOther();
        inner.Other(reason);
    }

    public void Reject(in RecordPlace place, string reason)
    {
        counts.Reject(place, reason);
        inner.Reject(place, reason);
    }
}
