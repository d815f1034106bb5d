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
/// <c>POST /v2/datapoint</c>: SignalFx data points as protobuf or JSON, which the Splunk OpenTelemetry Collector sends; the token comes in <c>X-SF-Token</c>. The answer is
/// <c>"OK"</c>; 429 and 503 are sent again after <c>Retry-After</c>.
/// </summary>
internal static class SignalFxEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v2/datapoint", PostAsync).Needs(new Need(Scopes.Ingest) { Header = "X-SF-Token" });

    private static async Task PostAsync(HttpContext context)
    {
        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        var caller = context.Caller();
        using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
        using var batch = receiver.Begin("signalfx", caller);
        var wrapping = caller.Wrapping;
        if (context.Request.ContentType?.Contains("protobuf", StringComparison.OrdinalIgnoreCase) != true)
        {
            batch.Decode(body, body.Bytes, wrapping);
        }
        else
        {
            try
            {
                batch.Decode(body.Bytes, wrapping, SignalFxProtobuf.Decode);
            }
            catch (WireException refused)
            {
                var status = refused.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest;
                await ShortAnswer.WriteAsync(context, status, refused.Message).ConfigureAwait(false);
                return;
            }
        }

        var answer = await receiver.KeepAsync(batch).ConfigureAwait(false);
        if (answer.Status != IntakeStatus.Kept)
        {
            await ShortAnswer.NotKeptAsync(context, answer).ConfigureAwait(false);
        }
        else if (batch is { EventCount: 0, LastRejected: { } rejected })
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, rejected.Reason).ConfigureAwait(false);
        }
        else
        {
            await ShortAnswer.WriteJsonAsync(context, "\"OK\"").ConfigureAwait(false);
        }
    }
}
