using System.Net;
using Saker.Detections.Shares;
using Saker.Ingest;
using Saker.Risk.Exceptions;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>What a scan may be told.</summary>
internal sealed record ScanSettings
{
    public IngestOptions Ingest { get; init; } = new();

    public TimeModifier? Earliest { get; init; }

    public TimeModifier? Latest { get; init; }

    /// <summary><c>now()</c>; else the newest time read.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Whether each detection runs over the windows of its schedule, instead of over one that holds all.</summary>
    public bool AsScheduled { get; init; }

    public Func<IPAddress, IpPlace?>? FindPlace { get; init; }

    /// <summary>The tables that searches look up and write; null when there are none.</summary>
    public ILookups? Lookups { get; init; }

    /// <summary>What nobody needs to hear of; null for nothing.</summary>
    public ExceptionSet? Exceptions { get; init; }

    public string TemporaryDirectory { get; init; } = Path.GetTempPath();

    /// <summary>Whether every event is decoded, wanted or not.</summary>
    public bool DecodesAll { get; init; }

    /// <summary>How many bytes there are to read, where that is known.</summary>
    public long InputBytes { get; init; }

    /// <summary>From so many bytes to read on, audit events that nobody wants are left out before they are decoded, and searches group from lines.</summary>
    public long SieveFromBytes { get; init; } = 64 << 20;

    /// <summary>What to sieve with; null takes the best that the machine has.</summary>
    public Spl.Scanning.ScanKernel? Kernel { get; init; }

    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether a search that only groups does so as its events are read; without, it gives the same rows later.</summary>
    public bool InShares { get; init; } = true;

    /// <summary>How much of a file one thread sieves or groups at once, in bytes: so long that the lines that cross from one stretch to the next do not count.</summary>
    public long StretchBytes { get; init; } = 8 << 20;

    /// <summary>About how many of the events that came before such a search has in memory, so that it knows them again; the others are in temporary files.</summary>
    public int MostSeenInMemory { get; init; } = PartialReader.MostSeenInMemory;

    /// <summary>Sees every row of every detection; it may not keep it.</summary>
    public Action<Row, FieldTable>? OnRow { get; init; }

    /// <summary>The bounds asked for, seen at <paramref name="now"/>.</summary>
    public TimeRange Bounds(DateTimeOffset now) => new(Bound(Earliest, now) ?? long.MinValue, Bound(Latest, now) ?? long.MaxValue);

    /// <summary>What a search runs with over events that were read; one that has <paramref name="begun"/> goes on with the fields and memory it had.</summary>
    public SearchContext NewContext(IEventSource source, DateTimeOffset now, TimeRange range, CancellationToken cancellation, SearchContext? begun = null) => new()
    {
        Source = source,
        Now = now,
        Fields = begun?.Fields ?? new FieldTable(),
        Memory = begun?.Memory ?? new MemoryBudget(MemoryBudget.DefaultBytes),
        Range = range,
        FindPlace = FindPlace,
        Lookups = Lookups,
        TemporaryDirectory = TemporaryDirectory,
        Workers = Workers,
        Cancellation = cancellation,
    };

    private static long? Bound(TimeModifier? time, DateTimeOffset now) => time is null ? null : TimeRange.Nanoseconds(time.Resolve(now, TimeZoneInfo.Utc));
}
