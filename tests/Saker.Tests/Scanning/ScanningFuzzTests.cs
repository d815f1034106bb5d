using System.Diagnostics;
using System.Globalization;
using Saker.Spl.Scanning;
using Xunit;

namespace Saker.Tests.Scanning;

/// <summary>
/// Mutated lines through every kernel and its scalar twin. SAKER_FUZZ_LINES sets how many (20,000 by default; 10,000,000 is the long run),
/// SAKER_FUZZ_SEED the seed.
/// </summary>
public sealed class ScanningFuzzTests
{
    private static readonly long Lines = long.Parse(Environment.GetEnvironmentVariable("SAKER_FUZZ_LINES") ?? "20000", CultureInfo.InvariantCulture);
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void Kernels_extract_what_the_twin_extracts()
    {
        var checks = KernelTable.Supported.Where(k => k.IsVector).Select(k => new ExtractorTests.Comparison(k.Name)).ToList();
        Run("extractor", line => checks.ForEach(c => c.Same(line)));
    }

    [Fact]
    public void The_sieve_leaves_out_nothing_that_is_wanted()
    {
        var check = new SieveCheck(ScanSamples.AuditLines, KernelTable.Supported);
        Run("sieve", check.Check);
        Assert.True(check.Unwanted > 0);
    }

    private static void Run(string name, Action<byte[]> check)
    {
        var clock = Stopwatch.StartNew();
        var samples = ScanSamples.AuditLines.Where(l => l.Length < 4000).ToList();
        var mutations = new JsonMutations(Seed);
        for (var i = 0L; i < Lines; i++)
        {
            check(mutations.Mutate(samples[mutations.Next(samples.Count)]));
        }

        Console.Error.WriteLine($"fuzz: {name}, {Lines:#,0} lines in {clock.Elapsed.TotalSeconds:0} s, seed {Seed}");
    }
}
