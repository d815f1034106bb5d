using System.Text;
using System.Text.Json;
using Saker.Spl.Text;

namespace Saker.Cli.Output;

/// <summary>What was looked at.</summary>
internal sealed record ValidationSummary(int Detections, int Retired, int Macros, int Lookups, int Baselines);

/// <summary>The mistakes of content in four forms: for people, as JSON, as SARIF 2.1.0, and as GitHub's workflow commands.</summary>
internal sealed class ValidationReport(IReadOnlyList<Diagnostic> found, ValidationSummary summary)
{
    public int Errors { get; } = found.Count(d => d.Severity == Severity.Error);

    public int Warnings { get; } = found.Count(d => d.Severity == Severity.Warning);

    public void WriteText(Stream stream)
    {
        using var writer = NewWriter(stream);
        foreach (var diagnostic in found)
        {
            writer.WriteLine($"{DiagnosticRenderer.Render(diagnostic)}\n");
        }

        writer.WriteLine(SummaryLine());
    }

    /// <summary><c>::error file=…,line=…,col=…,title=…::message</c>, one a line.</summary>
    public void WriteGitHub(Stream stream)
    {
        using var writer = NewWriter(stream);
        foreach (var d in found)
        {
            var place = Place.Of(d.Source, d.Span);
            var level = d.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "notice" };
            writer.WriteLine(
                $"::{level} file={Property(place.File)},line={place.Line},col={place.Column},endLine={place.EndLine},endColumn={place.EndColumn},title={Property(d.Code)}::{Escape(Message(d))}");
        }

        writer.WriteLine(SummaryLine());
    }

    public void WriteJson(Stream stream)
    {
        using (var json = new Utf8JsonWriter(stream, JsonOutput.Options with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", 1);
            json.WriteNumber("errors", Errors);
            json.WriteNumber("warnings", Warnings);
            json.WriteStartObject("checked");
            json.WriteNumber("detections", summary.Detections);
            json.WriteNumber("retired_detections", summary.Retired);
            json.WriteNumber("macros", summary.Macros);
            json.WriteNumber("lookups", summary.Lookups);
            json.WriteNumber("baselines", summary.Baselines);
            json.WriteEndObject();
            json.WriteStartArray("diagnostics");
            foreach (var d in found)
            {
                json.WriteStartObject();
                json.WriteString("code", d.Code);
                json.WriteString("severity", Level(d));
                json.WriteString("message", d.Message);
                json.WriteString("hint", d.Hint);
                WritePlace(json, Place.Of(d.Source, d.Span));
                json.WriteStartArray("via");
                foreach (var via in d.Via)
                {
                    json.WriteStartObject();
                    json.WriteString("label", via.Label);
                    WritePlace(json, Place.Of(via.Source, via.Span));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>https://docs.oasis-open.org/sarif/sarif/v2.1.0/</summary>
    public void WriteSarif(Stream stream)
    {
        var rules = found.Select(d => d.Code).Distinct().Order(StringComparer.Ordinal).ToList();
        using (var json = new Utf8JsonWriter(stream, JsonOutput.Options with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            json.WriteStartObject("tool");
            json.WriteStartObject("driver");
            json.WriteString("name", "saker");
            json.WriteString("version", typeof(ValidationReport).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
            json.WriteStartArray("rules");
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WriteString("id", rule);
                WriteText(json, "shortDescription", rule.StartsWith("SPL", StringComparison.Ordinal) ? $"A mistake in a search ({rule})" : $"A mistake in content ({rule})");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (var d in found)
            {
                WriteSarif(json, d, rules.IndexOf(d.Code));
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void WriteSarif(Utf8JsonWriter json, Diagnostic d, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", d.Code);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", Level(d));
        WriteText(json, "message", Message(d));
        json.WriteStartArray("locations");
        WriteLocation(json, Place.Of(d.Source, d.Span), id: null, label: null);
        json.WriteEndArray();
        if (d.Via.Count > 0)
        {
            json.WriteStartArray("relatedLocations");
            for (var i = 0; i < d.Via.Count; i++)
            {
                WriteLocation(json, Place.Of(d.Via[i].Source, d.Via[i].Span), i, d.Via[i].Label);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, Place place, int? id, string? label)
    {
        json.WriteStartObject();
        if (id is { } number)
        {
            json.WriteNumber("id", number);
        }

        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", place.Uri);
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", place.Line);
        json.WriteNumber("startColumn", place.Column);
        json.WriteNumber("endLine", place.EndLine);
        json.WriteNumber("endColumn", place.EndColumn);
        json.WriteEndObject();
        json.WriteEndObject();
        if (label is not null)
        {
            WriteText(json, "message", label);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, Place place)
    {
        json.WriteString("file", place.File);
        json.WriteNumber("line", place.Line);
        json.WriteNumber("column", place.Column);
        json.WriteNumber("end_line", place.EndLine);
        json.WriteNumber("end_column", place.EndColumn);
    }

    private static StreamWriter NewWriter(Stream stream) => new(stream, new UTF8Encoding(false));

    private static string Level(Diagnostic d) => d.Severity.ToString().ToLowerInvariant();

    private static string Message(Diagnostic d) => d.Hint is null ? d.Message : $"{d.Message} ({d.Hint})";

    private static string Escape(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Escape(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private string SummaryLine() =>
        $"Checked {Counted.Of(summary.Detections, "detection")}, {Counted.Of(summary.Macros, "macro")}, {Counted.Of(summary.Lookups, "lookup")} and {Counted.Of(summary.Baselines, "baseline")}"
        + (summary.Retired > 0 ? $" ({summary.Retired:#,0} deprecated or removed loaded only)" : "")
        + $": {Counted.Of(Errors, "error")}, {Counted.Of(Warnings, "warning")}.";

    /// <summary>A place in a file that exists; paths below the current directory are told from there.</summary>
    private readonly record struct Place(string File, int Line, int Column, int EndLine, int EndColumn)
    {
        /// <summary>As SARIF wants it: relative paths with slashes, everything else as a file URI.</summary>
        public string Uri => Path.IsPathRooted(File) ? new Uri(File).AbsoluteUri : string.Join('/', File.Split('/', '\\').Select(System.Uri.EscapeDataString));

        public static Place Of(SourceText source, SourceSpan span)
        {
            var (file, start) = DiagnosticPlace.Outermost(source, span.Start);
            var (_, last) = DiagnosticPlace.Outermost(source, Math.Max(span.Start, span.End - 1));
            var (line, column) = file.Locate(start);
            var (endLine, endColumn) = file.Locate(Math.Max(start, last) + (span.Length > 0 ? 1 : 0));
            var path = Path.GetRelativePath(Environment.CurrentDirectory, file.Name) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : Path.GetFullPath(file.Name);
            return new Place(path, line, column, endLine, endLine == line ? Math.Max(endColumn, column + 1) : endColumn);
        }
    }
}
