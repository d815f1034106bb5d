using Saker.Content;
using Saker.Detections;
using Saker.Ingest;
using Saker.Risk;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>Scans as the command does, without its output.</summary>
internal sealed class ScanRun : IDisposable
{
    private readonly Scan scan;

    private ScanRun(Scan scan, IReadOnlyList<DetectionOutcome> outcomes) => (this.scan, Outcomes, RiskEvents) = (scan, outcomes, [.. scan.RiskEvents()]);

    public IReadOnlyList<DetectionOutcome> Outcomes { get; }

    public IReadOnlyList<RiskEvent> RiskEvents { get; }

    public IngestCounts Counts => scan.Counts;

    public (DateTimeOffset Oldest, DateTimeOffset Newest)? Times => scan.Times;

    public long DuplicateCount => scan.DuplicateCount;

    public static async Task<ScanRun> Of(IEnumerable<string> paths, ScanSettings? settings = null, params string[] moreContent)
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, .. moreContent]);
        var mistakes = new List<Diagnostic>(content.Diagnostics);
        var detections = PreparedDetection.Prepare(content.Detections.OrderBy(d => d.Name, StringComparer.Ordinal), content.Macros, mistakes);
        Assert.Empty(mistakes.Select(m => m.ToString()));
        var scan = new Scan(detections, settings ?? new ScanSettings());
        foreach (var file in InputPaths.Expand(paths, TimeProvider.System).Files)
        {
            await scan.ReadAsync(file, _ => { }, CancellationToken.None);
        }

        return new ScanRun(scan, scan.Evaluate(CancellationToken.None));
    }

    /// <summary>How many risk events each detection made, by its file's name.</summary>
    public Dictionary<string, int> CountByDetection() => RiskEvents.GroupBy(e => e.Detection.Stem).ToDictionary(g => g.Key, g => g.Count());

    public IEnumerable<string> EvidenceOf(RiskEvent e) => scan.EvidenceOf(e).Select(x => System.Text.Encoding.UTF8.GetString(x.Raw.Span));

    public void Dispose() => scan.Dispose();
}
