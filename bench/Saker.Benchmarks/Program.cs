using BenchmarkDotNet.Running;
using Saker.Benchmarks;
using Saker.Benchmarks.Comparison;
using Saker.Benchmarks.Hostile;
using Saker.Benchmarks.Serving;
using Saker.Benchmarks.Soak;
using Saker.Benchmarks.Stores;

// `compare …` measures whole processes against other engines (bench/run calls it), `journal DIRECTORY …` the journal, `store …` the private engine, `soak …` a whole
// server (bench/soak), which starts `failing-server …`; `hostile …` what it stands (bench/hostile); `latency …`, `boundaries …` and `rounds …` its detections and notifications (bench/serving); anything else goes
// to BenchmarkDotNet.
return args switch
{
    ["compare", .. var options] => ComparisonRun.Run(options),
    ["soak", .. var options] => await SoakRun.RunAsync(options),
    ["failing-server", .. var options] => await FailingServer.RunAsync(options),
    ["hostile", .. var options] => await HostileRun.RunAsync(options),
    ["journal", .. { Length: > 0 } options] => await JournalLoad.RunAsync(options),
    ["latency", .. var options] => await LatencyRun.RunAsync(options),
    ["boundaries", .. var options] => await BoundaryRun.RunAsync(options),
    ["rounds", .. var options] => await RoundsRun.RunAsync(options),
    ["store", .. var options] => await StoreRun.RunAsync(options),
    _ => BenchmarkSwitcher.FromAssembly(typeof(ComparisonRun).Assembly).Run(args).Any() ? 0 : 1,
};
