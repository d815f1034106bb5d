using BenchmarkDotNet.Attributes;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Benchmarks.Micro;

/// <summary>Searches that read every one of 4 MB of events.</summary>
[InProcess, MemoryDiagnoser]
public class StatsBenchmarks
{
    private const int Bytes = 4_000_000;

    private readonly EventSample sample = EventSample.Of(Bytes);
    private SearchPlan plan = null!;

    [Params(
        "* | stats count by user.username verb",
        "* | stats count dc(objectRef.name) min(_time) max(_time) values(verb) by user.username",
        "* | stats count avg(responseStatus.code) by sourceIPs{} objectRef.namespace")]
    public string Search { get; set; } = "";

    [GlobalSetup]
    public void Prepare() => plan = SearchPlanner.Plan(new SourceText("search", Search), new MacroTable());

    [Benchmark(OperationsPerInvoke = Bytes)]
    public int Run() => plan.Run(new SearchContext { Source = new MemoryEventSource(sample.Events), Now = DateTimeOffset.UnixEpoch }).Rows.Count();
}
