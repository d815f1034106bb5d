using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Saker.Server.Auth;

namespace Saker.Server.Endpoints;

/// <summary>
/// <c>GET /livez</c>: the process answers. <c>GET /readyz</c>: it takes events. For Kubernetes' probes, so without a token; they tell nothing but yes or no.
/// </summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Func<bool> isReady)
    {
        routes.MapGet("/livez", context => AnswerAsync(context, true)).WithMetadata(new ForEveryone());
        routes.MapGet("/readyz", context => AnswerAsync(context, isReady())).WithMetadata(new ForEveryone());
    }

    private static Task AnswerAsync(HttpContext context, bool isWell)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(isWell ? "ok\n" : "not ready\n", context.RequestAborted);
    }
}
