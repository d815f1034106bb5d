using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections.Tracing;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker explain</c>: what a search does, what it costs, and what became of events.</summary>
internal static class ExplainCommand
{
    private const string Help = """
        Prints the plan of a search or of a detection: its canonical form, what runs on each event and what on all rows, the fields it reads,
        what a store can prune, and whether its rows can be told before a window closes.

        With PATH it runs, and tells how many events each condition and each command let through. With --event N it tells which stage removed the N-th event that was read,
        and the values that it had there.

        Examples:
          saker explain 'verb=create objectRef.resource=pods | stats count by user.username'
          saker explain kubernetes_access_scanning
          saker explain kubernetes_access_scanning audit.log
          saker explain kubernetes_access_scanning audit.log --event 17

        Exit codes: 0 done, 3 some input was rejected, 64 wrong usage, 65 a mistake in the search or the content.
        """;

    public static Command Create()
    {
        var command = new Command("explain", Help);
        var search = new Argument<string>("SPL|DETECTION") { Description = "A search, or a detection's name, id or file stem." };
        var paths = new Argument<string[]>("PATH") { Description = "Files, directories, globs, or - for standard input, to run it over.", Arity = ArgumentArity.ZeroOrMore };
        var traced = new Option<long?>("--event") { Description = "Follow the N-th event that was read, counted from 1.", HelpName = "N" };
        var content = new ContentOptions();
        var time = new TimeOptions();
        command.Arguments.Add(search);
        command.Arguments.Add(paths);
        command.Options.Add(traced);
        time.AddTo(command);
        content.AddTo(command, selects: false);
        command.SetAction((parsed, cancellation) =>
            RunAsync(new Request(parsed.GetValue(search)!, parsed.GetValue(paths) ?? [], parsed.GetValue(traced)), parsed, content, time, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Request request, ParseResult parsed, ContentOptions options, TimeOptions time, CancellationToken cancellation)
    {
        if (request.Event is not null && request.Paths.Length == 0)
        {
            throw new UsageException("--event needs the files to read the event from: saker explain SEARCH PATH --event N");
        }

        if (request.Event <= 0)
        {
            throw new UsageException($"--event {request.Event}: events are counted from 1");
        }

        var inputs = InputPaths.Expand(request.Paths, TimeProvider.System);
        if (inputs.Errors.Count > 0)
        {
            throw new UsageException(string.Join("\nsaker: ", inputs.Errors));
        }

        var content = options.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        // `*` is a search that reads everything, and not a glob of names.
        var detection = request.Search.Contains('*') ? null : content.Detections.FirstOrDefault(d => d.IsNamed(request.Search));
        try
        {
            var search = detection?.Search ?? new SourceText("search", request.Search);
            var plan = SearchPlanner.Plan(search, content.Macros);
            if (detection is not null)
            {
                Console.WriteLine($"detection  {detection.Name}\nfile       {detection.FilePath}\nschedule   {detection.Schedule.Cron}, {detection.Schedule.Earliest} to {detection.Schedule.Latest}");
            }

            Console.WriteLine(Explain.Print(plan));
            var rejected = inputs.Files.Count > 0 && await TraceAsync(request, Stages(search, content), inputs, time.Settings(parsed) with { Lookups = new ContentLookups(content) }, cancellation).ConfigureAwait(false);
            return hasErrors ? ExitCode.Content : rejected ? ExitCode.Rejected : ExitCode.Nothing;
        }
        catch (SplException mistake) when (!ExitCode.IsOfOutput(mistake))
        {
            ContentOptions.Tell(mistake.Diagnostics);
            return ExitCode.Content;
        }
    }

    /// <summary>The plan to follow events through: a condition of <c>where</c> that the source is asked too still counts as where's.</summary>
    private static SearchPlan Stages(SourceText search, ContentLibrary content) => SearchPlanner.Plan(search, content.Macros, PlanRules.All & ~PlanRules.PushWhere);

    /// <summary>Returns whether some input was rejected.</summary>
    private static async Task<bool> TraceAsync(Request request, SearchPlan plan, InputPaths inputs, Detections.ScanSettings settings, CancellationToken cancellation)
    {
        using var trace = new SearchTrace(plan, settings);
        foreach (var file in inputs.Files)
        {
            await trace.ReadAsync(file, cancellation).ConfigureAwait(false);
        }

        var report = trace.Run(request.Event, cancellation);
        if (request.Event is { } number && report.Event is null)
        {
            throw new UsageException($"--event {number}: {(report.Read == 0 ? "no event was" : $"only {report.Read:#,0} events were")} read");
        }

        TraceText.Write(Console.Out, report, request.Event);
        InputProblems.Tell(trace.Counts);
        return trace.Counts.Rejected > 0;
    }

    private sealed record Request(string Search, string[] Paths, long? Event);
}
