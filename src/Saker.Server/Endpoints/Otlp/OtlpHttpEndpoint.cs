using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Saker.Server.Auth;
using Saker.Server.Receiving;

namespace Saker.Server.Endpoints.Otlp;

/// <summary>
/// <c>POST /v1/logs</c> and <c>/v1/metrics</c>: OTLP over HTTP, as protobuf (<c>application/x-protobuf</c>) or JSON. The answer has the form of the request; a refusal
/// is a <c>google.rpc.Status</c>, and 429 and 503 are sent again by the client after <c>Retry-After</c>.
/// </summary>
internal static class OtlpHttpEndpoint
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/logs", context => PostAsync(context, OtlpSignal.Logs)).Needs(Scopes.Ingest);
        routes.MapPost("/v1/metrics", context => PostAsync(context, OtlpSignal.Metrics)).Needs(Scopes.Ingest);
    }

    private static async Task PostAsync(HttpContext context, OtlpSignal signal)
    {
        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        var isJson = string.Equals(type, Json, StringComparison.OrdinalIgnoreCase);
        if (!isJson && !string.Equals(type, Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, $"Content-Type must be {Protobuf} or {Json}").ConfigureAwait(false);
            return;
        }

        var service = context.RequestServices.GetRequiredService<OtlpService>();
        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        OtlpAnswer answer;
        var status = StatusCodes.Status200OK;
        try
        {
            using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
            answer = await service.ExportAsync(signal, isJson, body, context.Caller()).ConfigureAwait(false);
            status = StatusOf(answer);
        }
        catch (BodyRefusedException refused)
        {
            answer = OtlpService.Refused(refused);
            status = Faults.Status(refused.Fault);
        }

        if (answer.RetryAfter is { } wait)
        {
            ShortAnswer.SetRetryAfter(context, wait);
        }

        var message = answer.Code == GrpcCode.Ok ? answer.Response(signal) : answer.Status();
        var bytes = isJson ? OtlpJson.Write(message) : message.ToByteArray();
        context.Response.StatusCode = status;
        context.Response.ContentType = isJson ? Json : Protobuf;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    private static int StatusOf(OtlpAnswer answer) => answer.Code switch
    {
        GrpcCode.Ok => StatusCodes.Status200OK,
        GrpcCode.InvalidArgument => StatusCodes.Status400BadRequest,
        GrpcCode.ResourceExhausted => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
