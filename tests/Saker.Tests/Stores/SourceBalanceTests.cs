using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class SourceBalanceTests
{
    private readonly SteppingClock clock = new();

    [Fact]
    public void A_source_falls_silent_after_three_times_its_usual_pause_once_it_was_watched_for_an_hour()
    {
        var balance = new SourceBalance(clock, new Dictionary<string, TimeSpan>());
        for (var i = 0; i < 10; i++)
        {
            balance.Keep("audit/prod", 1, 0, 0, 0);
            clock.Step(TimeSpan.FromMinutes(10));
        }

        balance.Keep("hec/new", 1, 0, 0, 0);
        clock.Step(TimeSpan.FromMinutes(15));
        Assert.Empty(balance.SilentSources());

        clock.Step(TimeSpan.FromMinutes(6));
        var silent = Assert.Single(balance.SilentSources());
        Assert.Equal(("audit/prod", TimeSpan.FromMinutes(31), TimeSpan.FromMinutes(30), false), (silent.Name, silent.Quiet, silent.Limit, silent.IsSet));

        balance.Keep("audit/prod", 1, 0, 0, 0);
        Assert.Empty(balance.SilentSources());
    }

    [Fact]
    public void What_was_set_counts_at_once_also_for_a_source_that_never_sent()
    {
        var balance = new SourceBalance(clock, new Dictionary<string, TimeSpan> { ["falco/prod"] = TimeSpan.FromMinutes(5) });
        Assert.Empty(balance.SilentSources());

        clock.Step(TimeSpan.FromMinutes(6));

        var silent = Assert.Single(balance.SilentSources());
        Assert.Equal(("falco/prod", null, true), (silent.Name, silent.LastSeen, silent.IsSet));
    }

    [Fact]
    public void What_was_learned_is_kept_over_a_restart_and_the_time_in_between_is_nobodys_silence()
    {
        var before = new SourceBalance(clock, new Dictionary<string, TimeSpan>());
        for (var i = 0; i < 10; i++)
        {
            before.Keep("audit/prod", 5, 1, 1, 1);
            clock.Step(TimeSpan.FromMinutes(20));
        }

        clock.Step(TimeSpan.FromDays(2));
        var after = new SourceBalance(clock, new Dictionary<string, TimeSpan>());
        after.Load(before.Settled());

        Assert.Empty(after.SilentSources());
        clock.Step(TimeSpan.FromMinutes(61));
        Assert.InRange(Assert.Single(after.SilentSources()).Limit, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }

    [Fact]
    public void Made_up_names_do_not_fill_the_memory()
    {
        var balance = new SourceBalance(clock, new Dictionary<string, TimeSpan>());
        for (var i = 0; i < SourceBalance.MostSources + 500; i++)
        {
            balance.Keep($"hec/{i}", 1, 0, 0, 0);
        }

        Assert.Equal(500, balance.Read().Single(c => c.Name == SourceBalance.OtherSources).Received);
        Assert.Equal(SourceBalance.MostSources + 1, balance.Read().Count);
    }
}
