using System.Text;
using Saker.Detections;
using Saker.Detections.Tracing;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Detections;

public sealed class SearchTraceTests
{
    private const string Audit = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","verb":"get","requestURI":"/","stageTimestamp":"2026-03-02T10:00:00Z"}""";

    [Fact]
    public async Task An_event_that_came_before_is_told_as_such()
    {
        var report = await RunAsync("verb=get", $"{Audit}\n{Audit}\n", 2);

        Assert.Equal((2, 1, 1), (report.Read, report.Duplicates, report.InRange));
        Assert.Equal("the same event was read before; it counts once", report.Event!.Why);
    }

    [Fact]
    public async Task A_subsearch_is_not_judged_before_it_runs()
    {
        var plan = SearchPlanner.Plan(new SourceText("search", "verb=get [ search a=b ] | stats count"), new MacroTable());

        using var search = new FileSearch(plan, new ScanSettings());
        await search.ReadAsync(Input($"{Audit}\n"), _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(1, search.Counts.Read);
    }

    [Fact]
    public async Task An_event_outside_the_search_s_own_times_is_told_as_such()
    {
        var report = await RunAsync("verb=get earliest=2026-03-03T00:00:00", $"{Audit}\n", 1);

        Assert.Equal(("the time range", 0), (report.Event!.RemovedBy, report.InRange));
    }

    [Fact]
    public async Task A_search_for_metrics_says_that_it_reads_no_events()
    {
        var report = await RunAsync("| mstats avg(process.cpu.utilization) where index=kubernetes_metrics by host.name", $"{Audit}\n", 1);

        Assert.Equal("it is an event, and the search reads metric data points", report.Event!.Why);
    }

    private static async Task<TraceReport> RunAsync(string search, string text, long number)
    {
        using var trace = new SearchTrace(SearchPlanner.Plan(new SourceText("search", search), new MacroTable()), new ScanSettings());
        await trace.ReadAsync(Input(text), TestContext.Current.CancellationToken);
        return trace.Run(number, TestContext.Current.CancellationToken);
    }

    private static InputFile Input(string text) => new("in.ndjson", 0, default) { Content = Encoding.UTF8.GetBytes(text) };
}
