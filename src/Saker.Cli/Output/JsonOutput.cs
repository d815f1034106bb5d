using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Ingest;
using Saker.Risk;

namespace Saker.Cli.Output;

/// <summary>The whole report as one JSON document (docs/reference/scan-json.md).</summary>
internal sealed class JsonOutput(Stream stream, bool withEvidence)
{
    public const int SchemaVersion = 1;

    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the report; returns the highest score.</summary>
    public int Write(ScanReport report)
    {
        using (var json = new Utf8JsonWriter(stream, Options with { Indented = true }))
        {
            var riskEvent = new RiskEventJson(withEvidence ? report.Scan.EvidenceOf : null);
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            WriteInput(json, report);
            json.WriteStartArray("risk_events");
            foreach (var e in report.RiskEvents())
            {
                riskEvent.Write(json, e);
                json.Flush();
            }

            json.WriteEndArray();
            WriteDetections(json, report);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return report.HighestScore;
    }

    private static void WriteInput(Utf8JsonWriter json, ScanReport report)
    {
        var (scan, counts) = (report.Scan, report.Scan.Counts);
        json.WriteStartObject("input");
        json.WriteNumber("files", report.FileCount);
        json.WriteNumber("bytes", scan.BytesRead);
        json.WriteNumber("read", counts.Read);
        json.WriteNumber("recognised", counts.Recognised);
        json.WriteNumber("other", counts.Other);
        json.WriteNumber("rejected", counts.Rejected);
        json.WriteNumber("truncated", counts.Truncated);
        json.WriteNumber("sieved", counts.Sieved);
        json.WriteNumber("matched_twice", scan.DuplicateCount);
        json.WriteStartObject("recognised_by_kind");
        foreach (var kind in Enum.GetValues<EventKind>().Where(k => k != EventKind.Other && counts[k] > 0))
        {
            json.WriteNumber(KindName.Of(kind), counts[kind]);
        }

        json.WriteEndObject();
        if (scan.Times is { } times)
        {
            json.WriteString("oldest_time", times.Oldest.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"));
            json.WriteString("newest_time", times.Newest.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"));
        }

        json.WriteStartArray("rejections");
        foreach (var rejection in counts.Rejections)
        {
            json.WriteStringValue(rejection);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDetections(Utf8JsonWriter json, ScanReport report)
    {
        json.WriteStartArray("detections");
        foreach (var outcome in report.Outcomes)
        {
            json.WriteStartObject();
            json.WriteString("search_name", outcome.Detection.Name);
            json.WriteString("detection_id", outcome.Detection.Id);
            json.WriteNumber("matched", outcome.Matched);
            json.WriteNumber("windows", outcome.Windows);
            json.WriteNumber("rows", outcome.Rows);
            json.WriteNumber("rows_without_risk_object", outcome.RowsWithoutRiskObject);
            json.WriteNumber("risk_events", report.ByDetection.GetValueOrDefault(outcome.Detection.Name)?.Count ?? 0);
            if (outcome.Failure is { } failure)
            {
                json.WriteString("error", failure.ToString());
            }

            json.WriteStartArray("warnings");
            foreach (var warning in outcome.Warnings)
            {
                json.WriteStringValue(warning);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>What kinds of telemetry are called in reports.</summary>
internal static class KindName
{
    public static string Of(EventKind kind) => kind switch
    {
        EventKind.Audit => "audit",
        EventKind.Falco => "falco",
        EventKind.Metric => "metric",
        EventKind.KubeEvent => "kube_event",
        EventKind.Log => "log",
        EventKind.Tetragon => "tetragon",
        EventKind.ContainerLog => "container_log",
        _ => "other",
    };
}
