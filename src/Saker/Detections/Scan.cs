using Saker.Detections.Windows;
using Saker.Ingest;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Detections;

/// <summary>
/// Runs detections over inputs: reads everything once, keeps what any of them wants, then evaluates each search over its windows.
/// </summary>
internal sealed class Scan : IDisposable
{
    private readonly IReadOnlyList<PreparedDetection> detections;
    private readonly ScanSettings settings;
    private readonly EventSpool spool;
    private readonly ScanReader reader;
    private readonly RiskEventSet riskEvents;

    public Scan(IReadOnlyList<PreparedDetection> detections, ScanSettings settings)
    {
        (this.detections, this.settings) = (detections, settings);
        var requests = detections.SelectMany(d => d.Plan.Requests).ToList();
        spool = new EventSpool(requests, settings.TemporaryDirectory);
        reader = new ScanReader(settings, requests, spool);
        riskEvents = new RiskEventSet([.. detections.Select(d => d.Detection)], settings.TemporaryDirectory);
    }

    public IngestCounts Counts => reader.Counts;

    public long BytesRead => reader.Bytes;

    /// <summary>How many events were left out because the same event was read before.</summary>
    public long DuplicateCount => spool.DuplicateCount;

    /// <summary>How many matched events cannot be told from a repeat of themselves.</summary>
    public long WithoutIdentity => spool.WithoutIdentity;

    /// <summary>How many matched data points name no cluster: a search that groups by it leaves them out.</summary>
    public long WithoutCluster => spool.WithoutCluster;

    /// <summary>The time of the oldest and newest event read; null if none was.</summary>
    public (DateTimeOffset Oldest, DateTimeOffset Newest)? Times =>
        reader.Newest == long.MinValue ? null : (ToTime(reader.Oldest), ToTime(reader.Newest));

    public Task ReadAsync(InputFile file, Action<long> onBytes, CancellationToken cancellation) => reader.ReadAsync(file, onBytes, cancellation);

    /// <summary>Evaluates every detection; one that fails does not keep the others from running.</summary>
    public IReadOnlyList<DetectionOutcome> Evaluate(CancellationToken cancellation)
    {
        spool.Complete();
        return [.. detections.Select(d => Evaluate(d, cancellation))];
    }

    /// <summary>The risk events in the order of time, once <see cref="Evaluate(CancellationToken)"/> is done; to be read once.</summary>
    public IEnumerable<RiskEvent> RiskEvents() => riskEvents.InOrder();

    /// <summary>The events behind a risk event, those that are named.</summary>
    public IEnumerable<Event> EvidenceOf(RiskEvent e) => e.Evidence.Named.ToArray().Select(spool.Read);

    public void Dispose()
    {
        spool.Dispose();
        riskEvents.Dispose();
    }

    internal static DateTimeOffset ToTime(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);

    private DetectionOutcome Evaluate(PreparedDetection prepared, CancellationToken cancellation)
    {
        var outcome = new DetectionOutcome(prepared.Detection) { Matched = prepared.Plan.Requests.Sum(spool.CountOf) };
        try
        {
            var throttle = prepared.Detection.Throttling is { } throttling ? new Throttle(throttling) : null;
            void Take(RiskEvent e)
            {
                // What is hidden keeps nothing back: what follows may not be.
                if (e.HiddenBy.Length > 0 || throttle?.KeepsBack(e, out _) != true)
                {
                    riskEvents.Add(e);
                }
            }

            foreach (var window in Windows(prepared))
            {
                Evaluate(prepared, window, outcome, Take, cancellation);
            }
        }
        catch (SplException failure)
        {
            outcome.Failure = failure.Diagnostics[0];
        }

        return outcome;
    }

    private void Evaluate(PreparedDetection prepared, Window window, DetectionOutcome outcome, Action<RiskEvent> take, CancellationToken cancellation)
    {
        var context = settings.NewContext(spool, window.ScheduledTime, window.Range, cancellation);
        WindowEvaluation.Run(prepared, window, context, spool, outcome, take, settings.OnRow, settings.Exceptions);
    }

    private IEnumerable<Window> Windows(PreparedDetection prepared)
    {
        var newest = Times?.Newest ?? DateTimeOffset.UnixEpoch;
        var now = settings.Now ?? newest;
        if (!settings.AsScheduled)
        {
            return [new Window(settings.Bounds(now), now, IsScheduled: false)];
        }

        if (Times is not { } times)
        {
            return [];
        }

        var asked = settings.Bounds(now);
        return new WindowSchedule(prepared.Detection.Schedule, TimeZoneInfo.Utc).Over(times.Oldest, times.Newest)
            .Select(w => w with { Range = w.Range.Intersect(asked) })
            .Where(w => prepared.Plan.Requests is [] || prepared.Plan.Requests.Any(r => spool.Any(r, r.Resolve(w.Range, w.ScheduledTime, TimeZoneInfo.Utc))));
    }
}

/// <summary>What became of one detection.</summary>
internal sealed class DetectionOutcome(Content.Detection detection)
{
    public Content.Detection Detection { get; } = detection;

    /// <summary>Events that its head let through.</summary>
    public long Matched { get; init; }

    public long Rows { get; set; }

    /// <summary>Rows that should have made a risk event, but whose risk object is empty or an address that a client claimed.</summary>
    public long RowsWithoutRiskObject { get; set; }

    public int Windows { get; set; }

    public SortedSet<string> Warnings { get; } = new(StringComparer.Ordinal);

    /// <summary>The risk events that each exception covers, by its id.</summary>
    public Dictionary<string, HashSet<Key128>> Covered { get; } = new(StringComparer.Ordinal);

    /// <summary>Of these, those that are left out.</summary>
    public HashSet<Key128> Ignored { get; } = [];

    public void Cover(Content.RiskException exception, RiskEvent e)
    {
        (Covered.TryGetValue(exception.Id, out var ids) ? ids : Covered[exception.Id] = []).Add(e.Id);
        if (exception.Action == Content.ExceptionAction.Ignore)
        {
            Ignored.Add(e.Id);
        }
    }

    /// <summary>Why it could not be evaluated to its end.</summary>
    public Diagnostic? Failure { get; set; }
}
