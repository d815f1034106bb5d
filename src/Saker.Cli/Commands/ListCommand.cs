using System.CommandLine;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker list</c>: the catalogue of detections.</summary>
internal static class ListCommand
{
    private const string Help = """
        Lists the detections by tactic: what each looks for, in which data, when it runs, and whether a server runs it without being told to.

        Examples:
          saker list
          saker list --tag Execution
          saker list --content security_content/ --format json | jq '.[].name'

        Exit codes: 0 done, 64 wrong usage, 65 errors in content.
        """;

    private static readonly string[] Headers = ["Detection", "Type", "ATT&CK", "Data source", "Schedule", "Status"];

    public static Command Create()
    {
        var command = new Command("list", Help);
        var content = new ContentOptions();
        var format = new Option<string>("--format") { Description = "table or json.", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong("table", "json");
        command.Options.Add(format);
        content.AddTo(command);
        command.SetAction(parsed => Run(parsed, content, parsed.GetValue(format)!));
        return command;
    }

    private static int Run(ParseResult parsed, ContentOptions options, string format)
    {
        var content = options.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        var detections = options.Select(parsed, content);
        using var target = OutputTarget.Open(null);
        if (format == "json")
        {
            WriteJson(target.Stream, detections);
        }
        else
        {
            WriteTable(target, detections);
        }

        return hasErrors ? ExitCode.Content : ExitCode.Nothing;
    }

    private static void WriteTable(OutputTarget target, IReadOnlyList<Detection> detections)
    {
        using var writer = new StreamWriter(target.Stream);
        foreach (var tactic in detections.GroupBy(d => d.Annotations.Tactics is [var first, ..] ? first : "No tactic").OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            writer.WriteLine($"{tactic.Key} ({tactic.Count()})\n");
            var table = new CellTable([.. Headers.Select(h => new CellTable.Column(h, IsRight: false))]);
            foreach (var d in tactic)
            {
                table.Add([SafeText.Of(d.Name), TypeName(d.Type), string.Join(' ', d.Annotations.MitreAttackIds), SafeText.Of(string.Join(", ", d.DataSources)), d.Schedule.Cron, Status(d)]);
            }

            table.Write(writer, target.Width, name => target.IsTerminal ? $"\e[1m{name}\e[0m" : name);
            writer.WriteLine();
        }

        writer.WriteLine($"{Counted.Of(detections.Count, "detection")}, {detections.Count(d => d.Enabled):#,0} enabled.");
    }

    private static void WriteJson(Stream stream, IReadOnlyList<Detection> detections)
    {
        using (var json = new Utf8JsonWriter(stream, JsonOutput.Options with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var d in detections)
            {
                Write(json, d);
            }

            json.WriteEndArray();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, Detection d)
    {
        json.WriteStartObject();
        json.WriteString("name", d.Name);
        json.WriteString("id", d.Id);
        json.WriteString("stem", d.Stem);
        json.WriteNumber("version", d.Version);
        json.WriteString("type", TypeName(d.Type));
        json.WriteString("status", d.Status.ToString().ToLowerInvariant());
        json.WriteBoolean("enabled", d.Enabled);
        WriteTexts(json, "mitre_tactic", d.Annotations.Tactics);
        WriteTexts(json, "mitre_technique_id", d.Annotations.MitreAttackIds);
        WriteTexts(json, "analytic_story", d.Annotations.AnalyticStories);
        WriteTexts(json, "data_source", d.DataSources);
        json.WriteString("cron_schedule", d.Schedule.Cron);
        json.WriteString("earliest_time", d.Schedule.Earliest);
        json.WriteString("latest_time", d.Schedule.Latest);
        json.WriteNumber("tests", d.Tests.Count);
        json.WriteString("file", d.FilePath);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    internal static string TypeName(DetectionType type) => type == DetectionType.Ttp ? "TTP" : type.ToString();

    private static string Status(Detection d) => d.Status == ContentStatus.Production ? d.Enabled ? "enabled" : "not enabled" : $"{(d.Enabled ? "enabled, " : "")}{d.Status.ToString().ToLowerInvariant()}";
}
