using System.Net;
using Saker.Content;
using Saker.Risk.Exceptions;
using Saker.Spl.Execution;

namespace Saker.Detections.Windows;

/// <summary>What running detections by their schedules may be told.</summary>
internal sealed record WindowSettings
{
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whose clock cron lines and snapped times read.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How long after an event an early evaluation waits for more.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>An open window is not evaluated again before this many times its last evaluation's duration has passed.</summary>
    public double RestFactor { get; init; } = 10;

    /// <summary>How far back a late event reopens a window, and how far back windows are owed after downtime.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long one evaluation may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When a failed window is tried again, after the first, second, … failure; then it stays failed.</summary>
    public IReadOnlyList<TimeSpan> RetryAfter { get; init; } = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <summary>How long to wait for a store that does not answer.</summary>
    public TimeSpan StoreRetry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How far into the future an event's time may lie: what ingest leaves of a clock that runs ahead.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A clock that goes back by less was corrected; by more it was set back.</summary>
    public TimeSpan ClockStep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What matched events may take in memory.</summary>
    public long CacheBytes { get; init; } = 128 << 20;

    /// <summary>How many windows compute at a time.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>How many may be under way, those included that wait for the store: what many wait for at the same time it is asked at once.</summary>
    public int MostUnderWay { get; init; } = 64;

    public string TemporaryDirectory { get; init; } = Path.GetTempPath();

    public Func<IPAddress, IpPlace?>? FindPlace { get; init; }

    public ILookups? Lookups { get; init; }

    /// <summary>Exceptions of the content.</summary>
    public IReadOnlyList<RiskException> ContentExceptions { get; init; } = [];

    /// <summary>Exceptions that people made, and the count of what all of them cover; null for none.</summary>
    public ExceptionBook? Exceptions { get; init; }

    public long NowNanoseconds => TimeRange.Nanoseconds(Clock.GetUtcNow());
}
