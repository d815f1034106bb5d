using System.Text.Json;
using Saker.Risk;

namespace Saker.Cli.Output;

/// <summary>One risk event a line.</summary>
internal sealed class NdjsonOutput(Stream stream, bool withEvidence)
{
    /// <summary>Writes the risk events; returns the highest score.</summary>
    public int Write(ScanReport report)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var json = new Utf8JsonWriter(buffered, JsonOutput.Options);
        var riskEvent = new RiskEventJson(withEvidence ? report.Scan.EvidenceOf : null);
        foreach (var e in report.RiskEvents())
        {
            riskEvent.Write(json, e);
            json.Flush();
            json.Reset();
            buffered.WriteByte((byte)'\n');
        }

        return report.HighestScore;
    }
}
