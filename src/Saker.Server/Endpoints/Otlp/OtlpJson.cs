using System.Text;
using Google.Protobuf;
using Saker.Ingest;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Server.Endpoints.Otlp;

/// <summary>OTLP's JSON: what is asked of a body, and how answers are written.</summary>
internal static class OtlpJson
{
    /// <summary>Why a body is no export: <c>{"resourceLogs":[…]}</c>, or <c>{}</c>; null if it is one.</summary>
    public static string? WhyNot(OtlpSignal signal, ReadOnlyMemory<byte> body)
    {
        var name = signal == OtlpSignal.Logs ? "resourceLogs" : "resourceMetrics";
        var text = RecordDecoder.Trim(body);
        var scan = new JsonObjectScan();
        if (text.IsEmpty || text.Span[0] != '{')
        {
            return "not a JSON object";
        }

        if (!scan.Scan(text))
        {
            return scan.Reason;
        }

        return !RecordDecoder.Trim(text[scan.End..]).IsEmpty ? "something follows the JSON object"
            : scan.Count == 0 || scan[Encoding.ASCII.GetBytes(name)].IsArray ? null
            : $"the object has no array `{name}`";
    }

    /// <summary>A message of ours as JSON.</summary>
    public static byte[] Write(IMessage message)
    {
        var json = new JsonOut();
        json.Open();
        switch (message)
        {
            case LogsResponse { PartialSuccess: { } partial }:
                Partial(json, "rejectedLogRecords"u8, partial.RejectedLogRecords, partial.ErrorMessage);
                break;
            case MetricsResponse { PartialSuccess: { } partial }:
                Partial(json, "rejectedDataPoints"u8, partial.RejectedDataPoints, partial.ErrorMessage);
                break;
            case Status status:
                json.AddJson("code"u8, Wire.Text(status.Code));
                json.Add("message"u8, status.Message);
                break;
        }

        json.Close();
        return json.Written.ToArray();
    }

    private static void Partial(JsonOut json, ReadOnlySpan<byte> name, long rejected, string why)
    {
        json.Open("partialSuccess"u8);
        json.Add(name, Wire.Text(rejected));
        json.Add("errorMessage"u8, why);
        json.Close();
    }
}
