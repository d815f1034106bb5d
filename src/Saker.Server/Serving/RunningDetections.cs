using Saker.Content;
using Saker.Detections;
using Saker.Detections.Windows;
using Saker.Notify;
using Saker.Risk;
using Saker.Risk.Exceptions;
using Saker.Risk.Findings;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Server.Serving;

/// <summary>The detections of a server with what they leave behind: windows, risk events, findings.</summary>
internal sealed class RunningDetections : IDisposable
{
    private readonly IStateStore state;
    private readonly RiskEventLog log;
    private readonly Func<ContentLibrary> content;
    private readonly WindowSettings settings;
    private readonly string lookupDirectory;
    private readonly SemaphoreSlim backtests = new(1);

    public RunningDetections(Func<ContentLibrary> content, IEventStore store, IStateStore state, WindowSettings settings, string lookupDirectory, Action<string> tell, NoticeSource? notices = null)
    {
        (this.content, this.state) = (content, state);
        log = new RiskEventLog(state, settings.Clock, []);
        // Notices hear of a risk event first: a finding's have their place from it.
        Findings = new FindingBook(state, settings.Clock) { Changed = notices is null ? null : notices.TellAsync };
        Exceptions = new ExceptionBook(state, settings.Clock);
        Service = new DetectionService(content, store, state, notices is null ? [Findings] : [notices, Findings], settings with { Exceptions = Exceptions }, lookupDirectory, tell);
        Source = new RiskAwareSource(store, log, state);
        (this.settings, this.lookupDirectory) = (settings with { Exceptions = Exceptions }, lookupDirectory);
    }

    public DetectionService Service { get; }

    public FindingBook Findings { get; }

    public ExceptionBook Exceptions { get; }

    /// <summary>Events, and risk events under <c>index=risk</c>, for searches.</summary>
    public IEventSource Source { get; }

    public ContentLibrary Content => content();

    /// <summary>Rows of the ledger, of risk events or of findings, the latest first: at most so many that come after a place.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<IReadOnlyList<StateRow>> LatestAsync(StateTable table, TimeRange range, (long Time, string Key)? after, int most, CancellationToken cancellation) => state.ReadLatestAsync(table, range, after, most, cancellation);

    /// <summary>The risk events that stand, by the time of the last event behind them.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public IAsyncEnumerable<StoredRiskEvent> RiskEventsAsync(TimeRange range, CancellationToken cancellation) => log.ReadAsync(range, cancellation);

    /// <summary>Risk events by their ids; those that are not there are left out.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<IReadOnlyList<StoredRiskEvent>> RiskEventsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        [.. (await state.FindAsync(StateTable.RiskEvents, ids, cancellation).ConfigureAwait(false)).Select(StoredRiskEvent.Read)];

    /// <summary>The detections that run, with the time since when.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<IReadOnlyDictionary<string, DateTimeOffset?>> EnabledAsync(CancellationToken cancellation) => EnabledDetections.LookAsync(Content, state, cancellation);

    /// <summary>What people chose for detections, by their ids.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public Task<IReadOnlyDictionary<string, EnabledDetections.Choice>> ChoicesAsync(CancellationToken cancellation) => EnabledDetections.ChoicesAsync(state, cancellation);

    /// <summary>Runs a detection over what is stored and keeps nothing; null while another one is run so.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<BacktestReport?> BacktestAsync(PreparedDetection prepared, TimeRange range, CancellationToken cancellation)
    {
        if (!await backtests.WaitAsync(0, cancellation).ConfigureAwait(false))
        {
            return null;
        }

        // What its search writes into lookups goes into a copy.
        var copy = Directory.CreateTempSubdirectory("saker-backtest-").FullName;
        try
        {
            foreach (var file in Directory.Exists(lookupDirectory) ? Directory.EnumerateFiles(lookupDirectory) : [])
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            var own = settings with { Lookups = new ContentLookups(Content, copy), ContentExceptions = Content.Exceptions };
            await Exceptions.ReadAsync(cancellation).ConfigureAwait(false);
            return await Task.Run(() => Backtest.Run(prepared, Source, range, own, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            backtests.Release();
            Directory.Delete(copy, recursive: true);
        }
    }

    public void Dispose()
    {
        backtests.Dispose();
        Service.Dispose();
        Findings.Dispose();
        Exceptions.Dispose();
    }
}
