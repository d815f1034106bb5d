using System.CommandLine;
using System.Globalization;
using Saker.Cli.Output;
using Saker.Detections;
using Saker.Ingest;

namespace Saker.Cli.Commands;

/// <summary>The options of <c>saker scan</c>.</summary>
internal sealed class ScanOptions
{
    private const int HighestScore = 100;

    private readonly Argument<string[]> paths = new("PATH") { Description = "Files, directories, globs, or - for standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> asScheduled = new("--as-scheduled") { Description = "Run each detection over the windows of its own schedule, as a server would have." };
    private readonly Option<string> format = new("--format") { Description = "table, json, ndjson or csv.", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
    private readonly Option<string?> output = new("--output", "-o") { Description = "Write to this file instead of standard output.", HelpName = "FILE" };
    private readonly Option<string?> failOn = new("--fail-on") { Description = "Exit with 2 if a risk event's score reaches this.", HelpName = "SCORE" };
    private readonly Option<string[]> geo = new("--geo") { Description = "A MaxMind-format database (.mmdb) for iplocation; repeatable.", HelpName = "FILE" };
    private readonly Option<string?> maskKey = new("--mask-key") { Description = "A file with the key under which Secret values are masked, to join equal values across runs.", HelpName = "FILE" };
    private readonly Option<bool> noEvidence = new("--no-evidence") { Description = "Leave the events behind each risk event out of JSON." };
    private readonly Option<bool> decodeAll = new("--decode-all") { Description = "Decode every event, also the audit events that no detection wants: slower, and what is not valid in them is told." };
    private readonly Option<string> cluster = new("--cluster") { Description = "The cluster of telemetry that names none.", DefaultValueFactory = _ => "", HelpName = "NAME" };

    public ContentOptions Content { get; } = new();

    public StateOption State { get; } = new();

    private TimeOptions Time { get; } = new();

    public void AddTo(Command command)
    {
        format.AcceptOnlyFromAmong("table", "json", "ndjson", "csv");
        command.Arguments.Add(paths);
        Content.AddTo(command);
        Time.AddTo(command);
        foreach (var option in (Option[])[asScheduled, format, output, failOn, geo, maskKey, noEvidence, decodeAll, cluster])
        {
            command.Options.Add(option);
        }

        State.AddTo(command);
    }

    /// <summary>The score from which on the exit code tells; null where none was asked for.</summary>
    public int? FailOn(ParseResult parsed) => parsed.GetValue(failOn) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var score) && score <= HighestScore
            ? score
            : throw new UsageException($"--fail-on {text}: write a score from 0 to {HighestScore}");

    public ScanSettings Settings(ParseResult parsed)
    {
        var settings = Time.Settings(parsed);
        return settings with
        {
            Ingest = settings.Ingest with { Cluster = parsed.GetValue(cluster) ?? "", MaskKey = ReadMaskKey(parsed) },
            AsScheduled = parsed.GetValue(asScheduled),
            DecodesAll = parsed.GetValue(decodeAll),
        };
    }

    public InputPaths Inputs(ParseResult parsed)
    {
        var inputs = InputPaths.Expand(parsed.GetValue(paths)!, TimeProvider.System);
        return inputs.Errors.Count > 0 ? throw new UsageException(string.Join("\nsaker: ", inputs.Errors)) : inputs;
    }

    public GeoLookup OpenGeo(ParseResult parsed) => GeoLookup.Open(parsed.GetValue(geo) ?? []);

    /// <summary>Opens the output: before anything is read, so that an hour's scan does not end at a path that cannot be written.</summary>
    public OutputTarget OpenOutput(ParseResult parsed, InputPaths inputs)
    {
        var path = parsed.GetValue(output);
        return path is not null && inputs.Holds(path)
            ? throw new UsageException($"--output {path}: this is one of the files to read; write elsewhere")
            : OutputTarget.Open(path);
    }

    /// <summary>Writes the report as asked; returns the highest score told.</summary>
    public int Write(ParseResult parsed, OutputTarget target, ScanReport report)
    {
        var withEvidence = !parsed.GetValue(noEvidence);
        return parsed.GetValue(format) switch
        {
            "json" => new JsonOutput(target.Stream, withEvidence).Write(report),
            "ndjson" => new NdjsonOutput(target.Stream, withEvidence).Write(report),
            "csv" => new CsvOutput(target.Stream).Write(report),
            _ => new TableOutput(target).Write(report),
        };
    }

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
            throw new UsageException($"--mask-key {path}: {InputPaths.Why(failure)}");
        }
    }
}
