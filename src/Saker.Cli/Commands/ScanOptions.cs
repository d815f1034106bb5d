using System.CommandLine;
using System.Globalization;
using Saker.Cli.Output;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Syntax;

namespace Saker.Cli.Commands;

/// <summary>The options of <c>saker scan</c>.</summary>
internal sealed class ScanOptions
{
    private readonly Argument<string[]> paths = new("PATH") { Description = "Files, directories, globs, or - for standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> earliest = new("--earliest") { Description = "Only events from this time on: -7d@d, 2026-03-14T10:00:00, an epoch.", HelpName = "TIME" };
    private readonly Option<string?> latest = new("--latest") { Description = "Only events before this time.", HelpName = "TIME" };
    private readonly Option<bool> asScheduled = new("--as-scheduled") { Description = "Run each detection over the windows of its own schedule, as a server would have." };
    private readonly Option<string> format = new("--format") { Description = "table, json, ndjson or csv.", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
    private readonly Option<string?> output = new("--output", "-o") { Description = "Write to this file instead of standard output.", HelpName = "FILE" };
    private readonly Option<int?> failOn = new("--fail-on") { Description = "Exit with 2 if a risk event's score reaches this.", HelpName = "SCORE" };
    private readonly Option<string[]> geo = new("--geo") { Description = "A MaxMind-format database (.mmdb) for iplocation; repeatable.", HelpName = "FILE" };
    private readonly Option<string?> now = new("--now") { Description = "The time of the search; by default the newest time read.", HelpName = "TIME" };
    private readonly Option<string?> date = new("--date") { Description = "The day (YYYY-MM-DD) of clocks without a date; by default the file's day.", HelpName = "DAY" };
    private readonly Option<string?> maskKey = new("--mask-key") { Description = "A file with the key under which Secret values are masked, to join equal values across runs.", HelpName = "FILE" };
    private readonly Option<bool> noEvidence = new("--no-evidence") { Description = "Leave the events behind each risk event out of JSON." };
    private readonly Option<string> cluster = new("--cluster") { Description = "The cluster of telemetry that names none.", DefaultValueFactory = _ => "", HelpName = "NAME" };

    public ContentOptions Content { get; } = new();

    public StateOption State { get; } = new();

    public void AddTo(Command command)
    {
        format.AcceptOnlyFromAmong("table", "json", "ndjson", "csv");
        command.Arguments.Add(paths);
        Content.AddTo(command);
        foreach (var option in (Option[])[earliest, latest, asScheduled, format, output, failOn, geo, now, date, maskKey, noEvidence, cluster])
        {
            command.Options.Add(option);
        }

        State.AddTo(command);
    }

    public int? FailOn(ParseResult parsed) => parsed.GetValue(failOn);

    public ScanSettings Settings(ParseResult parsed) => new()
    {
        Ingest = new IngestOptions
        {
            Date = ReadDay(parsed),
            Cluster = parsed.GetValue(cluster) ?? "",
            MaskKey = ReadMaskKey(parsed),
        },
        Earliest = ReadTime(parsed, earliest),
        Latest = ReadTime(parsed, latest),
        Now = ReadTime(parsed, now)?.Resolve(TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc),
        AsScheduled = parsed.GetValue(asScheduled),
    };

    public InputPaths Inputs(ParseResult parsed)
    {
        var inputs = InputPaths.Expand(parsed.GetValue(paths)!, TimeProvider.System);
        return inputs.Errors.Count > 0 ? throw new UsageException(string.Join("\nsaker: ", inputs.Errors)) : inputs;
    }

    public GeoLookup OpenGeo(ParseResult parsed) => GeoLookup.Open(parsed.GetValue(geo) ?? []);

    /// <summary>Writes the report as asked; returns the highest score told.</summary>
    public int Write(ParseResult parsed, ScanReport report)
    {
        var withEvidence = !parsed.GetValue(noEvidence);
        using var target = OutputTarget.Open(parsed.GetValue(output));
        return parsed.GetValue(format) switch
        {
            "json" => new JsonOutput(target.Stream, withEvidence).Write(report),
            "ndjson" => new NdjsonOutput(target.Stream, withEvidence).Write(report),
            "csv" => new CsvOutput(target.Stream).Write(report),
            _ => new TableOutput(target).Write(report),
        };
    }

    private DateOnly? ReadDay(ParseResult parsed) => parsed.GetValue(date) is not { } text
        ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException($"--date {text}: write the day as YYYY-MM-DD");

    private static TimeModifier? ReadTime(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text
        ? null
        : TimeModifier.TryParse(text, out var time)
            ? time
            : throw new UsageException($"{option.Name} {text}: write a time such as -7d@d, 2026-03-14T10:00:00, or an epoch");

    private byte[]? ReadMaskKey(ParseResult parsed)
    {
        if (parsed.GetValue(maskKey) is not { } path)
        {
            return null;
        }

        try
        {
            var key = File.ReadAllBytes(path).AsSpan().TrimEnd("\r\n"u8).ToArray();
            return key.Length > 0 ? key : throw new UsageException($"--mask-key {path}: the file is empty");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--mask-key {path}: {failure.Message}");
        }
    }
}
