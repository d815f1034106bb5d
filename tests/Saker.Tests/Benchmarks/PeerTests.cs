using Saker.Benchmarks.Comparison;
using Xunit;

namespace Saker.Tests.Benchmarks;

/// <summary>Other engines give the rows that Saker gives, or comparing their speed would mean nothing.</summary>
public sealed class PeerTests(PeerTests.SmallLog log) : IClassFixture<PeerTests.SmallLog>
{
    public static TheoryData<string> Names => [.. Contestants.All("saker", new Peers("/", "/"), "/")
        .Where(c => c.Engine != "saker" && !c.Name.EndsWith("-1t", StringComparison.Ordinal))
        .Select(c => c.Name), "simdjson-three-1t"];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_engine_that_is_here_gives_the_same_rows(string name)
    {
        var engine = name.Split('-')[0];
        var peers = new Peers(Repository.Root, log.Directory.FullName);
        peers.Prepare(new HashSet<string> { engine }, installs: false);
        Assert.SkipWhen(peers.Missing.TryGetValue(engine, out var why), $"{engine} is not here: {why}");
        var contestant = Contestants.All(SmallLog.Saker, peers, log.Directory.FullName).First(c => c.Name == name);

        var outcome = MeasuredProcess.Run(contestant.Command(log.File), log.Directory.FullName, name);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Null(contestant.Read(outcome).DifferenceFrom(log.Rows.Value));
    }

    [Fact]
    public void Saker_gives_the_rows_of_its_searches_when_it_scans()
    {
        var contestant = Contestants.All(SmallLog.Saker, new Peers("/", "/"), log.Directory.FullName).First(c => c.Name == "saker-5");
        var outcome = MeasuredProcess.Run(contestant.Command(log.File), log.Directory.FullName, contestant.Name);
        Assert.Null(contestant.Read(outcome).DifferenceFrom(log.Rows.Value));
        Assert.InRange(outcome.PeakBytes, 20_000_000, 2_000_000_000);
        Assert.InRange(outcome.CpuSeconds, 0.01, 60);
    }

    /// <summary>2 MB of samples, repeated, and the rows that <c>saker search</c> finds there.</summary>
    public sealed class SmallLog : IDisposable
    {
        /// <summary>The program as the build left it beside the tests'.</summary>
        internal static string Saker { get; } = Path.Combine(AppContext.BaseDirectory, "saker");

        internal DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("saker-peers");

        internal DataFile File { get; }

        internal Lazy<Answer> Rows { get; }

        public SmallLog()
        {
            File = DataFile.Repeated(Directory.FullName, [Path.Combine(Repository.Root, "samples", "audit.ndjson")], 2_000_000);
            Rows = new(() =>
            {
                var rows = Contestants.Reference(Repository.Root, Saker, File, Directory.FullName);
                var everything = Contestants.All(Saker, new Peers("/", "/"), Directory.FullName).First(c => c.Name == "saker-everything");
                rows.Learn(everything.Read(MeasuredProcess.Run(everything.Command(File), Directory.FullName, everything.Name)));
                return rows;
            });
        }

        public void Dispose() => Directory.Delete(recursive: true);
    }
}
