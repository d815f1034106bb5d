using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Saker.Server.Telemetry;

/// <summary>Counts and times every answer by its endpoint's pattern, never by its address: that may hold anything.</summary>
internal sealed class Measuring(ServerMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            metrics.Answered((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none", context.Response.StatusCode, Stopwatch.GetElapsedTime(began));
        }
    }
}
