using BenchmarkDotNet.Attributes;
using Saker.Benchmarks.Comparison;
using Saker.Content;
using Saker.Detections;
using Saker.Spl.Text;

namespace Saker.Benchmarks.Micro;

/// <summary>The heads of all detections asked of 4 MB of events: those that ship, and with generated ones 50 and 500.</summary>
[InProcess, MemoryDiagnoser]
public class MatcherBenchmarks
{
    private const int Bytes = 4_000_000;
    private const int Shipped = 5;

    private readonly EventSample sample = EventSample.Of(Bytes);
    private HeadMatcher matcher = null!;

    [Params(5, 50, 500)]
    public int Detections { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var directory = Directory.CreateTempSubdirectory("saker-matcher");
        try
        {
            GeneratedContent.Write(directory.FullName, Detections - Shipped);
            var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, directory.FullName]);
            var mistakes = new List<Diagnostic>();
            matcher = new HeadMatcher([.. PreparedDetection.Prepare(content.Detections, content.Macros, mistakes).SelectMany(d => d.Plan.Requests)]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Benchmark(OperationsPerInvoke = Bytes)]
    public int Match()
    {
        var matched = 0;
        foreach (var e in sample.Events)
        {
            matched += matcher.Match(e).Count;
        }

        return matched;
    }
}
