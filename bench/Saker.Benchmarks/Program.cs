using BenchmarkDotNet.Running;
using Saker.Benchmarks.Comparison;

// `compare …` measures whole processes against other engines (bench/run calls it); anything else goes to BenchmarkDotNet.
return args is ["compare", .. var options]
    ? ComparisonRun.Run(options)
    : BenchmarkSwitcher.FromAssembly(typeof(ComparisonRun).Assembly).Run(args).Any() ? 0 : 1;
