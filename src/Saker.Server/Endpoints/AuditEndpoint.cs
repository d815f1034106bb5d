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
/// <c>POST /audit/{cluster}</c>: the webhook backend of kube-apiserver, in batch and blocking modes:
/// <c>{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"level":"Metadata","auditID":"…","stage":"ResponseComplete",…}]}</c>.
/// The API server tries again after 429, 5xx and time-outs, and loses the batch after five tries or on any other answer: so back-pressure is always 429. A list that came twice is stored once,
/// by the hash of each whole event.
/// </summary>
internal static class AuditEndpoint
{
    private const int LongestCluster = 253;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/audit/{cluster}", PostAsync).Needs(Scopes.Ingest);

    private static async Task PostAsync(HttpContext context)
    {
        var cluster = (string)context.Request.RouteValues["cluster"]!;
        var caller = context.Caller();
        if (!IsName(cluster))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "a cluster's name is up to 253 letters, digits, dots, dashes and underscores").ConfigureAwait(false);
            return;
        }

        if (!caller.SpeaksFor(cluster))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, $"this token is bound to cluster {caller.Cluster}").ConfigureAwait(false);
            return;
        }

        try
        {
            await TakeAsync(context, caller with { Cluster = cluster }, cluster).ConfigureAwait(false);
        }
        catch (BodyRefusedException refused) when (refused.Fault == BodyFault.NoRoom)
        {
            await BusyAsync(context, refused.RetryAfter, refused.Message).ConfigureAwait(false);
        }
    }

    private static async Task TakeAsync(HttpContext context, Caller caller, string cluster)
    {
        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
        using var batch = receiver.Begin("audit", caller with { Name = cluster });
        var fault = Decode(body, batch, caller.Wrapping with { Trust = null });
        var answer = batch.IsEmpty ? IntakeAnswer.Kept : await receiver.KeepAsync(batch).ConfigureAwait(false);
        if (answer.Status != IntakeStatus.Kept)
        {
            await BusyAsync(context, answer.RetryAfter, answer.Why).ConfigureAwait(false);
        }
        else if (fault is not null)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, fault).ConfigureAwait(false);
        }
    }

    /// <summary>Decodes each item on its own, so that a broken one takes no other with it; the reason if there is no list.</summary>
    private static string? Decode(ReceivedBody body, BatchBuilder batch, Wrapping wrapping)
    {
        var list = RecordDecoder.Trim(body.Bytes);
        var scan = new JsonObjectScan(batch.DeepestNesting);
        if (!scan.Scan(list) || !RecordDecoder.Trim(list[scan.End..]).IsEmpty)
        {
            var reason = scan.Stop == JsonStop.None ? "not valid JSON: more follows the list" : scan.Reason;
            batch.Reject(list, reason);
            return reason;
        }

        if (!scan["kind"u8].Is("EventList"u8) || !scan["apiVersion"u8].Content.StartsWith("audit.k8s.io/"u8) || !(scan["items"u8] is { IsArray: true } or { IsNull: true }))
        {
            const string reason = "expected an EventList of audit.k8s.io";
            batch.Reject(list, reason);
            return reason;
        }

        foreach (var item in scan["items"u8].Elements)
        {
            if (item.IsObject)
            {
                batch.Decode(body, item.Text, wrapping with { IsAuditItem = true });
            }
            else
            {
                batch.Reject(item.Text, "an item of an EventList that is no object");
            }
        }

        return null;
    }

    private static Task BusyAsync(HttpContext context, TimeSpan wait, string why)
    {
        ShortAnswer.SetRetryAfter(context, wait);
        return ShortAnswer.WriteAsync(context, StatusCodes.Status429TooManyRequests, why);
    }

    private static bool IsName(string cluster) => cluster.Length is > 0 and <= LongestCluster && cluster.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
