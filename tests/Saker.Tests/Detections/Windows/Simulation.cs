using Saker.Content;
using Saker.Detections;
using Saker.Detections.Windows;
using Saker.Ingest;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Text;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Detections.Windows;

/// <summary>A server's detections without the server: a clock that is set, a store in memory, restarts at will.</summary>
internal sealed class Simulation : IDisposable
{
    private readonly IReadOnlyList<(PreparedDetection Detection, DateTimeOffset EnabledAt)> detections;
    private readonly WindowSettings settings;
    private WindowRunner? runner;

    private Simulation(IReadOnlyList<PreparedDetection> prepared, DateTimeOffset start, Func<WindowSettings, WindowSettings>? change)
    {
        Clock = new SetClock(start);
        detections = [.. prepared.Select(p => (p, start))];
        settings = new WindowSettings { Clock = Clock, Lookups = new ContentLookups(Library.Value) };
        settings = change?.Invoke(settings) ?? settings;
    }

    public static Lazy<ContentLibrary> Library { get; } = new(() => ContentLibrary.Load([ContentLibrary.ShippedRoot]));

    public SetClock Clock { get; }

    public TestStore Store { get; } = new();

    public MemoryStateStore State { get; } = new();

    public List<ChangedRiskEvent> Told { get; } = [];

    public WindowRunner Runner => runner!;

    public static async Task<Simulation> StartAsync(DateTimeOffset start, Func<WindowSettings, WindowSettings>? change = null, IReadOnlyList<PreparedDetection>? detections = null)
    {
        var simulation = new Simulation(detections ?? Seeds(), start, change);
        await simulation.RestartAsync();
        return simulation;
    }

    public static IReadOnlyList<PreparedDetection> Seeds(params string[] stems)
    {
        var mistakes = new List<Diagnostic>();
        var prepared = PreparedDetection.Prepare(
            Library.Value.Detections.Where(d => stems.Length == 0 || stems.Contains(d.Stem)).OrderBy(d => d.Name, StringComparer.Ordinal), Library.Value.Macros, mistakes);
        Assert.Empty(mistakes);
        return prepared;
    }

    /// <summary>As after a kill: what was in memory is gone.</summary>
    public async Task RestartAsync()
    {
        runner?.Dispose();
        var log = new RiskEventLog(State, Clock, [new Follower(Told)]);
        runner = await WindowRunner.StartAsync(detections, Store, State, log, settings, CancellationToken.None);
    }

    /// <summary>Events arrive: they are stored, then told.</summary>
    public async Task ArriveAsync(params IReadOnlyList<ReceivedEvent> events)
    {
        await Store.InsertAsync(events, "", CancellationToken.None);
        await Runner.TakeAsync(events, CancellationToken.None);
    }

    /// <summary>Time passes until an instant, minute by minute; what is due is evaluated.</summary>
    public async Task PassAsync(DateTimeOffset until, TimeSpan? step = null)
    {
        while (Clock.Now < until)
        {
            var next = Clock.Now + (step ?? TimeSpan.FromMinutes(1));
            Clock.Now = next < until ? next : until;
            await Runner.RunDueAsync(CancellationToken.None);
        }
    }

    public async Task<IReadOnlyList<LedgerRow>> LedgerAsync() =>
        [.. (await State.ReadAsync(StateTable.Windows, TimeRange.All, CancellationToken.None).ToListAsync()).Select(LedgerRow.Read)];

    public async Task<IReadOnlyList<StoredRiskEvent>> RiskEventsAsync() =>
        [.. (await State.ReadAsync(StateTable.RiskEvents, TimeRange.All, CancellationToken.None).ToListAsync()).Select(StoredRiskEvent.Read).Where(e => !e.IsWithdrawn)];

    public static IReadOnlyList<ReceivedEvent> Read(IEnumerable<string> paths, TimeProvider clock)
    {
        var sink = new Sink();
        foreach (var file in InputPaths.Expand(paths, clock).Files)
        {
            new InputReader(new IngestOptions { Clock = clock, MaskKey = "test"u8.ToArray() }).Read(file.Open(), file.Path, file.Day, sink, default);
        }

        return sink.Events;
    }

    /// <summary>A line as it arrives at an instant.</summary>
    public static IReadOnlyList<ReceivedEvent> Read(string text, DateTimeOffset arrival)
    {
        var sink = new Sink();
        new InputReader(new IngestOptions { Clock = new SetClock(arrival) }).Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "in", default, sink, default);
        return sink.Events;
    }

    public void Dispose() => runner?.Dispose();

    private sealed class Follower(List<ChangedRiskEvent> told) : IFollowsRiskEvents
    {
        public Task FollowAsync(IReadOnlyList<ChangedRiskEvent> changes, CancellationToken cancellation)
        {
            told.AddRange(changes);
            return Task.CompletedTask;
        }
    }

    private sealed class Sink : IDecodeSink
    {
        public List<ReceivedEvent> Events { get; } = [];

        public void Accept(Event e, EventKind kind, bool truncated)
        {
            var copy = e.Copied();
            Events.Add(new ReceivedEvent(copy, kind));
        }

        public void Other(string reason)
        {
        }

        public void Reject(in RecordPlace place, string reason)
        {
        }
    }
}
