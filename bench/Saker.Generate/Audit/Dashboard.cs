using System.Text;

namespace Saker.Generate.Audit;

/// <summary>The kind of text that makes audit events large: a dashboard as JSON, with quotes and comparison signs to escape.</summary>
internal static class Dashboard
{
    private static readonly Template Panel = new("""
        {"id":«id»,"type":"timeseries","title":"Latency < «limit» ms","targets":[{"expr":
        "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"shop\",code!~\"5..\"}[5m]))) > 0 && on() vector(«id»)",
        "legendFormat":"p99 ‹shop›"}],"gridPos":{"h":8,"w":12,"x":0,"y":«id»}}
        """);

    public static string OfLength(int length)
    {
        var text = new StringBuilder("{\"title\":\"Orders\",\"panels\":[");
        for (var id = 1; text.Length < length; id++)
        {
            text.Append(id > 1 ? "," : "").Append(Panel.Fill(("id", $"{id}"), ("limit", $"{id * 5}")));
        }

        return text.Append("]}").ToString();
    }
}
