using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Commands;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker search</c>: the rows of a search over files.</summary>
internal static class SearchCommand
{
    private const int RowsShown = 500;

    private const string Help = """
        Runs a search over files, directories or standard input and prints its rows.

        Every JSON object is an event; its _time (epoch seconds or ISO 8601) is its time. Kubernetes audit logs, Falco alerts, OpenTelemetry and HEC data are
        taken out of what they are wrapped in, as in `saker scan`. The macros of the content are at hand.

        Without PATH the server is asked: the one that SAKER_URL and SAKER_TOKEN name, else the one that runs on this machine. Searches that read no events
        (`| makeresults …`) run here.

        Examples:
          saker search 'verb=create objectRef.resource=pods | stats count by user.username' audit.log
          saker search '`kube_audit` responseStatus.code=403 | table _time user.username requestURI' logs/ --earliest -1d@d
          saker search '* | timechart span=1h count by verb' audit.log
          saker search 'sourcetype="kube:container:falco" | top rule' falco.json --format csv --output rules.csv
          saker search 'verb=delete | stats count by user.username' --earliest -24h
          saker search '| saker windows | stats sum(matched) sum(written) by detection'
          kubectl get --raw /api/v1/events | saker search '* | head 5' -

        Exit codes: 0 done, 3 some input was rejected, 64 wrong usage, 65 a mistake in the search or the content, 69 the server does not answer.
        """;

    public static Command Create()
    {
        var command = new Command("search", Help);
        var options = new SearchOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(SearchOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        options.Check(parsed);
        var settings = options.Time.Settings(parsed);
        var inputs = options.Inputs(parsed);
        if (inputs is null && await TryServerAsync(options, parsed, cancellation).ConfigureAwait(false) is { } done)
        {
            return done;
        }

        var content = options.Content.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        try
        {
            var plan = SearchPlanner.Plan(new SourceText("search", options.Search(parsed)), content.Macros);
            var lookups = options.State.Lookups(parsed, content);
            if (ContentOptions.Tell([.. plan.MissingLookups(lookups)]))
            {
                return ExitCode.Content;
            }

            CheckInputs(plan, inputs);
            using var geo = options.OpenGeo(parsed);
            using var search = new FileSearch(plan, settings with { InputBytes = inputs?.TotalBytes ?? 0, DecodesAll = options.DecodesAll(parsed), FindPlace = geo.Find, Lookups = lookups });
            await ReadAllAsync(search, plan, inputs, cancellation).ConfigureAwait(false);
            options.Write(parsed, plan, search.Run(cancellation));
            InputProblems.Tell(search.Counts);
            return hasErrors ? ExitCode.Content : search.Counts.Rejected > 0 ? ExitCode.Rejected : ExitCode.Nothing;
        }
        catch (SplException mistake) when (!ExitCode.IsOfOutput(mistake))
        {
            ContentOptions.Tell(mistake.Diagnostics);
            return ExitCode.Content;
        }
    }

    /// <summary>A search without files that reads events goes to the server, where one is known; null where it is to run here.</summary>
    private static async Task<int?> TryServerAsync(SearchOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var search = options.Search(parsed).TrimStart();
        if (Sending.ServerClient.TryOpen() is not { } server)
        {
            return null;
        }

        if (search.StartsWith('|') && !ReadsEvents(search, options.Content.Load(parsed)))
        {
            server.Dispose();
            return null;
        }

        using (server)
        {
            using var answer = await server.SearchAsync(search, options.Time.Earliest(parsed), options.Time.Latest(parsed), cancellation).ConfigureAwait(false);
            var rows = new ServerRows(await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), TimeProvider.System.GetUtcNow());
            options.Write(parsed, null, rows.Result);
            return rows.Failure is { } failure ? throw new Sending.ServerException(failure, 0) : ExitCode.Nothing;
        }
    }

    /// <summary>Whether a search that begins with a pipe reads events somewhere. What does not plan here may name what only the server has.</summary>
    private static bool ReadsEvents(string search, ContentLibrary content)
    {
        try
        {
            return SearchPlanner.Plan(new SourceText("search", search), content.Macros).Requests.Count > 0;
        }
        catch (SplException)
        {
            return true;
        }
    }

    private static void CheckInputs(SearchPlan plan, InputPaths? inputs)
    {
        foreach (var remark in plan.Remarks)
        {
            Console.Error.WriteLine($"note: {SafeText.Of(remark)}");
        }

        if (SakerWindows.IsIn(plan))
        {
            throw new UsageException(inputs is null
                ? "the ledger of windows is a server's, and none is known here: start `saker serve`, or set SAKER_URL and SAKER_TOKEN"
                : "the ledger of windows is a server's, and files have none: leave the files out to ask the server");
        }

        var generates = plan.Pipeline.Commands is [IGenerates, ..];
        if (inputs is null && plan.Requests.Count > 0 && !generates)
        {
            throw new UsageException("this search reads events: name the files to read, or - for standard input");
        }

        if (inputs is not null && plan.Requests.Count == 0 && !generates)
        {
            Console.Error.WriteLine("note: this search reads no events, since it begins with a pipe; begin it with `*` to read them all");
        }
    }

    private static async Task ReadAllAsync(FileSearch search, SearchPlan plan, InputPaths? inputs, CancellationToken cancellation)
    {
        if (inputs is null || plan.Requests.Count == 0)
        {
            return;
        }

        using var progress = ReadProgress.Start(inputs.TotalBytes);
        foreach (var file in inputs.Files)
        {
            await search.ReadAsync(file, progress.Add, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The options of <c>saker search</c>.</summary>
    private sealed class SearchOptions
    {
        private readonly Argument<string> search = new("SPL") { Description = "The search." };
        private readonly Argument<string[]> paths = new("PATH") { Description = "Files, directories, globs, or - for standard input.", Arity = ArgumentArity.ZeroOrMore };
        private readonly Option<string> format = new("--format") { Description = "table, json, ndjson or csv.", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
        private readonly Option<string?> output = new("--output", "-o") { Description = "Write to this file instead of standard output.", HelpName = "FILE" };
        private readonly Option<int> limit = new("--limit") { Description = "How many rows a table shows; 0 for all.", DefaultValueFactory = _ => RowsShown, HelpName = "N" };
        private readonly Option<bool> raw = new("--raw") { Description = "Show _raw and _indextime in the table." };
        private readonly Option<bool> chart = new("--chart") { Description = "Draw bars below the table; by default after timechart, chart and top." };
        private readonly Option<bool> noChart = new("--no-chart") { Description = "Draw no bars." };
        private readonly Option<bool> decodeAll = new("--decode-all") { Description = "Decode every event, also where a search of 64 MB or more can do without: slower, and what is not valid in them is told." };
        private readonly Option<string[]> geo = new("--geo") { Description = "A MaxMind-format database (.mmdb) for iplocation; repeatable.", HelpName = "FILE" };

        public ContentOptions Content { get; } = new();

        public StateOption State { get; } = new();

        public TimeOptions Time { get; } = new();

        public void AddTo(Command command)
        {
            format.AcceptOnlyFromAmong("table", "json", "ndjson", "csv");
            command.Arguments.Add(search);
            command.Arguments.Add(paths);
            foreach (var option in (Option[])[format, output, limit, raw, chart, noChart, decodeAll])
            {
                command.Options.Add(option);
            }

            Time.AddTo(command);
            Content.AddTo(command, selects: false);
            command.Options.Add(geo);
            State.AddTo(command);
        }

        public string Search(ParseResult parsed) => parsed.GetValue(search)!;

        public bool DecodesAll(ParseResult parsed) => parsed.GetValue(decodeAll);

        public void Check(ParseResult parsed)
        {
            if (parsed.GetValue(limit) is var count and < 0)
            {
                throw new UsageException($"--limit {count}: write a number of rows, or 0 for all");
            }
        }

        public InputPaths? Inputs(ParseResult parsed)
        {
            if (parsed.GetValue(paths) is not { Length: > 0 } given)
            {
                return null;
            }

            var inputs = InputPaths.Expand(given, TimeProvider.System);
            return inputs.Errors.Count > 0 ? throw new UsageException(string.Join("\nsaker: ", inputs.Errors)) : inputs;
        }

        public GeoLookup OpenGeo(ParseResult parsed) => GeoLookup.Open(parsed.GetValue(geo) ?? []);

        public void Write(ParseResult parsed, SearchPlan? plan, SearchResult result)
        {
            long rows;
            using (var target = OutputTarget.Open(parsed.GetValue(output)))
            {
                rows = parsed.GetValue(format) switch
                {
                    "json" => new RowJson(target.Stream, isArray: true).Write(result),
                    "ndjson" => new RowJson(target.Stream, isArray: false).Write(result),
                    "csv" => new RowCsv(target.Stream).Write(result),
                    _ => new RowTable(target, parsed.GetValue(limit), parsed.GetValue(raw)).Write(result, !parsed.GetValue(noChart) && (parsed.GetValue(chart) || IsCharted(plan))),
                };
            }

            foreach (var warning in result.Context.Warnings)
            {
                Console.Error.WriteLine($"warning: {SafeText.Of(warning)}");
            }

            if (rows == 0)
            {
                Console.Error.WriteLine("note: no rows");
            }
        }

        /// <summary>Whether the last command that made the rows is one that people draw.</summary>
        private static bool IsCharted(SearchPlan? plan) => plan?.Pipeline.Commands.Select(c => c.Spec.Name)
            .LastOrDefault(n => n is "timechart" or "chart" or "top" or "rare" or "stats" or "table" or "transpose" or "untable" or "xyseries" or "mstats" or "tstats") is "timechart" or "chart" or "top";
    }
}
