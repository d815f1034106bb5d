using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Saker.Risk;
using Saker.Risk.Exceptions;
using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Detections.Windows;

/// <summary>What a detection would have said over a stretch of time.</summary>
internal sealed record BacktestReport
{
    public required string Detection { get; init; }

    /// <summary>Windows that held an event, or that need none.</summary>
    public int Windows { get; init; }

    /// <summary>Events that the search's head let through.</summary>
    public long Matched { get; init; }

    public long Rows { get; init; }

    public long RiskEvents { get; init; }

    public long Score { get; init; }

    /// <summary>What throttling or an exception kept back.</summary>
    public long Suppressed { get; init; }

    /// <summary>Risk events by the UTC day of the first event behind them; days without any too.</summary>
    public IReadOnlyDictionary<string, long> Days { get; init; } = new SortedDictionary<string, long>();

    /// <summary>The first of them, with their evidence.</summary>
    public IReadOnlyList<JsonNode> Samples { get; init; } = [];

    public double DurationSeconds { get; init; }

    /// <summary>Why it did not come to its end; null if it did.</summary>
    public string? Error { get; init; }
}

/// <summary>Runs a detection over what is stored as its schedule would have, and keeps nothing: for one that is new or changed, before it is enabled.</summary>
internal static class Backtest
{
    private const int MostSamples = 10;
    private const int MostWindows = 300_000;

    /// <summary>The windows that hold an event of the range and have ended are evaluated, each with its own bounds.</summary>
    /// <exception cref="FormatException">There are too many of them.</exception>
    /// <exception cref="Stores.StoreUnavailableException">Try again later.</exception>
    public static BacktestReport Run(PreparedDetection prepared, IEventSource store, TimeRange range, WindowSettings settings, CancellationToken cancellation)
    {
        var began = settings.Clock.GetTimestamp();
        var (detection, now) = (prepared.Detection, settings.Clock.GetUtcNow());
        var windows = new WindowSchedule(detection.Schedule, settings.Zone).Over(Scan.ToTime(range.Earliest), Scan.ToTime(range.Latest)).TakeWhile(w => w.ScheduledTime <= now).Take(MostWindows + 1).ToList();
        if (windows.Count > MostWindows)
        {
            throw new FormatException($"by `{detection.Schedule.Cron}` these are more than {MostWindows:#,0} windows; ask for a shorter time");
        }

        var days = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var day = Scan.ToTime(range.Earliest).UtcDateTime.Date; day <= Scan.ToTime(Math.Min(range.Latest - 1, settings.NowNanoseconds)).UtcDateTime; day = day.AddDays(1))
        {
            days[$"{day:yyyy-MM-dd}"] = 0;
        }

        if (windows.Count == 0)
        {
            return new BacktestReport { Detection = detection.Name, Days = days };
        }

        TimeRange Whole(Spl.Planning.SourceRequest r) => new(
            windows.Min(w => r.Resolve(w.Range, w.ScheduledTime, settings.Zone).Earliest), windows.Max(w => r.Resolve(w.Range, w.ScheduledTime, settings.Zone).Latest));
        using var spool = StoredWindow.Read(store, prepared, Whole, settings.TemporaryDirectory, cancellation);
        using var riskEvents = new RiskEventSet([detection], settings.TemporaryDirectory);
        var exceptions = settings.Exceptions?.SetOf(settings.ContentExceptions) ?? new ExceptionSet(settings.ContentExceptions);
        var outcome = new DetectionOutcome(detection);
        var (throttle, throttled) = (detection.Throttling is { } throttling ? new Throttle(throttling) : null, new HashSet<Key128>());
        string? error = null;
        void Take(RiskEvent e)
        {
            if (e.HiddenBy.Length == 0 && throttle?.KeepsBack(e, out _) == true)
            {
                throttled.Add(e.Id);
                return;
            }

            riskEvents.Add(e);
        }

        try
        {
            foreach (var window in windows.Where(w => prepared.Plan.Requests is [] || prepared.Plan.Requests.Any(r => spool.Any(r, r.Resolve(w.Range, w.ScheduledTime, settings.Zone)))))
            {
                var context = new SearchContext
                {
                    Source = spool,
                    Now = window.ScheduledTime,
                    Range = window.Range,
                    Zone = settings.Zone,
                    FindPlace = settings.FindPlace,
                    Lookups = settings.Lookups,
                    TemporaryDirectory = settings.TemporaryDirectory,
                    Cancellation = cancellation,
                };
                WindowEvaluation.Run(prepared, window, context, spool, outcome, Take, exceptions: exceptions);
            }
        }
        catch (SplException failure)
        {
            error = failure.Diagnostics[0].Message;
        }

        return Tell(riskEvents, spool, days) with
        {
            Detection = detection.Name,
            Windows = outcome.Windows,
            Matched = spool.Count,
            Rows = outcome.Rows,
            Suppressed = throttled.Union(outcome.Ignored).Count(),
            DurationSeconds = Math.Round(settings.Clock.GetElapsedTime(began).TotalSeconds, 3),
            Error = error,
        };
    }

    /// <summary>Counts risk events and takes the first as samples.</summary>
    public static BacktestReport Tell(RiskEventSet riskEvents, IMatchedSource source, SortedDictionary<string, long> days) => Tell(riskEvents.InOrder(), e => e.Evidence.Named.ToArray().Select(source.Read), days);

    /// <inheritdoc cref="Tell(RiskEventSet, IMatchedSource, SortedDictionary{string, long})"/>
    public static BacktestReport Tell(IEnumerable<RiskEvent> riskEvents, Func<RiskEvent, IEnumerable<Event>> evidenceOf, SortedDictionary<string, long> days)
    {
        var (count, score, samples, json) = (0L, 0L, new List<JsonNode>(), new RiskEventJson(evidenceOf));
        foreach (var e in riskEvents)
        {
            (count, score) = (count + 1, score + e.Score);
            var day = RiskEventJson.Time(e.FirstNanoseconds)[..10];
            days[day] = days.GetValueOrDefault(day) + 1;
            if (samples.Count < MostSamples)
            {
                using var stream = new MemoryStream();
                using (var writer = new Utf8JsonWriter(stream))
                {
                    json.Write(writer, e);
                }

                samples.Add(JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!);
            }
        }

        return new BacktestReport { Detection = "", RiskEvents = count, Score = score, Days = days, Samples = samples };
    }
}
