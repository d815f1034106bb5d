using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Language;

/// <summary>What <c>maxtime</c> and <c>timeout</c> cut off, by a clock that goes on a second each time somebody looks at it.</summary>
public sealed class SubsearchTimeTests
{
    private static readonly List<Event> Events = [.. Enumerable.Range(0, 100).Select(i => new Event { Raw = Encoding.UTF8.GetBytes($"{{\"n\":{i}}}"), Ordinal = i, TimeNanoseconds = i })];

    [Theory]
    [InlineData("| makeresults | append maxtime=10 [search * | stats count]", "append", 10)]
    [InlineData("| makeresults | append timeout=10 maxtime=50 [search * | stats count]", "append", 10)]
    [InlineData("| makeresults | appendcols maxtime=20 [search * | stats count]", "appendcols", 20)]
    [InlineData("| makeresults | union maxtime=7 [search * | stats count]", "union", 7)]
    public void What_was_found_in_time_is_kept_and_the_rest_told_of(string search, string command, int seconds)
    {
        var (counts, warnings) = Run(search);

        Assert.InRange(Assert.Single(counts), 1, seconds);
        Assert.Equal([$"{command}: the subsearch was cut off after {seconds} s; what it had not read by then is missing"], warnings);
    }

    [Theory]
    [InlineData("| makeresults | append [search * | stats count]")]
    [InlineData("| makeresults | append maxtime=0 timeout=0 [search * | stats count]")]
    [InlineData("| makeresults | append maxtime=1000 [search * | stats count]")]
    public void Without_a_bound_or_within_it_all_is_found(string search)
    {
        var (counts, warnings) = Run(search);

        Assert.Equal([100], counts);
        Assert.Empty(warnings);
    }

    [Fact]
    public void The_time_of_the_rows_before_is_not_the_subsearchs()
    {
        var (counts, warnings) = Run("* | append maxtime=300 [search * | stats count] | search count=*");

        Assert.Equal([100], counts);
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_search_inside_another_is_bound_by_both()
    {
        var (counts, warnings) = Run("| makeresults | append maxtime=12 [| makeresults | append maxtime=500 [search * | stats count] | search count=*]");

        Assert.InRange(Assert.Single(counts), 1, 12);
        Assert.Equal(["append: the subsearch was cut off after 12 s; what it had not read by then is missing"], warnings);
    }

    private static (List<double> Counts, IReadOnlyList<string> Warnings) Run(string search)
    {
        var context = new SearchContext { Source = new MemoryEventSource(Events), Now = DateTimeOffset.UnixEpoch, Clock = new Ticking() };
        var rows = SearchPlanner.Plan(new SourceText("search", search), new Saker.Spl.Syntax.MacroTable()).Run(context).Rows.ToList();
        var slot = context.Fields.Slot("count");
        return ([.. rows.Where(r => !r[slot].IsNull).Select(r => r[slot].TryGetNumber(out var n) ? n : -1)], context.Warnings);
    }

    private sealed class Ticking : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => now++;
    }
}
