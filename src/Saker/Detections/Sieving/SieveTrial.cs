using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Detections.Sieving;

/// <summary>Learns from some lines of its own and sieves them, for nobody: who sieves next finds the code of it loaded and compiled.</summary>
internal static class SieveTrial
{
    /// <summary>What it seeks stands in the last line; what it asks does not hold there.</summary>
    private const string Search = """
        source="kubernetes" verb=create userAgent="a*" user.username!=u
        """;

    private const string Line = """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"0","stage":"ResponseComplete","requestURI":"/","verb":"get","user":{"username":"u","groups":["g"]},"sourceIPs":["192.0.2.1"],"userAgent":"a","responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:00.000000Z"}

        """;

    /// <summary>Returns how many lines were left out.</summary>
    public static long Run()
    {
        var options = new IngestOptions();
        var plan = SievePlan.Of(SearchPlanner.Plan(new SourceText("trial", Search), new MacroTable()).Requests, options);
        var lines = System.Text.Encoding.UTF8.GetBytes(string.Concat(Line, Line, Line, Line) + Line.Replace("\"get\"", "\"create\"", StringComparison.Ordinal));
        if (plan?.Learn(lines) != true)
        {
            return 0;
        }

        using var blocks = new LineBlocks(new MemoryStream(lines));
        using var unit = new Sieves(plan, options, KernelTable.Best).Sift(sifter => sifter.Sift(blocks.Next()!.Value));
        return unit.Unwanted;
    }
}
