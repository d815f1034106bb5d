using Saker.Content;
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

    public RunningDetections(Func<ContentLibrary> content, IEventStore store, IStateStore state, WindowSettings settings, string lookupDirectory, Action<string> tell, NoticeSource? notices = null)
    {
        (this.content, this.state) = (content, state);
        log = new RiskEventLog(state, settings.Clock, []);
        // Notices hear of a risk event first: a finding's have their place from it.
        Findings = new FindingBook(state, settings.Clock) { Changed = notices is null ? null : notices.TellAsync };
        Exceptions = new ExceptionBook(state, settings.Clock);
        Service = new DetectionService(content, store, state, notices is null ? [Findings] : [notices, Findings], settings with { Exceptions = Exceptions }, lookupDirectory, tell);
        Source = new RiskAwareSource(store, log);
    }

    public DetectionService Service { get; }

    public FindingBook Findings { get; }

    public ExceptionBook Exceptions { get; }

    /// <summary>Events, and risk events under <c>index=risk</c>, for searches.</summary>
    public IEventSource Source { get; }

    public ContentLibrary Content => content();

    /// <summary>The ledger's rows of the runs in a range.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public IAsyncEnumerable<LedgerRow> WindowsAsync(TimeRange range, CancellationToken cancellation) => state.ReadAsync(StateTable.Windows, range, cancellation).Select(LedgerRow.Read);

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

    public void Dispose()
    {
        Service.Dispose();
        Findings.Dispose();
        Exceptions.Dispose();
    }
}
