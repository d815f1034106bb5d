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
/// <c>POST /falco</c>: Falco's <c>http_output</c> (one alert a request, <c>{"output":"…","priority":"Notice","rule":"…","time":"…","output_fields":{…}}</c>), and falcosidekick's
/// webhook output (the same with <c>source</c>, <c>tags</c>, <c>uuid</c>). Neither sends an alert again whose delivery fails, so the journal keeps room for them.
/// </summary>
internal static class FalcoEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/falco", PostAsync).Needs(Scopes.Ingest);

    private static async Task PostAsync(HttpContext context)
    {
        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        var caller = context.Caller();
        using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
        using var batch = receiver.Begin("falco", caller, isIrreplaceable: true);
        batch.Decode(body, body.Bytes, caller.Wrapping with { Otherwise = EventKind.Log });
        var answer = await receiver.KeepAsync(batch).ConfigureAwait(false);
        if (answer.Status != IntakeStatus.Kept)
        {
            await ShortAnswer.NotKeptAsync(context, answer).ConfigureAwait(false);
        }
        else if (batch.LastRejected is { } rejected)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, rejected.Reason).ConfigureAwait(false);
        }
        else
        {
            await ShortAnswer.WriteJsonAsync(context, "{}\n").ConfigureAwait(false);
        }
    }
}
