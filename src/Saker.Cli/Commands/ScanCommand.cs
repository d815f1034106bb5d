using System.CommandLine;
using System.Diagnostics;
using Saker.Cli.Output;
using Saker.Detections;
using Saker.Ingest;
using Saker.Risk.Exceptions;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker scan</c>: detections over files.</summary>
internal static class ScanCommand
{
    private const string Help = """
        Runs detections over files, directories or standard input and tells the risk events found.

        Reads Kubernetes audit logs (plain, EKS, GKE, AKS), Falco alerts, Tetragon events, OpenTelemetry and Splunk HEC data, recognised by content; .gz too.

        Examples:
          saker scan audit.log
          saker scan /var/log/kubernetes/ falco.json --format json --output found.json
          zcat audit-*.gz | saker scan - --tag attack.T1204
          saker scan audit.log --content my-content/ --fail-on 60

        Exit codes: 0 done, 2 a score reached --fail-on, 3 some input was rejected, 64 wrong usage, 65 errors in content,
        73 the output or a temporary file cannot be written.
        """;

    public static Command Create()
    {
        var command = new Command("scan", Help);
        var options = new ScanOptions();
        options.AddTo(command);

        // On a thread of its own, which may wait, while another watches for Ctrl-C.
        command.SetAction((parsed, cancellation) => Task.Factory.StartNew(() => Run(options, parsed, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return command;
    }

    private static int Run(ScanOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var settings = options.Settings(parsed);
        var failOn = options.FailOn(parsed);
        var inputs = options.Inputs(parsed);
        var content = options.Content.Load(parsed);
        var mistakes = content.Diagnostics.ToList();
        var detections = PreparedDetection.Prepare(options.Content.Select(parsed, content), content.Macros, mistakes);
        var hasErrors = ContentOptions.Tell(mistakes);

        using var geo = options.OpenGeo(parsed);
        using var target = options.OpenOutput(parsed, inputs);
        using var scan = new Scan(detections, settings with { InputBytes = inputs.TotalBytes, FindPlace = geo.Find, Lookups = options.State.Lookups(parsed, content), Exceptions = new ExceptionSet(content.Exceptions) });
        ReadAll(scan, inputs, cancellation);
        var outcomes = scan.Evaluate(cancellation);
        var report = new ScanReport(scan, inputs.Files.Count, outcomes) { Elapsed = () => Stopwatch.GetElapsedTime(started) };
        var highest = options.Write(parsed, target, report);
        TellProblems(report);
        return failOn <= highest && report.RiskEventCount > 0 ? ExitCode.Found
            : hasErrors || outcomes.Any(o => o.Failure is not null) ? ExitCode.Content
            : scan.Counts.Rejected > 0 ? ExitCode.Rejected
            : ExitCode.Nothing;
    }

    private static void ReadAll(Scan scan, InputPaths inputs, CancellationToken cancellation)
    {
        using var progress = ReadProgress.Start(inputs.TotalBytes);
        foreach (var file in inputs.Files)
        {
            scan.ReadAsync(file, progress.Add, cancellation).GetAwaiter().GetResult();
        }
    }

    private static void TellProblems(ScanReport report)
    {
        InputProblems.Tell(report.Scan.Counts);
        foreach (var outcome in report.Outcomes)
        {
            if (outcome.Failure is { } failure)
            {
                Console.Error.WriteLine($"error: {outcome.Detection.Name} could not be evaluated\n{DiagnosticRenderer.Render(failure)}");
            }
        }

        if (report.Scan.WithoutCluster is > 0 and var unnamed)
        {
            Console.Error.WriteLine($"note: {Counted.Of(unnamed, "data point")} of interest without k8s.cluster.name: a search that groups by it leaves them out; name the cluster with --cluster");
        }

        foreach (var outcome in report.Outcomes.Where(o => o.RowsWithoutRiskObject > 0))
        {
            Console.Error.WriteLine($"note: {outcome.Detection.Name}: {outcome.RowsWithoutRiskObject:#,0} of {outcome.Rows:#,0} rows made no risk event, since the risk object is empty or an address that a client claimed");
        }

        foreach (var warning in report.Outcomes.SelectMany(o => o.Warnings).Distinct())
        {
            Console.Error.WriteLine($"note: {warning}");
        }
    }
}
