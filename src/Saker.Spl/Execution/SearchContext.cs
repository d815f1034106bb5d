using System.Net;
using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>What a search runs with: its time, its events, its bounds. One run, one context.</summary>
public sealed class SearchContext
{
    private readonly List<string> warnings = [];
    private long disk;

    public required IEventSource Source { get; init; }

    /// <summary><c>now()</c>: the scheduled time of the window, <c>--now</c>, or the newest event read.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The window; times inside the search override it.</summary>
    public TimeRange Range { get; init; } = TimeRange.All;

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public FieldTable Fields { get; init; } = new();

    public MemoryBudget Memory { get; init; } = new(MemoryBudget.DefaultBytes);

    /// <summary>Finds an address's place for <c>iplocation</c>; null when no database was given.</summary>
    public Func<IPAddress, IpPlace?>? FindPlace { get; init; }

    /// <summary>The tables that <c>lookup</c> and its relatives read and write; null when there are none.</summary>
    public ILookups? Lookups { get; init; }

    /// <summary>Takes what <c>collect</c> writes; null when nothing does.</summary>
    public Action<CollectedRow>? Collect { get; init; }

    /// <summary>Sees the rows that leave a step, and may pass them on changed: to tell people what each step does.</summary>
    public Func<Planning.PlanStep, RowStream, RowStream>? AfterStep { get; init; }

    /// <summary>Where operators put what does not fit in memory.</summary>
    public string TemporaryDirectory { get; init; } = Path.GetTempPath();

    /// <summary>How much may be put there.</summary>
    public long MostDiskBytes { get; init; } = 16L << 30;

    public CancellationToken Cancellation { get; init; }

    /// <summary>How many threads may make rows of its events at a time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Measures the time that a subsearch takes; tells no time of day.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>What joins the values of a field when <c>nomv</c> makes one text of them.</summary>
    internal Dictionary<string, string> Delimiters { get; } = new(StringComparer.Ordinal);

    /// <summary>The bound on the time of the subsearch that runs now; null if it has none.</summary>
    internal Deadline? Deadline { get; private set; }

    /// <summary>Does a part of a subsearch's work under its bound.</summary>
    internal T Until<T>(Deadline? deadline, Func<T> work)
    {
        if (deadline is null)
        {
            return work();
        }

        var before = Deadline;
        Deadline = deadline;
        deadline.Resume();
        try
        {
            return work();
        }
        finally
        {
            deadline.Pause();
            Deadline = before;
        }
    }

    /// <exception cref="SplException">The bound on temporary files is reached.</exception>
    internal void TakeDisk(long bytes)
    {
        disk += bytes;
        if (disk > MostDiskBytes)
        {
            throw new SplException(new Diagnostic(
                "SPL0901",
                Severity.Error,
                $"the search needs more than the {Memory.Bytes >> 20} MB of memory and {MostDiskBytes >> 20} MB of temporary files that it may use",
                new SourceText("search", ""),
                default,
                "group by fewer fields, or narrow the search or its time range"));
        }
    }

    /// <summary>Says something that the user must know of the result; the same text is kept once.</summary>
    public void Warn(string text)
    {
        if (!warnings.Contains(text))
        {
            warnings.Add(text);
        }
    }
}

/// <summary>A row that <c>collect</c> writes as an event: where to, when it happened, and its text.</summary>
public sealed record CollectedRow(string Index, string Source, string Sourcetype, string Host, DateTimeOffset Time, string Raw);

/// <summary>What <c>iplocation</c> adds; what the database lacks is empty text.</summary>
public readonly record struct IpPlace(string City, string Country, string Region, double? Latitude, double? Longitude)
{
    public string Continent { get; init; } = "";

    public string MetroCode { get; init; } = "";

    public string Timezone { get; init; } = "";
}
