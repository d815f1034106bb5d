using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server.Endpoints;

/// <summary>
/// <c>POST /firehose</c>: the HTTP endpoint protocol of Amazon Data Firehose, <c>{"requestId":"…","timestamp":1700000000000,"records":[{"data":"H4sI…"}]}</c>, which brings
/// EKS's control plane log from CloudWatch. The token comes in <c>X-Amz-Firehose-Access-Key</c>; the parameter <c>cluster</c> of <c>X-Amz-Firehose-Common-Attributes</c> names
/// the cluster of what names none. Whatever is not 200 with the request's id is sent again for as long as the stream is configured to, except 413.
/// </summary>
internal static class FirehoseEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/firehose", PostAsync).Needs(new Need(Scopes.Ingest) { Header = "X-Amz-Firehose-Access-Key", Refuse = RefuseAsync });

    private static async Task PostAsync(HttpContext context)
    {
        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        var caller = context.Caller();
        try
        {
            using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
            using var batch = receiver.Begin("firehose", caller);
            if (!TryRead(body.Bytes, out var requestId, out var why))
            {
                await AnswerAsync(context, StatusCodes.Status400BadRequest, null, why).ConfigureAwait(false);
                return;
            }

            var cluster = caller.Cluster ?? Cluster(context.Request.Headers["X-Amz-Firehose-Common-Attributes"].ToString());
            batch.Decode(body, body.Bytes, caller.Wrapping with { Cluster = cluster, Otherwise = EventKind.Log });
            var answer = await receiver.KeepAsync(batch).ConfigureAwait(false);
            if (answer.Status != IntakeStatus.Kept)
            {
                ShortAnswer.SetRetryAfter(context, answer.RetryAfter);
                await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, requestId, answer.Why).ConfigureAwait(false);
                return;
            }

            // Records that cannot be read became dead letters: sent again, they would be no better.
            await AnswerAsync(context, StatusCodes.Status200OK, requestId, null).ConfigureAwait(false);
        }
        catch (BodyRefusedException refused)
        {
            await AnswerAsync(context, Faults.Status(refused.Fault), null, refused.Message).ConfigureAwait(false);
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> body, out string? requestId, out string why)
    {
        requestId = null;
        var text = RecordDecoder.Trim(body);
        var scan = new JsonObjectScan();
        if (text.IsEmpty || text.Span[0] != '{' || !scan.Scan(text))
        {
            why = text.IsEmpty || text.Span[0] != '{' ? "not a JSON object" : scan.Reason;
            return false;
        }

        requestId = scan["requestId"u8].AsTextOrNull();
        why = requestId is null ? "no `requestId`" : !scan["records"u8].IsArray ? "no array `records`" : "";
        return why.Length == 0;
    }

    /// <summary><c>{"commonAttributes":{"cluster":"prod"}}</c>.</summary>
    private static string? Cluster(string attributes)
    {
        if (attributes.Length == 0)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(attributes);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("commonAttributes", out var common)
                && common.ValueKind == JsonValueKind.Object && common.TryGetProperty("cluster", out var cluster) && cluster.ValueKind == JsonValueKind.String
                && cluster.GetString() is { Length: > 0 } name ? name : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) =>
        AnswerAsync(context, ShortAnswer.Status(refusal), null, "the access key is no token that may send");

    private static Task AnswerAsync(HttpContext context, int status, string? requestId, string? error)
    {
        requestId ??= context.Request.Headers["X-Amz-Firehose-Request-Id"].ToString();
        var clock = context.RequestServices.GetRequiredService<Receiver>().Clock;
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var message = error is null ? "" : $",\"errorMessage\":\"{JsonEncodedText.Encode(error)}\"";
        context.Response.StatusCode = status;
        return ShortAnswer.WriteJsonAsync(context, $"{{\"requestId\":\"{JsonEncodedText.Encode(requestId)}\",\"timestamp\":{time}{message}}}");
    }
}
