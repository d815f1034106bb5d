using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections;
using Saker.Detections.Windows;
using Saker.Ingest;
using Saker.Risk.Exceptions;
using Saker.Server.Serving;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker backtest</c>: what a detection would have said.</summary>
internal static class BacktestCommand
{
    private const string Help = """
        Runs a detection over what a server keeps, or over files, window by window as its schedule would have, and keeps nothing: how much it would have said, on which days, and samples. For one that is new or changed, before it
        is enabled.

        Examples:
          saker backtest kubernetes_access_scanning --from -30d
          saker backtest my_detection.yml --from -7d --to -1d
          saker backtest my_detection.yml audit.log --format json

        Exit codes: 0 done, 64 wrong usage, 65 the detection has mistakes or failed, 69 the server does not answer.
        """;

    public static Command Create()
    {
        var name = new Argument<string>("DETECTION") { Description = "A name, id or file stem, or a .yml file." };
        var paths = new Argument<string[]>("PATH") { Description = "Files to read in place of the server's store.", Arity = ArgumentArity.ZeroOrMore };
        var from = new Option<string?>("--from") { Description = "The oldest event to look at; -7d on a server, all of files.", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "The newest.", HelpName = "TIME" };
        var content = new ContentOptions();
        var format = ServerList.Format();
        var command = new Command("backtest", Help) { name, paths };
        command.Options.Add(from);
        command.Options.Add(to);
        content.AddTo(command, selects: false);
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) =>
        {
            var (detection, files, isJson) = (parsed.GetValue(name)!, parsed.GetValue(paths) ?? [], parsed.GetValue(format) == "json");
            return files.Length == 0
                ? OnServerAsync(detection, parsed.GetValue(from), parsed.GetValue(to), isJson, cancellation)
                : OverFilesAsync(detection, files, content.Load(parsed), Time("--from", parsed.GetValue(from)), Time("--to", parsed.GetValue(to)), isJson, cancellation);
        });
        return command;
    }

    private static Task<int> OnServerAsync(string detection, string? from, string? to, bool isJson, CancellationToken cancellation) => ServerList.GuardedAsync(async server =>
    {
        var body = new Dictionary<string, string>();
        if (File.Exists(detection))
        {
            body["yaml"] = await File.ReadAllTextAsync(detection, cancellation).ConfigureAwait(false);
        }
        else
        {
            body["detection"] = detection;
        }

        foreach (var (key, text) in ((string, string?)[])[("from", from), ("to", to)])
        {
            if (text is not null)
            {
                body[key] = text;
            }
        }

        using var answer = await server.ChangeAsync(HttpMethod.Post, "api/v1/backtest", JsonSerializer.Serialize(body), cancellation).ConfigureAwait(false);
        Write(answer.RootElement, isJson);
    });

    private static async Task<int> OverFilesAsync(string name, string[] paths, ContentLibrary content, TimeModifier? from, TimeModifier? to, bool isJson, CancellationToken cancellation)
    {
        if (File.Exists(name))
        {
            var own = ContentLibrary.Load([ContentLibrary.ShippedRoot, name]);
            content = own.Detections.Any(d => Path.GetFullPath(d.FilePath) == Path.GetFullPath(name)) ? own : throw new UsageException($"{name}: this is no detection; `saker validate {name}` tells why");
        }

        var found = (File.Exists(name) ? content.Detections.FirstOrDefault(d => Path.GetFullPath(d.FilePath) == Path.GetFullPath(name)) : content.FindOne(name))
            ?? throw ContentOptions.Unknown(name, content);
        var mistakes = new List<Diagnostic>();
        if (PreparedDetection.Prepare([found], content.Macros, mistakes) is not [var prepared])
        {
            ContentOptions.Tell(mistakes);
            return ExitCode.Content;
        }

        var inputs = InputPaths.Expand(paths, TimeProvider.System);
        if (inputs.Errors.Count > 0)
        {
            throw new UsageException(string.Join("\nsaker: ", inputs.Errors));
        }

        using var scan = new Scan([prepared], new ScanSettings { AsScheduled = true, Earliest = from, Latest = to, Lookups = new ContentLookups(content), Exceptions = new ExceptionSet(content.Exceptions), InputBytes = inputs.TotalBytes });
        var began = TimeProvider.System.GetTimestamp();
        foreach (var file in inputs.Files)
        {
            await scan.ReadAsync(file, _ => { }, cancellation).ConfigureAwait(false);
        }

        var outcome = scan.Evaluate(cancellation)[0];
        var report = Backtest.Tell(scan.RiskEvents(), scan.EvidenceOf, new SortedDictionary<string, long>(StringComparer.Ordinal)) with
        {
            Detection = found.Name,
            Windows = outcome.Windows,
            Matched = outcome.Matched,
            Rows = outcome.Rows,
            Suppressed = outcome.Ignored.Count,
            DurationSeconds = Math.Round(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 3),
            Error = outcome.Failure?.Message,
        };
        using var json = JsonSerializer.SerializeToDocument(report, StatusReport.Json);
        Write(json.RootElement, isJson);
        return report.Error is null ? ExitCode.Nothing : ExitCode.Content;
    }

    private static TimeModifier? Time(string option, string? text) => text is null ? null : TimeModifier.TryParse(text, out var time) ? time : throw new UsageException($"{option} {text}: write a time such as -7d@d, 2026-03-14T10:00:00, or an epoch");

    private static void Write(JsonElement report, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(report.GetRawText());
            return;
        }

        string Told(string name, string noun) => Counted.Of(report.GetProperty(name).GetInt64(), noun);
        string Number(string name) => report.GetProperty(name).GetInt64().ToString("#,0", CultureInfo.InvariantCulture);
        Console.WriteLine(SafeText.Of($"{report.GetProperty("detection").GetString()}: {Told("risk_events", "risk event")}, score {Number("score")}, of {Told("rows", "row")} in {Told("windows", "window")} with {Told("matched", "event")}; {Number("suppressed")} kept back"));
        var days = report.GetProperty("days").EnumerateObject().Select(d => (d.Name, Count: d.Value.GetInt64())).ToList();
        var most = Math.Max(1, days.Select(d => d.Count).DefaultIfEmpty().Max());
        foreach (var (day, count) in days)
        {
            Console.WriteLine($"{day}  {count.ToString("#,0", CultureInfo.InvariantCulture),7}  {new string('#', (int)((40 * count + most - 1) / most))}".TrimEnd());
        }

        foreach (var sample in report.GetProperty("samples").EnumerateArray())
        {
            Console.WriteLine(SafeText.Of($"  {sample.GetProperty("time").GetString()}  {sample.GetProperty("risk_object").GetString()}: {sample.GetProperty("risk_message").GetString()}"));
        }

        if (report.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            Console.Error.WriteLine($"saker: it failed: {SafeText.Of(error.GetString()!)}");
        }
    }
}
