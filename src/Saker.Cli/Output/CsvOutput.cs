using System.Text;
using Saker.Risk;

namespace Saker.Cli.Output;

/// <summary>Risk events as RFC 4180 CSV with a header line.</summary>
internal sealed class CsvOutput(Stream stream)
{
    private static readonly string[] Columns =
    [
        "time", "search_name", "risk_object_type", "risk_object", "risk_score", "risk_message", "evidence_total", "mitre_technique_id", "mitre_tactic", "id",
    ];

    /// <summary>Writes the risk events; returns the highest score.</summary>
    public int Write(ScanReport report)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n" };
        writer.WriteLine(string.Join(',', Columns));
        foreach (var e in report.RiskEvents().Where(e => e.HiddenBy.Length == 0))
        {
            string[] cells =
            [
                RiskEventJson.Time(e.FirstNanoseconds), e.Detection.Name, e.RiskObject.Type, e.RiskObject.Value, e.Score.ToString(), e.Message, e.Evidence.Total.ToString(),
                string.Join(' ', e.Detection.Annotations.MitreAttackIds), string.Join("; ", e.Detection.Annotations.Tactics), e.Id.ToString("x32"),
            ];
            writer.WriteLine(string.Join(',', cells.Select(Csv.Quote)));
        }

        return report.HighestScore;
    }
}
