using BenchmarkDotNet.Running;
using Saker.Benchmarks;
using Saker.Benchmarks.Comparison;

// `compare …` measures whole processes against other engines (bench/run calls it), `journal DIRECTORY …` the journal; anything else goes to BenchmarkDotNet.
return args switch
{
    ["compare", .. var options] => ComparisonRun.Run(options),
    ["journal", .. { Length: > 0 } options] => await JournalLoad.RunAsync(options),
    _ => BenchmarkSwitcher.FromAssembly(typeof(ComparisonRun).Assembly).Run(args).Any() ? 0 : 1,
};
