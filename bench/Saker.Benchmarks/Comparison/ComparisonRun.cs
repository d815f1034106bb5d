using System.Globalization;

namespace Saker.Benchmarks.Comparison;

/// <summary>Runs the contestants in turn, checks what they found, keeps what they took, and writes the report.</summary>
internal sealed class ComparisonRun
{
    private readonly ComparisonOptions options;
    private readonly string root;
    private readonly SakerBuild saker;
    private readonly Peers peers;
    private readonly IReadOnlyList<Contestant> contestants;
    private readonly MeasurementFile measurements;
    private readonly string session;

    private ComparisonRun(ComparisonOptions options, string root, DateTimeOffset now)
    {
        (this.options, this.root) = (options, root);
        session = now.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        saker = options.Saker is { } program ? SakerBuild.OfProgram(program) : SakerBuild.OfTree(root);
        peers = new Peers(root, options.Directory);
        if (!options.OnlyReport)
        {
            peers.Prepare(Contestants.Engines(options, peers));
        }

        contestants = Contestants.All(saker.Program, peers, options.Directory);
        measurements = new MeasurementFile(Path.Combine(options.Directory, "measurements.ndjson"));
    }

    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Any(a => a is "--help" or "-h"))
        {
            Console.WriteLine(ComparisonOptions.Usage);
            return 0;
        }

        try
        {
            var options = ComparisonOptions.Parse(arguments);
            Directory.CreateDirectory(options.Directory);
            var root = Root();
            if (options.List)
            {
                foreach (var contestant in Contestants.All("saker", new Peers(root, options.Directory), options.Directory))
                {
                    Console.WriteLine($"{contestant.Name,-20} {contestant.Threads} thread{(contestant.Threads == "1" ? " " : "s")}  {contestant.Task}");
                }

                return 0;
            }

            return options.Quick ? Regression.Run(options, root) : new ComparisonRun(options, root, TimeProvider.System.GetUtcNow()).Run();
        }
        catch (FormatException mistake)
        {
            Console.Error.WriteLine($"bench/run: {mistake.Message}\n\n{ComparisonOptions.Usage}");
            return 64;
        }
        catch (Exception failure) when (failure is InvalidOperationException or InvalidDataException or IOException)
        {
            Console.Error.WriteLine($"bench/run: {failure.Message}");
            return 1;
        }
    }

    private int Run()
    {
        if (options.Fresh)
        {
            measurements.Clear();
        }

        foreach (var (engine, why) in peers.Missing)
        {
            Console.Error.WriteLine($"{engine} is not here and is left out: {why}");
        }

        if (!options.OnlyReport)
        {
            Contestants.WriteContent(options.Directory);
            foreach (var data in options.Data)
            {
                Measure(data);
            }
        }

        Report();
        return 0;
    }

    private void Measure(string data)
    {
        foreach (var size in (FileSize[])[FileSize.Large, FileSize.Small])
        {
            var mine = contestants.Where(c => c.Size == size && options.Wants(c.Name) && !peers.Missing.ContainsKey(c.Engine)).ToList();
            if (mine.Count > 0 && Make(data, size) is { } file)
            {
                Measure(file, mine);
            }
        }
    }

    private void Measure(DataFile file, IReadOnlyList<Contestant> mine)
    {
        var copyPath = Path.Combine(options.Directory, "copy.ndjson");
        try
        {
            Console.Error.WriteLine($"{file.Name}: {file.Bytes:#,0} bytes, {file.Lines:#,0} events");
            var known = Contestants.Reference(root, saker.Program, file, options.Directory, Kept());
            for (var round = 0; round < options.Rounds; round++)
            {
                var copy = file.CopyTo(copyPath);
                for (var i = 0; i < mine.Count; i++)
                {
                    Time(mine[(i + round) % mine.Count], copy, round, known);
                }
            }
        }
        finally
        {
            File.Delete(copyPath);
        }
    }

    private void Time(Contestant contestant, DataFile file, int round, Answer known)
    {
        var outcome = MeasuredProcess.Run(contestant.Command(file), options.Directory, contestant.Name);
        Check(contestant, outcome, known);
        var measurement = new Measurement(saker.Name, session, round, file.Name, contestant.Name, file.Bytes, outcome.Seconds, outcome.CpuSeconds, outcome.PeakBytes);
        measurements.Add(measurement);
        Console.Error.WriteLine($"  {round + 1}  {contestant.Name,-20} {measurement.BytesPerSecond / 1e9,7:0.000} GB/s {outcome.Seconds,8:0.000} s {outcome.CpuSeconds,8:0.000} CPU s {outcome.PeakBytes / 1e6,7:0} MB");
    }

    /// <exception cref="InvalidDataException">The contestant failed, or found something else than the others.</exception>
    private static void Check(Contestant contestant, ProcessOutcome outcome, Answer known)
    {
        if (outcome.ExitCode != 0 && outcome.ExitCode != contestant.ExitCodeOfNothing)
        {
            throw new InvalidDataException($"{contestant.Name} ended with {outcome.ExitCode}: {outcome.Errors}");
        }

        var answer = contestant.Read(outcome);
        if (answer.DifferenceFrom(known) is { } difference)
        {
            throw new InvalidDataException($"{contestant.Name} found something else than the others: {difference}");
        }

        known.Learn(answer);
        File.Delete(outcome.OutputPath);
    }

    /// <summary>A name for what is kept of this build; one with changes is another each time.</summary>
    private string Kept() => $"reference-{(saker.Name.Contains(',') ? session.Replace(':', '-') : saker.Name.Replace('+', '-'))}";

    private DataFile? Make(string data, FileSize size)
    {
        var bytes = size == FileSize.Large ? options.Size : options.Size / 8;
        return data == "synth" ? DataFile.Synthetic(options.Directory, bytes) : RealLogs() is { Count: > 0 } logs ? DataFile.Repeated(options.Directory, logs, bytes) : null;
    }

    private IReadOnlyList<string> RealLogs()
    {
        if (options.Real.Count > 0)
        {
            return options.Real;
        }

        var directory = Path.Combine(root, "../shared/data/apiserver");
        string[] logs = Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "*.ndjson.gz").Order(StringComparer.Ordinal)] : [];
        if (logs.Length == 0)
        {
            Console.Error.WriteLine("no real log is here: only synth is measured; --real names one");
        }

        return logs;
    }

    private void Report()
    {
        var mine = measurements.Of(saker.Name);
        if (mine.Count == 0)
        {
            Console.Error.WriteLine($"nothing was measured with {saker.Name} yet");
            return;
        }

        var page = ResultsPage.Write(mine, contestants, [.. peers.Versions()], peers.Missing, Machine.Description, TimeProvider.System.GetUtcNow());
        Console.WriteLine(page);
        if (options.WritesReport)
        {
            var results = Path.Combine(root, "bench/results");
            Directory.CreateDirectory(results);
            File.WriteAllText(Path.Combine(results, $"{Machine.FileName}.md"), page);
            var readme = Path.Combine(root, "README.md");
            File.WriteAllText(readme, ResultsPage.Replace(File.ReadAllText(readme), ResultsPage.Summary(ResultsPage.Newest(results)!)));
        }
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Saker.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the repository is not above this program");
    }
}
