using BenchmarkDotNet.Attributes;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Benchmarks.Micro;

/// <summary>The fields that the detections over audit logs read, out of 4 MB of events; by every kernel that this machine has.</summary>
[InProcess, MemoryDiagnoser]
public class ExtractorBenchmarks
{
    private const int Bytes = 4_000_000;

    private static readonly string[] Fields =
    [
        "verb", "objectRef.resource", "objectRef.namespace", "objectRef.name", "user.groups{}", "responseStatus.code", "requestObject.message", "source",
    ];

    private readonly EventSample sample = EventSample.Of(Bytes);
    private readonly Row row = new();
    private FieldExtractor extractor = null!;

    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    public static IEnumerable<string> Kernels => KernelTable.Supported.Select(kernel => kernel.Name);

    [GlobalSetup]
    public void Prepare() => extractor = new FieldExtractor(FieldNeed.Of(Fields), new FieldTable(), KernelTable.Supported.First(kernel => kernel.Name == Kernel));

    [Benchmark(OperationsPerInvoke = Bytes)]
    public int Extract()
    {
        var found = 0;
        foreach (var e in sample.Events)
        {
            row.Clear();
            extractor.Extract(e, row);
            found += row[0].IsNull ? 0 : 1;
        }

        return found;
    }
}
