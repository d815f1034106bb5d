using Saker.Risk.Findings;
using Saker.Server.Serving;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server;

public sealed class SilentSourceTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ManualClock clock = new();
    private readonly MemoryStateStore state = new();
    private readonly List<Finding> told = [];
    private readonly FindingBook book;
    private readonly SourceBalance balance;
    private long refused;

    public SilentSourceTests()
    {
        book = NewBook();
        balance = new SourceBalance(clock, new Dictionary<string, TimeSpan> { ["audit/prod"] = Limit });
        balance.Keep("audit/prod", 1, 0, 0, 0);
    }

    [Fact]
    public async Task A_source_that_falls_silent_is_a_finding_once_and_is_closed_when_it_is_heard_again()
    {
        var watch = NewWatch(book);
        await watch.LookAsync(default);
        Assert.Empty(told);
        clock.Step(Limit * 2);
        await watch.LookAsync(default);
        clock.Step(Limit);
        await watch.LookAsync(default);
        var finding = Assert.Single(told);
        Assert.Equal(("source", "audit/prod", "Source fell silent", FindingState.New, 50), (finding.EntityType, finding.Entity, finding.Title, finding.State, finding.Score));
        Assert.Equal("audit/prod sent nothing since 2026-03-14 10:00:00 UTC; 5 minutes were set", Assert.Single(finding.Evidence).Message);

        clock.Step(TimeSpan.FromSeconds(1));
        balance.Keep("audit/prod", 1, 0, 0, 0);
        await watch.LookAsync(default);
        Assert.Equal((finding.Id, FindingState.Closed, FindingDisposition.Withdrawn), (told[1].Id, told[1].State, told[1].Disposition));

        clock.Step(Limit * 2);
        await watch.LookAsync(default);
        Assert.Equal((finding.Id, FindingState.New, 3), (told[2].Id, told[2].State, told[2].History.Count));
        Assert.Equal(3, told.Count);
    }

    [Fact]
    public async Task What_a_person_closed_stays_closed_until_the_source_was_heard_once_more()
    {
        var watch = NewWatch(book);
        clock.Step(Limit * 2);
        await watch.LookAsync(default);
        await book.EditAsync(told[0].Id, null, new FindingEdit { State = FindingState.Closed, Disposition = FindingDisposition.Benign }, "ann", default);
        clock.Step(Limit);
        await watch.LookAsync(default);
        Assert.Single(told);

        balance.Keep("audit/prod", 1, 0, 0, 0);
        clock.Step(Limit * 2);
        await watch.LookAsync(default);
        Assert.Equal((2, FindingState.New), (told.Count, told[^1].State));
    }

    [Fact]
    public async Task In_a_finding_that_somebody_works_on_recovery_is_noted_once()
    {
        var watch = NewWatch(book);
        clock.Step(Limit * 2);
        await watch.LookAsync(default);
        await book.EditAsync(told[0].Id, null, new FindingEdit { State = FindingState.InProgress }, "ann", default);
        clock.Step(TimeSpan.FromMinutes(1));
        balance.Keep("audit/prod", 1, 0, 0, 0);
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        var now = (await book.FindAsync(told[0].Id, default))!;
        Assert.Equal((FindingState.InProgress, "heard again"), (now.State, now.History[^1].What));
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public async Task After_a_restart_it_is_closed_by_a_batch_only()
    {
        clock.Step(Limit * 2);
        await NewWatch(book).LookAsync(default);
        using var later = NewBook();
        var restarted = new SourceBalance(clock, new Dictionary<string, TimeSpan> { ["audit/prod"] = Limit });
        restarted.Load(balance.Settled());
        var watch = NewWatch(later, restarted);
        await watch.LookAsync(default);
        Assert.Single(told);
        clock.Step(TimeSpan.FromSeconds(1));
        restarted.Keep("audit/prod", 1, 0, 0, 0);
        await watch.LookAsync(default);
        Assert.Equal(FindingState.Closed, told[^1].State);
    }

    [Fact]
    public async Task Many_at_once_are_one_finding()
    {
        var many = new SourceBalance(clock, Enumerable.Range(0, 100).ToDictionary(i => $"audit/{i:D3}", _ => Limit));
        Assert.Empty(many.SilentSources());
        var watch = NewWatch(book, many);
        clock.Step(Limit * 2);
        await watch.LookAsync(default);
        var finding = Assert.Single(told);
        Assert.Equal(SilentSourceWatch.Many, finding.Entity);
        Assert.StartsWith("100 sources fell silent: audit/000, audit/001", finding.Evidence[0].Message, StringComparison.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            many.Keep($"audit/{i:D3}", 1, 0, 0, 0);
        }

        clock.Step(TimeSpan.FromSeconds(1));
        many.Keep("audit/000", 1, 0, 0, 0);
        await watch.LookAsync(default);
        Assert.Equal(FindingState.Closed, told[^1].State);
    }

    [Fact]
    public async Task While_batches_are_refused_nobody_is_called_silent()
    {
        var watch = NewWatch(book);
        clock.Step(Limit * 2);
        refused++;
        await watch.LookAsync(default);
        Assert.Empty(told);
        await watch.LookAsync(default);
        Assert.Single(told);
    }

    public void Dispose() => book.Dispose();

    private FindingBook NewBook() => new(state, clock)
    {
        Changed = (finding, _) =>
        {
            told.Add(finding);
            return Task.CompletedTask;
        },
    };

    private SilentSourceWatch NewWatch(FindingBook findings, SourceBalance? of = null) => new(of ?? balance, () => refused, findings, clock, _ => { });

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 3, 14, 10, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.Ticks;

        public void Step(TimeSpan time) => now += time;
    }
}
