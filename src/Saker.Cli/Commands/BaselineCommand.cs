using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker baseline</c>: fills the lookup that detections compare with.</summary>
internal static class BaselineCommand
{
    private const string Help = """
        Runs a baseline over files and keeps the lookup that it writes.

        A baseline says what is usual: how much a container sends, which processes run. Its search ends in `outputlookup`; the rows go to a csv file in
        the --state directory, where `scan`, `search` and `test` find them with the same option. It runs over
        all that is read; --earliest and --latest bound it, as its schedule does on a server.

        Examples:
          saker baseline 'Baseline Of Kubernetes Container Network IO Ratio' metrics.json --state state/
          saker scan today.json --content security_content/ --state state/

        Exit codes: 0 done, 3 some input was rejected, 64 wrong usage, 65 errors in content.
        """;

    public static Command Create()
    {
        var command = new Command("baseline", Help);
        var options = new BaselineOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(BaselineOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var settings = options.Time.Settings(parsed);
        var inputs = options.Inputs(parsed);
        var content = options.Content.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        var baseline = options.Find(parsed, content);
        try
        {
            var plan = SearchPlanner.Plan(baseline.Search, content.Macros);
            using var search = new FileSearch(plan, settings with { Lookups = options.State.Lookups(parsed, content) });
            using (var progress = ReadProgress.Start(inputs.TotalBytes))
            {
                foreach (var file in inputs.Files)
                {
                    await search.ReadAsync(file, progress.Add, cancellation).ConfigureAwait(false);
                }
            }

            var result = search.Run(cancellation);
            var rows = result.Stream.Rows.Count();
            foreach (var warning in result.Context.Warnings)
            {
                await Console.Error.WriteLineAsync($"warning: {SafeText.Of(warning)}").ConfigureAwait(false);
            }

            InputProblems.Tell(search.Counts);
            await Console.Error.WriteLineAsync($"saker: {SafeText.Of(baseline.Name)}: {rows:#,0} {(rows == 1 ? "row" : "rows")} written to {options.State.Directory(parsed)}").ConfigureAwait(false);
            return hasErrors ? ExitCode.Content : search.Counts.Rejected > 0 ? ExitCode.Rejected : ExitCode.Nothing;
        }
        catch (SplException mistake) when (!ExitCode.IsOfOutput(mistake))
        {
            ContentOptions.Tell(mistake.Diagnostics);
            return ExitCode.Content;
        }
    }

    /// <summary>The options of <c>saker baseline</c>.</summary>
    private sealed class BaselineOptions
    {
        private readonly Argument<string> name = new("NAME") { Description = "The baseline's name, id or file stem." };
        private readonly Argument<string[]> paths = new("PATH") { Description = "Files, directories, globs, or - for standard input.", Arity = ArgumentArity.OneOrMore };

        public ContentOptions Content { get; } = new();

        public TimeOptions Time { get; } = new();

        public StateOption State { get; } = new();

        public void AddTo(Command command)
        {
            command.Arguments.Add(name);
            command.Arguments.Add(paths);
            State.AddTo(command, isRequired: true);
            Time.AddTo(command);
            Content.AddTo(command, selects: false);
        }

        public Baseline Find(ParseResult parsed, ContentLibrary content)
        {
            var wanted = parsed.GetValue(name)!;
            var found = content.Baselines.FirstOrDefault(b => (string[])[b.Name, b.Id, Path.GetFileNameWithoutExtension(b.File.Name)] is var names && names.Contains(wanted, StringComparer.OrdinalIgnoreCase));
            return found ?? throw new UsageException(
                $"{wanted}: no baseline is called so{(Suggestion.Nearest(wanted, content.Baselines.Select(b => b.Name)) is { } near ? $"; did you mean `{near}`?" : "")}");
        }

        public InputPaths Inputs(ParseResult parsed)
        {
            var inputs = InputPaths.Expand(parsed.GetValue(paths)!, TimeProvider.System);
            return inputs.Errors.Count > 0 ? throw new UsageException(string.Join("\nsaker: ", inputs.Errors)) : inputs;
        }
    }
}
